//! Private web servers of the kinds people have, over a folder: directory pages of Apache, nginx, lighttpd and rclone, and
//! WebDAV of Apache and rclone. Each has a port of this machine, its own configuration, and ends when it is dropped.

mod apache;
mod nginx;
mod service;

use std::ffi::OsString;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::mariadb::certificate;
use service::Service;

/// What writes the directory pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexPages {
    /// Apache, preformatted text.
    ApacheFancy,
    /// Apache, a table.
    ApacheTable,
    /// Apache, names only.
    ApachePlain,
    /// nginx.
    Nginx,
    /// nginx, as JSON.
    NginxJson,
    /// lighttpd.
    Lighttpd,
    /// `rclone serve http`.
    Rclone,
}

/// A program, its arguments, and the words that say that it is ready.
struct Recipe {
    program: &'static str,
    arguments: Vec<OsString>,
    ready: &'static str,
    /// Where it answers, of a program that does not always say that it is ready.
    port: Option<u16>,
}

impl Recipe {
    fn answers(&self) -> bool {
        self.port.is_some_and(|port| TcpStream::connect(("127.0.0.1", port)).is_ok())
    }
}

type Cook = Box<dyn Fn(&Path, u16) -> Recipe + Send + Sync>;

/// A running server over a folder.
pub struct WebServer {
    /// For its configuration and what it writes beside.
    own: TempDir,
    cook: Cook,
    service: Option<Service>,
    port: u16,
}

impl WebServer {
    /// User of the WebDAV servers.
    pub const USER: &str = "pinax";
    /// Password of [`USER`](Self::USER).
    pub const PASSWORD: &str = "right-of-way";

    /// Shows the folder `root` as directory pages, at the root of the server.
    ///
    /// # Panics
    /// When the server is not installed or does not start.
    #[must_use]
    pub fn with_index(kind: IndexPages, root: &Path) -> Self {
        let root = root.to_owned();
        let cook: Cook = match kind {
            IndexPages::ApacheFancy => Box::new(move |own, port| apache::index(own, port, &root, "FancyIndexing")),
            IndexPages::ApacheTable => {
                Box::new(move |own, port| apache::index(own, port, &root, "FancyIndexing HTMLTable NameWidth=*"))
            }
            IndexPages::ApachePlain => Box::new(move |own, port| apache::index(own, port, &root, "-FancyIndexing")),
            IndexPages::Nginx => Box::new(move |own, port| nginx::nginx(own, port, &root, "html")),
            IndexPages::NginxJson => Box::new(move |own, port| nginx::nginx(own, port, &root, "json")),
            IndexPages::Lighttpd => Box::new(move |own, port| nginx::lighttpd(own, port, &root)),
            IndexPages::Rclone => Box::new(move |_, port| rclone("http", port, &root)),
        };
        Self::start(cook, |_| ())
    }

    /// Apache's mod_dav over `root`: at `/dav/` with log-in, at `/dav-anon/` open and read-only. `/dav-anon/shared` leads to
    /// `/dav-anon/projects`, and `/dav-anon/moved` is gone. `root` is made writable for everybody.
    ///
    /// # Panics
    /// When the server is not installed or does not start.
    #[must_use]
    pub fn apache_dav(root: &Path) -> Self {
        let root = root.to_owned();
        open_to_all(&root);
        Self::start(Box::new(move |own, port| apache::dav(own, port, &root, false)), |_| ())
    }

    /// The same over https, with a certificate for 127.0.0.1; that of its authority is at [`ca`](Self::ca). Besides,
    /// `/dav-anon/downgraded` leads to http.
    ///
    /// # Panics
    /// When the server is not installed or does not start.
    #[must_use]
    pub fn apache_dav_encrypted(root: &Path) -> Self {
        let root = root.to_owned();
        open_to_all(&root);
        Self::start(Box::new(move |own, port| apache::dav(own, port, &root, true)), certificate::write)
    }

    /// `rclone serve webdav` over `root`, with log-in, at the root of the server.
    ///
    /// # Panics
    /// When the server is not installed or does not start.
    #[must_use]
    pub fn rclone_dav(root: &Path) -> Self {
        let root = root.to_owned();
        Self::start(
            Box::new(move |_, port| {
                let mut recipe = rclone("webdav", port, &root);
                recipe.arguments.extend(["--user", Self::USER, "--pass", Self::PASSWORD].map(OsString::from));
                recipe
            }),
            |_| (),
        )
    }

    fn start(cook: Cook, prepare: fn(&Path)) -> Self {
        let own = tempfile::tempdir().expect("a temporary folder can be made");
        open_to_all(own.path());
        prepare(own.path());
        let (service, port) = Service::on_free_port(|port| cook(own.path(), port));
        Self { own, cook, service: Some(service), port }
    }

    /// The address of a path, which begins with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The same over https, for a server that was started encrypted.
    #[must_use]
    pub fn encrypted_url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    /// The certificate of its authority (PEM), when it was started encrypted.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.own.path().join("ca.pem")
    }

    /// Kills it, whatever it is doing.
    pub fn stop(&mut self) {
        self.service = None;
    }

    /// Starts it again, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.service = None;
        let recipe = (self.cook)(self.own.path(), self.port);
        self.service = Some(Service::start(&recipe).expect("the server starts on its own port"));
    }
}

/// Makes a folder below `root` for a test, with all above it: servers that run as another user may write there.
///
/// # Panics
/// When it cannot be made.
pub fn make_folder(root: &Path, folder: &Path) {
    let mut missing: Vec<PathBuf> = folder.ancestors().take_while(|path| *path != root).map(Path::to_owned).collect();
    while let Some(path) = missing.pop() {
        if !path.is_dir() {
            fs::create_dir(&path).expect("a folder can be made");
            open_to_all(&path);
        }
    }
}

fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).expect("a folder of ours can be opened");
}

/// Whatever changes behind its back is seen at once.
fn rclone(what: &str, port: u16, root: &Path) -> Recipe {
    let mut arguments: Vec<OsString> = vec!["serve".into(), what.into(), root.into()];
    arguments.push(format!("--addr=127.0.0.1:{port}").into());
    arguments.extend(["--config=/dev/null", "--dir-cache-time=1ns"].map(OsString::from));
    Recipe { program: "rclone", arguments, ready: "erver started on", port: Some(port) }
}
