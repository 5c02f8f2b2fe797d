//! Writing a new object: aside, durably, then in place under a name that was free.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::Put;
use pinax_core::{Error, ErrorKind, Result};

use super::aside::UnderWay;
use super::{SftpStore, faults};
use crate::sftp::{FAILURE, Fault, NO_SUCH_FILE, Session, What};

/// For everybody to read.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

/// Folders may be removed by others between two steps; then the steps are done again.
const MOST_TRIES: u32 = 20;

/// Is the root there, and can something be written, renamed and removed?
pub(super) async fn check(store: &SftpStore) -> Result<()> {
    /// Enough to notice a full disk.
    const PROBE_BYTES: usize = 64 * 1024;
    let root = store.path("");
    let looked = store.server.run(|session| {
        let root = root.clone();
        async move { session.look_through(&root).await }
    });
    match looked.await?.map_err(|fault| faults::root(store, fault))? {
        Some(found) if found.what() == What::Folder => {}
        Some(_) => {
            return Err(Error::new(ErrorKind::Config, format!("{} is no folder", store.name))
                .hint("name a folder that the web server shows"));
        }
        None => {
            let missing = Fault::Status { code: NO_SUCH_FILE, message: "no such folder".to_owned() };
            return Err(faults::root(store, missing));
        }
    }
    let under_way = UnderWay::begin(store).await?;
    let (first, second) = (under_way.name(), under_way.name());
    let probed = store.server.run(|session| {
        let (first, second) = (&first, &second);
        async move {
            write_aside(&session, store, first, &[0; PROBE_BYTES]).await?;
            session.rename(first, second).await?;
            session.remove(second).await
        }
    });
    let probed = match probed.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(fault)) => {
            tidy(store, &first).await;
            tidy(store, &second).await;
            Err(faults::write(store, format!("cannot write to the store {}", store.name), fault, true, PROBE_BYTES)
                .await)
        }
        Err(error) => Err(error),
    };
    under_way.end().await;
    // What no put can do is no matter of one object.
    probed.map_err(|error| match error.kind() {
        ErrorKind::Io => Error::new(ErrorKind::ReadOnly, error.to_string()).hint("look at the disk of the server"),
        _ => error,
    })
}

/// What one try came to.
enum Placed {
    Created,
    Exists,
    /// A folder went away in between.
    FolderGone,
}

pub(super) async fn put_new(store: &SftpStore, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
    let target = target(store, key)?;
    let under_way = UnderWay::begin(store).await?;
    let new = New {
        key,
        target: &target,
        aside: &under_way.name(),
        bytes,
        written: AtomicBool::new(false),
        renamed: AtomicBool::new(false),
    };
    let mut placed = Ok(Placed::FolderGone);
    for _ in 0..MOST_TRIES {
        placed = match store.server.run(|session| place(session, store, &new)).await {
            Ok(Ok(placed)) => Ok(placed),
            Ok(Err(fault)) => {
                tidy(store, new.aside).await;
                let everywhere = !new.written.load(Ordering::SeqCst);
                Err(faults::write(store, format!("cannot write {key}"), fault, everywhere, bytes.len()).await)
            }
            Err(error) => Err(error),
        };
        if !matches!(placed, Ok(Placed::FolderGone)) {
            break;
        }
    }
    if matches!(placed, Ok(Placed::FolderGone)) {
        tidy(store, new.aside).await;
    }
    under_way.end().await;
    match placed? {
        Placed::Created => Ok(Put::Created),
        Placed::Exists => Ok(Put::Exists),
        Placed::FolderGone => Err(Error::new(ErrorKind::Io, format!("cannot write {key}: its folder keeps vanishing"))
            .hint("does something else tidy up the store?")),
    }
}

/// The path of an object.
pub(super) fn target(store: &SftpStore, key: &ObjectKey) -> Result<Vec<u8>> {
    let first = key.as_str().split('/').next().unwrap_or_default();
    if first.eq_ignore_ascii_case(SftpStore::ASIDE_FOLDER) {
        return Err(Error::new(ErrorKind::Rejected, format!("{key} is a name pinax keeps for itself")));
    }
    Ok(store.path(key.as_str()))
}

/// An object that is to be put in place.
struct New<'a> {
    key: &'a ObjectKey,
    target: &'a [u8],
    aside: &'a [u8],
    bytes: &'a [u8],
    /// It lies aside: what goes wrong after that is a matter of its folder.
    written: AtomicBool,
    /// The server was asked to put it in place; whether it did is not known when the connection was lost.
    renamed: AtomicBool,
}

