//! What Dropbox answers: entries, and its words for what went wrong.

use pinax_core::nouns::source_image::Fingerprint;
use pinax_core::{Error, ErrorKind};
use serde::Deserialize;

use crate::calendar::moment_ms;
use crate::http::Answer;

/// A page of a listing.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// What comes after this page, today or later.
    pub(super) cursor: String,
    pub(super) has_more: bool,
}

/// Something in a folder.
#[derive(Debug, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(super) enum Entry {
    File(FileEntry),
    Deleted {
        #[serde(default)]
        path_display: Option<String>,
    },
    Folder,
    #[serde(other)]
    Other,
}

/// A file.
#[derive(Debug, Deserialize)]
pub(super) struct FileEntry {
    /// Missing when it is not mounted anywhere.
    #[serde(default)]
    pub(super) path_display: Option<String>,
    size: u64,
    rev: String,
    server_modified: String,
    #[serde(default)]
    content_hash: Option<String>,
    #[serde(default)]
    is_downloadable: Option<bool>,
}

impl FileEntry {
    pub(super) fn is_downloadable(&self) -> bool {
        self.is_downloadable.unwrap_or(true)
    }

    pub(super) fn has_content_hash(&self) -> bool {
        self.content_hash.is_some()
    }

    /// When it came, in milliseconds since 1970.
    pub(super) fn came_ms(&self) -> Option<i64> {
        moment_ms(&self.server_modified)
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let modified_ns = self.came_ms().unwrap_or_default().saturating_mul(1_000_000);
        let content = self.content_hash.as_deref().unwrap_or(&self.rev);
        Fingerprint { tag: Fingerprint::tag_of(content), ..Fingerprint::of_file(self.size, modified_ns) }
    }
}

/// What went wrong, where Dropbox says it.
pub(super) fn summary(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Told {
        #[serde(default)]
        error_summary: Option<String>,
        #[serde(default)]
        error: serde_json::Value,
    }
    // Of other answers nothing is shown: Dropbox repeats headers in them.
    let told: Option<Told> = serde_json::from_slice(&answer.body).ok();
    let words = told.and_then(|told| told.error_summary.or_else(|| told.error.as_str().map(str::to_owned)));
    let words = words.unwrap_or_default();
    words.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(100).collect()
}

/// The answer as an error; `about` says what was asked for.
pub(super) fn refusal(answer: &Answer, about: &str) -> Error {
    let summary = summary(answer);
    let told = |kind, what: &str| Error::new(kind, format!("{about}: {what} (Dropbox: {summary})"));
    match answer.status.as_u16() {
        401 if summary.starts_with("missing_scope") => told(ErrorKind::Unauthorized, "the app lacks a permission")
            .hint("give it files.metadata.read and files.content.read in the App Console, then make a new token"),
        401 => told(ErrorKind::Unauthorized, "the token is not accepted").hint(
            "make a new token in the App Console; a refresh token does not end after some hours (docs/dropbox.md)",
        ),
        409 if summary.contains("not_found") => told(ErrorKind::NotFound, "it is not there"),
        409 if summary.contains("not_folder") => {
            told(ErrorKind::Config, "it is no folder").hint("write the folder in source.path, not a file")
        }
        409 if summary.contains("restricted_content") => told(ErrorKind::Rejected, "Dropbox does not give it out"),
        409 => told(ErrorKind::Rejected, "it was refused"),
        // Dropbox says so as text when an app may not use what it asks for, and when the header is wrong.
        400 => Error::new(ErrorKind::Unauthorized, format!("{about}: Dropbox does not take the question (status 400)"))
            .hint("is the token whole, and does the app have files.metadata.read and files.content.read?"),
        422 => told(ErrorKind::Config, "the team space is not known").hint("look at source.team_space"),
        _ => answer.refusal(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Page};

    #[test]
    fn a_page_as_documented_is_read() {
        let page: Page = serde_json::from_str(
            r#"{"cursor": "ZtkX9_EHj3x7PMkVuFIhwKYXEpwpLwyxp9vMKomUhllil9q7eWiAu", "has_more": false, "entries": [
            {".tag": "file", "name": "Prime_Numbers.txt", "id": "id:a4ayc_80_OEAAAAAAAAAXw", "client_modified": "2015-05-12T15:50:38Z",
             "server_modified": "2015-05-12T15:50:38Z", "rev": "a1c10ce0dd78", "size": 7212, "path_lower": "/homework/math/prime_numbers.txt",
             "path_display": "/Homework/math/Prime_Numbers.txt", "is_downloadable": true,
             "content_hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            {".tag": "folder", "name": "math", "id": "id:a4ayc_80_OEAAAAAAAAAXz", "path_lower": "/homework/math"},
            {".tag": "deleted", "name": "x", "path_lower": "/homework/x", "path_display": "/Homework/x"},
            {".tag": "new kind"}]}"#,
        )
        .unwrap();
        let Entry::File(file) = &page.entries[0] else { panic!("{page:?}") };
        let fingerprint = file.fingerprint();
        assert_eq!((fingerprint.size_bytes, fingerprint.modified_ns), (7212, 1_431_445_838_000_000_000));
        assert!(matches!(&page.entries[2], Entry::Deleted { path_display: Some(path) } if path == "/Homework/x"));
        assert!(matches!(page.entries[1], Entry::Folder) && matches!(page.entries[3], Entry::Other));
    }
}
