//! A source that is a folder of a Dropbox.

use std::fmt;

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::source_image::{Fingerprint, SourceImage};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};

mod answers;
mod api;
mod content_hash;
mod list;
mod options;

use answers::{FileEntry, refusal};
use api::Api;
use content_hash::content_hash;
pub use options::{DropboxLogIn, DropboxOptions};

/// A folder of a Dropbox with everything below it, by API version 2.
///
/// A listing begins where the last one ended (`files/list_folder/continue`), and also tells what was deleted; a folder that
/// was deleted is told alone, without what lay in it. Files are read only: Dropbox's own app can move what is done.
pub struct DropboxSource {
    /// Without `/` at the end; empty for everything.
    folder: String,
    team_space: Option<String>,
    api: Api,
}

impl fmt::Debug for DropboxSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DropboxSource").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl DropboxSource {
    /// Prepares; whether the token is accepted and the folder is there, [`Source::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when folder, token or addresses cannot be used.
    pub fn new(options: DropboxOptions) -> Result<Self> {
        let folder = options.checked_folder()?;
        Ok(Self { folder, team_space: options.team_space.clone(), api: Api::new(options)? })
    }

    fn shown_folder(&self) -> &str {
        if self.folder.is_empty() { "/" } else { &self.folder }
    }

    fn first_question(&self, limit: u32, recursive: bool) -> Value {
        json!({
            "path": self.folder,
            "recursive": recursive,
            "include_deleted": false,
            "include_mounted_folders": true,
            "include_non_downloadable_files": false,
            "limit": limit,
        })
    }

    /// The path below the folder. How the folder itself is written may differ in case, so its parts are only counted.
    fn below(&self, path_display: &str) -> Option<String> {
        let above = self.folder.split('/').filter(|part| !part.is_empty()).count();
        let parts: Vec<&str> = path_display.split('/').filter(|part| !part.is_empty()).skip(above).collect();
        let is_path = !parts.is_empty() && !parts.iter().any(|part| matches!(*part, "." | ".."));
        is_path.then(|| parts.join("/"))
    }

    /// Is it still there? Why Dropbox refused it, when it is.
    async fn why_refused(&self, path: &str, refused: Error) -> Error {
        let about = format!("the file {path} of the Dropbox");
        match self.api.ask(&about, "2/files/get_metadata", &json!({ "path": path })).await {
            Ok(answer) if answer.status == 409 => refusal(&answer, &about),
            Ok(_) => Error::new(ErrorKind::Io, format!("{about} was not given, though it is there"))
                .hint("it is tried again in the next run"),
            Err(error) if error.stops_the_run() => error,
            Err(_) => refused,
        }
    }
}

#[async_trait]
impl Source for DropboxSource {
    fn describe(&self) -> String {
        let space = self.team_space.as_ref().map(|space| format!(" of team space {space}")).unwrap_or_default();
        format!("dropbox {}{space}", self.shown_folder())
    }

    async fn check(&self) -> Result<()> {
        let about = format!("the folder {} of the Dropbox", self.shown_folder());
        let answer = self.api.ask(&about, "2/files/list_folder", &self.first_question(1, false)).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        let error = refusal(&answer, &about);
        if error.kind() != ErrorKind::NotFound {
            return Err(error);
        }
        Err(Error::new(ErrorKind::Config, error.to_string())
            .hint("write source.path as Dropbox shows it; an app that sees only its own folder begins there with /"))
    }

    fn list(&self, from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        list::list(self, from)
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let said = image.fingerprint.size_bytes;
        if said > limit_bytes {
            let message = format!("{} has {said} bytes; at most {limit_bytes} are read", image.locator);
            return Err(Error::new(ErrorKind::Rejected, message).hint("make it smaller, or raise the limit"));
        }
        let below = std::str::from_utf8(image.locator.as_bytes())
            .map_err(|_| Error::new(ErrorKind::NotFound, format!("{} is no name a Dropbox can hold", image.locator)))?;
        let path = format!("{}/{below}", self.folder);
        let mut bytes = Vec::new();
        let came = match self.api.fetch(&path, limit_bytes, &mut bytes).await {
            Ok(came) => came,
            Err(error) if error.kind() == ErrorKind::Conflict => return Err(self.why_refused(&path, error).await),
            Err(error) => return Err(error),
        };
        // Of the version that came; absent behind some proxies.
        let told: Option<FileEntry> =
            came.headers.get("dropbox-api-result").and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        let tag = Fingerprint::tag_of(&content_hash(&bytes));
        let listed = image.fingerprint;
        if tag == listed.tag {
            return Ok(bytes);
        }
        match told {
            // Nothing but its revision is known of it.
            Some(told) if told.fingerprint().tag == listed.tag && !told.has_content_hash() => Ok(bytes),
            Some(told) if told.fingerprint().tag == listed.tag => {
                let message = format!("{} was damaged on its way: its content hash differs", image.locator);
                Err(Error::new(ErrorKind::Io, message).hint("it is tried again in the next run"))
            }
            _ => {
                let message =
                    format!("{} changed since it was listed: it has {} bytes now", image.locator, bytes.len());
                Err(Error::new(ErrorKind::Conflict, message).hint("it is taken as it is now in the next run"))
            }
        }
    }
}
