//! Can the folder be written to? Looked at by doing it, aside.

use pinax_core::{Error, ErrorKind, Result};

use super::WebdavStore;
use crate::http::{Method, Request, Wanted};

/// Enough to notice a full disk.
const PROBE_BYTES: usize = 64 * 1024;

impl WebdavStore {
    pub(super) async fn check_writing(&self) -> Result<()> {
        match self.server.look(b"").await? {
            Some(found) if found.is_folder => {}
            Some(_) => {
                let message = format!("{} is no folder", self.server.shown());
                return Err(Error::new(ErrorKind::Config, message).hint("write the address of a folder in store.url"));
            }
            None => return Err(self.no_root()),
        }
        let _nobody_writes = self.aside.write().await;
        self.forget_folders();
        // What earlier runs left; other programs that are writing now begin again.
        self.remove(Self::ASIDE_FOLDER, true).await?;
        let probed = self.probe().await;
        self.forget_folders();
        let removed = self.remove(Self::ASIDE_FOLDER, true).await;
        probed.and(removed)
    }

    async fn probe(&self) -> Result<()> {
        let path = format!("{}/probe", Self::ASIDE_FOLDER);
        self.make_folders(&path).await?;
        let bytes: Vec<u8> = (0..PROBE_BYTES).map(|number| u8::try_from(number % 251).unwrap_or_default()).collect();
        let request = Request::new(Method::PUT, self.server.address(path.as_bytes(), false)).body(bytes.clone());
        self.server.send(request).await?.success()?;
        let mut back = Vec::new();
        self.server.fetch(path.as_bytes(), &Wanted::up_to(PROBE_BYTES as u64), &mut back).await?;
        if back == bytes {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Unavailable, format!("{} gives back other bytes than were put", self.server.shown()))
            .hint("nothing can be published there safely; ask the server's administrator"))
    }
}
