//! `store = { kind = …, … }`: where pictures are published.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One kind of store, with its keys.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum StoreOptions {
    /// A folder of this machine that a web server shows.
    Folder(FolderStoreOptions),
    /// A bucket that everybody can read.
    S3(S3StoreOptions),
    /// A folder of a WebDAV server, such as CyVerse's Data Store.
    Webdav(WebdavStoreOptions),
    /// A folder on an SFTP server that a web server shows.
    Sftp(SftpStoreOptions),
    /// Not possible; said clearly.
    Dropbox(serde::de::IgnoredAny),
}

/// A folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderStoreOptions {
    pub(crate) path: PathBuf,
    pub(crate) public_url: String,
    #[serde(default)]
    pub(crate) allow_http: bool,
    pub(crate) key: Option<String>,
}

/// A bucket.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3StoreOptions {
    pub(crate) endpoint: String,
    pub(crate) region: Option<String>,
    pub(crate) bucket: String,
    pub(crate) prefix: Option<String>,
    /// The bucket stands in the path of addresses: servers of one's own.
    #[serde(default)]
    pub(crate) path_style: bool,
    pub(crate) access_key: String,
    pub(crate) secret_key_file: Option<PathBuf>,
    pub(crate) public_url: String,
    #[serde(default)]
    pub(crate) allow_http: bool,
    /// What browsers are told about keeping copies.
    pub(crate) cache_control: Option<String>,
    /// A ready-made access rule for each object.
    pub(crate) acl: Option<String>,
    pub(crate) key: Option<String>,
}

/// A WebDAV server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebdavStoreOptions {
    pub(crate) url: String,
    pub(crate) user: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) connections: Option<usize>,
    pub(crate) public_url: String,
    #[serde(default)]
    pub(crate) allow_http: bool,
    pub(crate) key: Option<String>,
}

/// An SFTP server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SftpStoreOptions {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) path: String,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) host_key: Option<String>,
    pub(crate) known_hosts: Option<PathBuf>,
    pub(crate) public_url: String,
    #[serde(default)]
    pub(crate) allow_http: bool,
    pub(crate) key: Option<String>,
}

impl StoreOptions {
    /// Where it lies on this machine, if it does.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(&folder.path),
            _ => None,
        }
    }

    /// The address everybody sees it at, and whether that may be http.
    pub(crate) fn address(&self) -> Option<(&str, bool)> {
        match self {
            Self::Folder(FolderStoreOptions { public_url, allow_http, .. })
            | Self::S3(S3StoreOptions { public_url, allow_http, .. })
            | Self::Webdav(WebdavStoreOptions { public_url, allow_http, .. })
            | Self::Sftp(SftpStoreOptions { public_url, allow_http, .. }) => Some((public_url, *allow_http)),
            Self::Dropbox(_) => None,
        }
    }

    /// How objects are named.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Folder(FolderStoreOptions { key, .. })
            | Self::S3(S3StoreOptions { key, .. })
            | Self::Webdav(WebdavStoreOptions { key, .. })
            | Self::Sftp(SftpStoreOptions { key, .. }) => key.as_deref(),
            Self::Dropbox(_) => None,
        }
    }

    /// What tells it from other stores.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Folder(folder) => folder.path.display().to_string(),
            Self::S3(s3) => format!("{} {} {}", s3.endpoint, s3.bucket, s3.prefix.as_deref().unwrap_or_default()),
            Self::Webdav(webdav) => webdav.url.clone(),
            Self::Sftp(sftp) => format!("{}:{:?} {}", sftp.host, sftp.port, sftp.path),
            Self::Dropbox(_) => String::new(),
        }
    }
}
