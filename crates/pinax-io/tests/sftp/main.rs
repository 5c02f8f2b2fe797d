//! A folder on a real OpenSSH server, as a source and as a store.
#![cfg(test)]
#![cfg(unix)]

mod killed;
mod log_in;
mod source;
mod store;

use std::path::Path;
use std::time::Duration;

use pinax_core::nouns::uri::PublicUrl;
use pinax_io::sftp::{HostKey, SftpLogin, SftpOptions};
use pinax_io::source::sftp::{SftpSource, SftpSourceOptions};
use pinax_io::store::sftp::{SftpStore, SftpStoreOptions};
use pinax_testkit::sshd::Sshd;

fn server(sshd: &Sshd) -> SftpOptions {
    let login = SftpLogin::KeyFile { path: sshd.key(), passphrase: None };
    SftpOptions {
        port: sshd.port(),
        ..SftpOptions::new("127.0.0.1", sshd.user(), login, HostKey::KnownHosts(sshd.known_hosts()))
    }
}

fn source(server: SftpOptions, root: &Path) -> SftpSource {
    SftpSource::new(SftpSourceOptions {
        settle: Duration::ZERO,
        ..SftpSourceOptions::new(server, root.to_str().unwrap())
    })
}

fn store(server: SftpOptions, root: &Path) -> SftpStore {
    let public_url = PublicUrl::new("https://img.example.org/tst", false).unwrap();
    SftpStore::new(SftpStoreOptions { server, root: root.to_str().unwrap().to_owned(), public_url })
}
