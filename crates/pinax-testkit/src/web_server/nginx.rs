//! nginx and lighttpd, which show directory pages.

use std::fs;
use std::path::Path;

use super::Recipe;

pub(super) fn nginx(own: &Path, port: u16, root: &Path, format: &str) -> Recipe {
    let (root, own_shown) = (root.display(), own.display());
    let mut text = format!(
        "daemon off; pid \"{own_shown}/pid\"; error_log stderr notice; worker_processes 1; events {{}}\n\
         http {{ access_log off; types {{ image/jpeg jpg; }}\n"
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        text.push_str(&format!("{kind}_temp_path \"{own_shown}/{kind}\";\n"));
    }
    text.push_str(&format!(
        "server {{ listen 127.0.0.1:{port}; root \"{root}\"; autoindex on; autoindex_format {format};\n\
         autoindex_localtime off; disable_symlinks off; }} }}\n"
    ));
    let file = own.join("nginx.conf");
    fs::write(&file, text).expect("a file can be written");
    // Root's own files can be read by root alone.
    let arguments = vec!["-c".into(), file.into(), "-p".into(), own.into(), "-g".into(), "user root;".into()];
    Recipe { program: "nginx", arguments, ready: "start worker process", port: None }
}

pub(super) fn lighttpd(own: &Path, port: u16, root: &Path) -> Recipe {
    let text = format!(
        "server.document-root = \"{}\"\nserver.port = {port}\nserver.bind = \"127.0.0.1\"\n\
         server.modules = (\"mod_dirlisting\")\ndir-listing.activate = \"enable\"\n\
         mimetype.assign = (\".jpg\" => \"image/jpeg\", \"\" => \"application/octet-stream\")\n",
        root.display()
    );
    let file = own.join("lighttpd.conf");
    fs::write(&file, text).expect("a file can be written");
    Recipe {
        program: "lighttpd",
        arguments: vec!["-D".into(), "-f".into(), file.into()],
        ready: "server started",
        port: None,
    }
}
