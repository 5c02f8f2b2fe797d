//! `source = { kind = …, … }`: where pictures come from.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::options::yes;

/// One kind of source, with its keys.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum SourceOptions {
    /// A folder of this machine.
    Folder(FolderOptions),
    /// The directory pages of a web server.
    HttpIndex(HttpIndexOptions),
    /// A folder of a WebDAV server, such as CyVerse's Data Store.
    Webdav(WebdavOptions),
    /// A bucket.
    S3(S3SourceOptions),
    /// A folder on an SFTP server.
    Sftp(SftpSourceOptions),
    /// A zip file, or a folder of them.
    Zip(ZipOptions),
    /// A folder of a Dropbox.
    Dropbox(DropboxOptions),
    /// A BisQue, harvested day by day.
    Bisque(BisqueOptions),
    /// A table of numbers and addresses.
    CsvMap(CsvMapOptions),
}

/// A folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderOptions {
    pub(crate) path: PathBuf,
    /// A file must not have changed for so long before it is taken.
    pub(crate) settle_seconds: Option<f64>,
    #[serde(default)]
    pub(crate) after: After,
    /// after = "move": where to.
    pub(crate) done: Option<PathBuf>,
    /// Skeletal files that lie with the pictures are read.
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// Directory pages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpIndexOptions {
    /// The topmost page.
    pub(crate) url: String,
    /// Where everybody sees the files; `url` itself, when it is not given and nobody logs in.
    pub(crate) public_url: Option<String>,
    #[serde(default)]
    pub(crate) allow_http: bool,
    pub(crate) user: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) connections: Option<usize>,
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// A WebDAV server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebdavOptions {
    /// The folder.
    pub(crate) url: String,
    /// Where everybody sees the files (at CyVerse, the address with `dav-anon`).
    pub(crate) public_url: Option<String>,
    #[serde(default)]
    pub(crate) allow_http: bool,
    /// Without one, nobody logs in.
    pub(crate) user: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) connections: Option<usize>,
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// A bucket.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3SourceOptions {
    pub(crate) endpoint: String,
    pub(crate) region: Option<String>,
    pub(crate) bucket: String,
    pub(crate) prefix: Option<String>,
    /// The bucket stands in the path of addresses: servers of one's own.
    #[serde(default)]
    pub(crate) path_style: bool,
    /// Without one, nobody logs in.
    pub(crate) access_key: Option<String>,
    pub(crate) secret_key_file: Option<PathBuf>,
    /// Where everybody sees the files.
    pub(crate) public_url: Option<String>,
    #[serde(default)]
    pub(crate) allow_http: bool,
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// An SFTP server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SftpSourceOptions {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) user: String,
    /// The folder, absolute or below the account's own.
    #[serde(default)]
    pub(crate) path: String,
    /// A private key; else a password, where one is given, else the ssh agent.
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) password_file: Option<PathBuf>,
    /// `SHA256:…`, as `ssh-keygen -l` shows it; else the key stands in `known_hosts`.
    pub(crate) host_key: Option<String>,
    pub(crate) known_hosts: Option<PathBuf>,
    /// A file must not have changed for so long before it is taken.
    pub(crate) settle_seconds: Option<f64>,
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// Zip files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ZipOptions {
    /// A zip file, or a folder of them.
    pub(crate) path: PathBuf,
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// A folder of a Dropbox.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropboxOptions {
    /// As Dropbox shows it.
    pub(crate) path: String,
    pub(crate) app_key: Option<String>,
    pub(crate) team_space: Option<String>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) refresh_token_file: Option<PathBuf>,
    pub(crate) app_secret_file: Option<PathBuf>,
    /// Other servers than Dropbox's own.
    pub(crate) api_url: Option<String>,
    pub(crate) content_url: Option<String>,
    #[serde(default = "yes")]
    pub(crate) skeletal: bool,
}

/// A BisQue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BisqueOptions {
    pub(crate) url: String,
    /// What the path of every picture of the collection holds.
    pub(crate) path: String,
    /// No picture was uploaded before.
    pub(crate) first_day: String,
    /// Least time between the beginnings of two downloads.
    pub(crate) pause_seconds: Option<f64>,
    #[serde(default)]
    pub(crate) allow_http: bool,
}

/// A table of numbers and addresses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CsvMapOptions {
    pub(crate) path: Option<PathBuf>,
    pub(crate) url: Option<String>,
    /// Which address a picture is fetched from.
    #[serde(default)]
    pub(crate) fetch: Fetch,
    #[serde(default)]
    pub(crate) allow_http: bool,
}

/// `fetch`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fetch {
    #[default]
    Original,
    /// `archiveUrl`, where a row has one.
    Archive,
}

/// What becomes of a source file after its picture is linked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum After {
    #[default]
    Keep,
    Move,
    Delete,
}

impl SourceOptions {
    /// Where it lies on this machine, if it does.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Folder(FolderOptions { path, .. }) | Self::Zip(ZipOptions { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// What becomes of files whose pictures are linked, and where they go.
    pub(crate) fn after(&self) -> (After, Option<&Path>) {
        match self {
            Self::Folder(folder) => (folder.after, folder.done.as_deref()),
            _ => (After::Keep, None),
        }
    }

    /// Skeletal files that lie with the pictures are read.
    pub(crate) fn skeletal(&self) -> bool {
        match self {
            Self::Folder(FolderOptions { skeletal, .. })
            | Self::HttpIndex(HttpIndexOptions { skeletal, .. })
            | Self::Webdav(WebdavOptions { skeletal, .. })
            | Self::S3(S3SourceOptions { skeletal, .. })
            | Self::Sftp(SftpSourceOptions { skeletal, .. })
            | Self::Zip(ZipOptions { skeletal, .. })
            | Self::Dropbox(DropboxOptions { skeletal, .. }) => *skeletal,
            Self::Bisque(_) | Self::CsvMap(_) => false,
        }
    }
}
