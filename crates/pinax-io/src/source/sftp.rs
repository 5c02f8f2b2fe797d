//! A source that is a folder on an SFTP server, with everything below it.

use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};

use crate::beneath::parts;
use crate::sftp::{Attributes, Fault, NO_SUCH_FILE, PERMISSION_DENIED, Server, SftpOptions, What, joined};

mod list;
mod read;

/// Which folder of which server is read.
#[derive(Debug, Clone)]
pub struct SftpSourceOptions {
    /// The server and the account.
    pub server: SftpOptions,
    /// The folder, absolute or below the account's own; empty is the account's own.
    pub root: String,
    /// A file that changed less than this ago is left for the next run; zero takes everything at once.
    pub settle: Duration,
    /// Folders below the root, parts joined by `/`, that are never listed: whatever Pinax itself writes there.
    pub leave_out: Vec<String>,
}

impl SftpSourceOptions {
    /// Leaves what changed in the last minute for the next run; leaves nothing out.
    pub fn new(server: SftpOptions, root: impl Into<String>) -> Self {
        Self { server, root: root.into(), settle: Duration::from_secs(60), leave_out: Vec::new() }
    }
}

/// A folder on an SFTP server, with everything below it.
///
/// Links below the folder are not followed. Names are bytes, as the server has them. A file is known by its length and its
/// time, which SFTP tells in whole seconds. Files stay where they are.
#[derive(Debug)]
pub struct SftpSource {
    server: Server,
    options: SftpSourceOptions,
}

impl SftpSource {
    /// Takes the server as it is named; whether it is there, [`Source::check`] tells.
    #[must_use]
    pub fn new(options: SftpSourceOptions) -> Self {
        Self { server: Server::new(options.server.clone()), options }
    }

    fn root(&self) -> &[u8] {
        self.options.root.as_bytes()
    }

    /// The path of a file on the server.
    fn path_of(&self, locator: &Locator) -> Result<Vec<u8>> {
        parts(locator.as_bytes()).map_err(|_| gone(locator))?;
        Ok(joined(self.root(), locator.as_bytes()))
    }

    /// The root cannot be used.
    fn root_fault(&self, fault: Fault) -> Error {
        let (kind, hint) = if fault.is(PERMISSION_DENIED) {
            (ErrorKind::Forbidden, "give the account the right to read the folder")
        } else if fault.is(NO_SUCH_FILE) {
            (ErrorKind::Unavailable, "create the folder on the server, or name another")
        } else {
            (ErrorKind::Unavailable, "look at the disk of the server")
        };
        Error::new(kind, format!("cannot read the folder {}", self.describe())).hint(hint).caused_by(fault)
    }
}

/// What the ledger knows a file by; `None` when the server tells no length.
fn fingerprint(attributes: &Attributes) -> Option<Fingerprint> {
    let modified_ns = i64::from(attributes.modified_s.unwrap_or_default()).saturating_mul(1_000_000_000);
    Some(Fingerprint::of_file(attributes.size_bytes?, modified_ns))
}

fn gone(locator: &Locator) -> Error {
    Error::new(ErrorKind::NotFound, format!("{locator} is not there any more"))
        .hint("if it was moved on purpose, all is well")
}

#[async_trait]
impl Source for SftpSource {
    fn describe(&self) -> String {
        format!("sftp {}@{}:{}", self.options.server.user, self.server.shown(), self.options.root)
    }

    async fn check(&self) -> Result<()> {
        let root = joined(self.root(), b"");
        let looked = self.server.run(|session| {
            let root = root.clone();
            async move {
                let Some(found) = session.look_through(&root).await? else {
                    return Err(Fault::Status { code: NO_SUCH_FILE, message: "no such folder".to_owned() });
                };
                let folder = session.open_folder(&root).await?;
                session.next_names(&folder).await?;
                session.close(folder).await?;
                Ok(found.what())
            }
        });
        match looked.await?.map_err(|fault| self.root_fault(fault))? {
            What::Folder => Ok(()),
            _ => Err(Error::new(ErrorKind::Config, format!("{} is no folder", self.describe()))
                .hint("name the folder that holds the pictures")),
        }
    }

    fn list(&self, _from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        list::listing(self)
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        read::read(self, image, limit_bytes).await
    }
}
