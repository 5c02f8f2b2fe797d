//! What the import door is told.

use std::path::PathBuf;

use pinax_core::{Error, ErrorKind, Result};

use crate::portal::download::{self, DownloadOptions};

/// What the import door is told.
#[derive(Debug, Clone)]
pub struct ImportCsvOptions {
    /// The portal's download of the collection: occurrences as CSV (comma or tab; UTF-8 or Latin-1), or the zip that holds
    /// them, with `multimedia.csv` when pictures were asked for too.
    pub records: PathBuf,
    /// Where the CSV files for import go.
    pub out_dir: PathBuf,
    /// Where an index of the download may be kept.
    pub cache_dir: PathBuf,
    /// Part of the names of the CSV files.
    pub profile_name: String,
    /// The collection's full name, which a download does not tell; it becomes the owner of pictures.
    pub collection_name: Option<String>,
    /// Takes addresses that are not https.
    pub allow_http: bool,
    /// A CSV file is never larger.
    pub max_bytes: u64,
    /// A download that unpacks to more is refused.
    pub max_download_bytes: u64,
}

impl ImportCsvOptions {
    /// Symbiota's import page takes files of up to 10 000 000 bytes (`MAX_FILE_SIZE` in
    /// `collections/admin/importextended.php`).
    pub const MAX_BYTES: u64 = 9_500_000;
    /// Tens of millions of records.
    pub const MAX_DOWNLOAD_BYTES: u64 = download::MAX_BYTES;
    /// A row never has more.
    const ROW_BYTES: u64 = 16 << 10;

    /// Options with the usual limits.
    pub fn new(
        records: impl Into<PathBuf>,
        out_dir: impl Into<PathBuf>,
        cache_dir: impl Into<PathBuf>,
        profile_name: impl Into<String>,
    ) -> Self {
        Self {
            records: records.into(),
            out_dir: out_dir.into(),
            cache_dir: cache_dir.into(),
            profile_name: profile_name.into(),
            collection_name: None,
            allow_http: false,
            max_bytes: Self::MAX_BYTES,
            max_download_bytes: Self::MAX_DOWNLOAD_BYTES,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.max_bytes < Self::ROW_BYTES {
            let told = format!("CSV files of at most {} bytes leave no room for a row", self.max_bytes);
            return Err(Error::new(ErrorKind::Config, told).hint("leave max_bytes out, or set it to a few million"));
        }
        if self.file_name_part().is_empty() {
            return Err(Error::new(ErrorKind::Config, "the profile has no name"));
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
