//! Apache httpd: directory pages of mod_autoindex, WebDAV of mod_dav.

use std::fs;
use std::path::Path;

use super::{Recipe, WebServer};

const MODULES: &str = "/usr/lib/apache2/modules";

/// Of [`WebServer::PASSWORD`], by `openssl passwd -apr1`.
const HASH: &str = "$apr1$pinaxsal$zu/C55iw/hRTF1Csz/psE/";

pub(super) fn index(own: &Path, port: u16, root: &Path, options: &str) -> Recipe {
    let root = root.display();
    let text = format!(
        "DocumentRoot \"{root}\"\n<Directory \"{root}\">\nOptions Indexes FollowSymLinks\nRequire all granted\n\
         IndexOptions {options}\n</Directory>\n"
    );
    recipe(own, port, &["autoindex", "dir"], &text)
}

pub(super) fn dav(own: &Path, port: u16, root: &Path, encrypted: bool) -> Recipe {
    fs::write(own.join("users"), format!("{}:{HASH}\n", WebServer::USER)).expect("a file can be written");
    let (root, own_shown) = (root.display(), own.display());
    let mut text = format!(
        "DavLockDB \"{own_shown}/locks\"\nDavDepthInfinity off\nDocumentRoot \"{own_shown}\"\n\
         Redirect permanent /dav-anon/shared /dav-anon/projects\nRedirect gone /dav-anon/moved\n\
         Redirect permanent /dav-anon/downgraded http://127.0.0.1:{port}/dav-anon/projects\n\
         Alias /dav/ \"{root}/\"\nAlias /dav-anon/ \"{root}/\"\n\
         <Directory \"{root}\">\nDav On\n</Directory>\n\
         <Location /dav/>\nAuthType Basic\nAuthName dav\nAuthUserFile \"{own_shown}/users\"\nRequire valid-user\n</Location>\n\
         <Location /dav-anon/>\nRequire method GET HEAD OPTIONS PROPFIND\n</Location>\n"
    );
    let mut modules = vec!["dav", "dav_fs", "auth_basic", "authn_core", "authn_file", "authz_user"];
    if encrypted {
        modules.push("ssl");
        text.push_str(&format!(
            "SSLSessionCache none\nSSLEngine on\nSSLCertificateFile \"{own_shown}/server.pem\"\n\
             SSLCertificateKeyFile \"{own_shown}/server.key\"\n"
        ));
    }
    recipe(own, port, &modules, &text)
}

fn recipe(own: &Path, port: u16, modules: &[&str], more: &str) -> Recipe {
    let mut text = format!(
        "ServerRoot \"{0}\"\nPidFile \"{0}/pid\"\nListen 127.0.0.1:{port}\nServerName 127.0.0.1\nErrorLog /dev/stderr\n\
         Mutex pthread\nMaxKeepAliveRequests 0\nTypesConfig /dev/null\nAddType image/jpeg .jpg\n",
        own.display()
    );
    // Modules come before what they understand.
    let mut loaded = String::new();
    for module in ["mpm_event", "authz_core", "mime", "alias"].iter().chain(modules) {
        loaded.push_str(&format!("LoadModule {module}_module {MODULES}/mod_{module}.so\n"));
    }
    // Started by root, it becomes somebody else.
    text.push_str("User nobody\nGroup nogroup\n");
    let file = own.join("apache.conf");
    fs::write(&file, format!("{loaded}{text}{more}")).expect("a file can be written");
    let arguments = vec!["-f".into(), file.into(), "-DFOREGROUND".into()];
    Recipe { program: "apache2", arguments, ready: "resuming normal operations", port: None }
}