/// Done again over a new connection, it finds its own work: what lies aside, or in place.
async fn place(session: Arc<Session>, store: &SftpStore, new: &New<'_>) -> std::result::Result<Placed, Fault> {
    if session.look(new.target).await?.is_some() {
        return there_already(&session, new).await;
    }
    write_aside(&session, store, new.aside, new.bytes).await?;
    new.written.store(true, Ordering::SeqCst);
    let _nobody_removes_folders = store.folders.read().await;
    make_folders(&session, store, new.key).await?;
    new.renamed.store(true, Ordering::SeqCst);
    match session.rename(new.aside, new.target).await {
        Ok(()) => Ok(Placed::Created),
        Err(fault) if fault.is(NO_SUCH_FILE) => Ok(Placed::FolderGone),
        // There is one code for everything that goes wrong.
        Err(fault) if fault.is(FAILURE) && session.look(new.target).await?.is_some() => {
            new.renamed.store(false, Ordering::SeqCst);
            there_already(&session, new).await
        }
        Err(fault) => Err(fault),
    }
}

/// Something lies there. It is ours when it was to be put in place before the connection was lost, and does not lie
/// aside any more.
async fn there_already(session: &Session, new: &New<'_>) -> std::result::Result<Placed, Fault> {
    match session.remove(new.aside).await {
        Ok(()) => Ok(Placed::Exists),
        Err(fault) if fault.is(NO_SUCH_FILE) && new.renamed.load(Ordering::SeqCst) => Ok(Placed::Created),
        Err(fault) if fault.is(NO_SUCH_FILE) => Ok(Placed::Exists),
        Err(fault) => Err(fault),
    }
}

async fn write_aside(
    session: &Session,
    store: &SftpStore,
    aside: &[u8],
    bytes: &[u8],
) -> std::result::Result<(), Fault> {
    let mut tries = 0;
    let file = loop {
        tries += 1;
        match session.create(aside).await {
            Err(fault) if fault.is(NO_SUCH_FILE) && tries < MOST_TRIES => {
                let folder = store.path(SftpStore::ASIDE_FOLDER);
                match session.make_folder(&folder, 0o700).await {
                    // Others make it too, and may remove it again.
                    Err(fault) if fault.is(FAILURE) && (tries < 4 || session.look(&folder).await?.is_some()) => {}
                    made => made?,
                }
            }
            // Of a connection that was lost: the name is ours alone.
            Err(fault) if fault.is(FAILURE) && tries < 3 && session.look(aside).await?.is_some() => {
                session.remove(aside).await?;
            }
            file => break file?,
        }
    };
    let written = async {
        session.write(&file, bytes).await?;
        session.set_mode(&file, FILE_MODE).await?;
        session.sync(&file).await
    };
    let written = written.await;
    // A file that is open takes room even after it was removed.
    let closed = session.close(file).await;
    written.and(closed)
}

/// Makes the folders of an object, from the innermost that is there.
async fn make_folders(session: &Session, store: &SftpStore, key: &ObjectKey) -> std::result::Result<(), Fault> {
    let text = key.as_str();
    let folders: Vec<&str> = text.char_indices().filter(|(_, c)| *c == '/').map(|(slash, _)| &text[..slash]).collect();
    let mut missing = Vec::new();
    for folder in folders.iter().rev() {
        match session.look(&store.path(folder)).await? {
            None => missing.push(folder),
            Some(found) if found.what() == What::Folder => break,
            Some(_) => return Err(Fault::Garbled(faults::IN_THE_WAY)),
        }
    }
    for folder in missing.into_iter().rev() {
        match session.make_folder(&store.path(folder), FOLDER_MODE).await {
            // Others make it too.
            Err(fault) if fault.is(FAILURE) && session.look(&store.path(folder)).await?.is_some() => {}
            made => made?,
        }
    }
    Ok(())
}

/// Removes what is aside; what stays is removed by the next run.
async fn tidy(store: &SftpStore, aside: &[u8]) {
    let _ = store
        .server
        .run(|session| async move {
            match session.remove(aside).await {
                Err(Fault::Lost(why)) => Err(Fault::Lost(why)),
                _ => Ok(()),
            }
        })
        .await;
}
