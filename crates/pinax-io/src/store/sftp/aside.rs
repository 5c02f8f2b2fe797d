//! What is written aside: below a hidden folder, under a name of its own. What a killed run left is removed by the next.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use pinax_core::Result;

use super::{SftpStore, faults};
use crate::sftp::{FAILURE, Fault, NO_SUCH_FILE, Session, joined};

/// A put that is under way; the last one to end removes the folder.
pub(super) struct UnderWay<'a>(&'a SftpStore);

impl<'a> UnderWay<'a> {
    /// Removes what killed runs left, the first time.
    pub(super) async fn begin(store: &'a SftpStore) -> Result<Self> {
        store
            .swept
            .get_or_try_init(|| async {
                let answer = store.server.run(|session| sweep(session, store.path(SftpStore::ASIDE_FOLDER))).await?;
                answer.map_err(|fault| faults::root(store, fault))
            })
            .await?;
        store.under_way.fetch_add(1, Ordering::SeqCst);
        Ok(Self(store))
    }

    /// A name that nobody else uses.
    pub(super) fn name(&self) -> Vec<u8> {
        let number = self.0.number.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}/{}-{number}.part", SftpStore::ASIDE_FOLDER, std::process::id());
        self.0.path(&name)
    }

    /// Removes the folder, if nobody else writes there.
    pub(super) async fn end(self) {
        let store = self.0;
        drop(self);
        if store.under_way.load(Ordering::SeqCst) > 0 {
            return;
        }
        let folder = store.path(SftpStore::ASIDE_FOLDER);
        // Not empty, or gone already: both are fine.
        let _ = store
            .server
            .run(|session| {
                let folder = folder.clone();
                async move {
                    match session.remove_folder(&folder).await {
                        Err(Fault::Status { .. }) | Ok(()) => Ok(()),
                        Err(fault) => Err(fault),
                    }
                }
            })
            .await;
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn sweep(session: Arc<Session>, folder: Vec<u8>) -> std::result::Result<(), Fault> {
    let opened = match session.open_folder(&folder).await {
        Err(fault) if fault.is(NO_SUCH_FILE) => return Ok(()),
        opened => opened?,
    };
    let mut names = Vec::new();
    while let Some(more) = session.next_names(&opened).await? {
        names.extend(more.into_iter().map(|named| named.name));
    }
    session.close(opened).await?;
    for name in names {
        match session.remove(&joined(&folder, &name)).await {
            Err(fault) if !fault.is(NO_SUCH_FILE) => return Err(fault),
            _ => {}
        }
    }
    match session.remove_folder(&folder).await {
        Err(fault) if !fault.is(NO_SUCH_FILE) && !fault.is(FAILURE) => Err(fault),
        _ => Ok(()),
    }
}
