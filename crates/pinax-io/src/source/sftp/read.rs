//! Reading one file: whole, and the one that was listed, or not at all.

use std::sync::Arc;

use pinax_core::nouns::source_image::SourceImage;
use pinax_core::{Error, ErrorKind, Result};

use super::{SftpSource, fingerprint, gone};
use crate::sftp::{Attributes, Fault, NO_SUCH_FILE, Session, What};

/// What became of a read.
enum Read {
    Whole(Vec<u8>),
    Changed,
    NoRoom,
}

pub(super) async fn read(source: &SftpSource, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
    let locator = &image.locator;
    let path = source.path_of(locator)?;
    let size_bytes = image.fingerprint.size_bytes;
    let is_listed =
        |attributes: &Attributes| attributes.what() == What::File && fingerprint(attributes) == Some(image.fingerprint);
    if size_bytes > limit_bytes {
        return Err(Error::new(
            ErrorKind::Rejected,
            format!("{locator} has {size_bytes} bytes; at most {limit_bytes} are read"),
        )
        .hint("make it smaller, or raise the limit"));
    }
    let answer = source.server.run(|session| read_listed(session, &path, size_bytes, is_listed)).await?;
    match answer {
        Ok(Read::Whole(bytes)) => Ok(bytes),
        Ok(Read::Changed) => Err(Error::new(ErrorKind::Conflict, format!("{locator} changed since it was listed"))
            .hint("run again when nobody writes to it")),
        Ok(Read::NoRoom) => Err(Error::new(ErrorKind::Io, format!("no memory for {locator}"))),
        Err(fault) if fault.is(NO_SUCH_FILE) => Err(gone(locator)),
        Err(fault) => Err(Error::new(ErrorKind::Io, format!("cannot read {locator}"))
            .hint("give the account the right to it, and look at the disk of the server")
            .caused_by(fault)),
    }
}

async fn read_listed(
    session: Arc<Session>,
    path: &[u8],
    size_bytes: u64,
    is_listed: impl Fn(&Attributes) -> bool,
) -> std::result::Result<Read, Fault> {
    // A link or a pipe is not even opened.
    match session.look(path).await? {
        None => return Err(Fault::Status { code: NO_SUCH_FILE, message: String::new() }),
        Some(attributes) if is_listed(&attributes) => {}
        Some(_) => return Ok(Read::Changed),
    }
    let mut bytes = Vec::new();
    if usize::try_from(size_bytes).ok().and_then(|size| bytes.try_reserve_exact(size).ok()).is_none() {
        return Ok(Read::NoRoom);
    }
    let file = session.open(path).await?;
    let read = async {
        let length = session.read(&file, size_bytes, |block| bytes.extend_from_slice(block)).await?;
        Ok((length, session.status(&file).await?))
    };
    let read: std::result::Result<_, Fault> = read.await;
    // A server keeps few files open.
    session.close(file).await?;
    let (length, after) = read?;
    Ok(if length == size_bytes && is_listed(&after) { Read::Whole(bytes) } else { Read::Changed })
}
