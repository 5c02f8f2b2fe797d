//! What the archive door is told.

use std::path::PathBuf;

use pinax_core::{Error, ErrorKind, Result};

use crate::portal::download::{self, DownloadOptions};

/// In which words the pictures of an archive are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DwcaExtension {
    /// Audubon Core: a Symbiota portal maps its columns by itself.
    #[default]
    AudubonCore,
    /// GBIF's simple multimedia: for publishers; a Symbiota portal cannot tell by it that a picture has moved.
    GbifMultimedia,
}

/// What the archive door is told.
#[derive(Debug, Clone)]
pub struct DwcaOptions {
    /// The portal's download of the collection, as for the import door.
    pub records: PathBuf,
    /// Where the archives go.
    pub out_dir: PathBuf,
    /// Where an index of the download may be kept.
    pub cache_dir: PathBuf,
    /// Part of the names of the archives.
    pub profile_name: String,
    /// The collection's full name, which a download does not tell.
    pub collection_name: Option<String>,
    /// The day the archives are made, as `2026-07-01`; they tell it as their `pubDate`.
    pub date: String,
    /// The words for pictures.
    pub extension: DwcaExtension,
    /// Takes addresses that are not https.
    pub allow_http: bool,
    /// The rows of an archive, unpacked, are never more bytes.
    pub max_bytes: u64,
    /// A download that unpacks to more is refused.
    pub max_download_bytes: u64,
}

impl DwcaOptions {
    /// Some hundred thousand pictures; packed, they stay far below what a portal takes (`MAX_FILE_SIZE` of 100 000 000
    /// in `collections/admin/specupload.php`).
    pub const MAX_BYTES: u64 = 40_000_000;
    /// A row never has more.
    const ROW_BYTES: u64 = 16 << 10;

    /// Options with the usual limits.
    pub fn new(
        records: impl Into<PathBuf>,
        out_dir: impl Into<PathBuf>,
        cache_dir: impl Into<PathBuf>,
        profile_name: impl Into<String>,
        date: impl Into<String>,
    ) -> Self {
        Self {
            records: records.into(),
            out_dir: out_dir.into(),
            cache_dir: cache_dir.into(),
            profile_name: profile_name.into(),
            collection_name: None,
            date: date.into(),
            extension: DwcaExtension::default(),
            allow_http: false,
            max_bytes: Self::MAX_BYTES,
            max_download_bytes: download::MAX_BYTES,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.max_bytes < Self::ROW_BYTES {
            let told = format!("archives of at most {} bytes leave no room for a row", self.max_bytes);
            return Err(Error::new(ErrorKind::Config, told).hint("leave max_bytes out, or set it to a few million"));
        }
        if self.file_name_part().is_empty() {
            return Err(Error::new(ErrorKind::Config, "the profile has no name"));
        }
        let is_date = self.date.len() == 10
            && self.date.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_date {
            return Err(Error::new(ErrorKind::Internal, format!("`{}` is no date as 2026-07-01", self.date)));
        }
        Ok(())
    }

    /// What of this concerns the download.
    pub(super) fn download(&self) -> DownloadOptions {
        DownloadOptions {
            records: self.records.clone(),
            cache_dir: self.cache_dir.clone(),
            collection_name: self.collection_name.clone(),
            max_bytes: self.max_download_bytes,
        }
    }

    /// The profile's name as part of a file name.
    pub(super) fn file_name_part(&self) -> String {
        let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        self.profile_name.chars().map(plain).collect::<String>().trim_start_matches('.').to_owned()
    }
}
