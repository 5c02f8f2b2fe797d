//! What can be asked of a server: names, files, folders.

use std::collections::VecDeque;

use super::fault::{EOF, Fault, NO_SUCH_FILE};
use super::packet::{Attributes, Reader, Writer, kind, open};
use super::session::Session;

/// Every server takes blocks of this size (draft, section 3).
const BLOCK_BYTES: u32 = 32 * 1024;
/// Blocks of one file that are under way: a line with a delay of 100 ms carries 20 MB/s.
const BLOCKS_AHEAD: usize = 64;

/// A file or folder that is open on the server.
#[derive(Debug, Clone)]
pub(crate) struct Opened(Vec<u8>);

/// One name in a folder.
#[derive(Debug)]
pub(crate) struct Named {
    /// The name.
    pub(crate) name: Vec<u8>,
    /// Of the name itself, not of what a link leads to.
    pub(crate) attributes: Attributes,
}

fn path(path: &[u8]) -> Writer {
    Writer::default().bytes(path)
}

fn missing_is_none<T>(answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.is(NO_SUCH_FILE) => Ok(None),
        Err(fault) => Err(fault),
    }
}

impl Session {
    /// What lies at `at`, links not followed; `None` when nothing does.
    pub(crate) async fn look(&self, at: &[u8]) -> Result<Option<Attributes>, Fault> {
        let answer = self.request(kind::LSTAT, path(at), kind::ATTRS).await;
        missing_is_none(answer)?.map(|content| Reader(&content).attributes()).transpose()
    }

    /// What lies at `at`, links followed.
    pub(crate) async fn look_through(&self, at: &[u8]) -> Result<Option<Attributes>, Fault> {
        let answer = self.request(kind::STAT, path(at), kind::ATTRS).await;
        missing_is_none(answer)?.map(|content| Reader(&content).attributes()).transpose()
    }

    /// What an open file is now.
    pub(crate) async fn status(&self, file: &Opened) -> Result<Attributes, Fault> {
        Reader(&self.request(kind::FSTAT, path(&file.0), kind::ATTRS).await?).attributes()
    }

    /// Opens a folder.
    pub(crate) async fn open_folder(&self, at: &[u8]) -> Result<Opened, Fault> {
        opened(&self.request(kind::OPENDIR, path(at), kind::HANDLE).await?)
    }

    /// The next names of a folder, `.` and `..` left out; `None` after the last.
    pub(crate) async fn next_names(&self, folder: &Opened) -> Result<Option<Vec<Named>>, Fault> {
        let answer = match self.request(kind::READDIR, path(&folder.0), kind::NAME).await {
            Err(fault) if fault.is(EOF) => return Ok(None),
            answer => answer?,
        };
        let mut content = Reader(&answer);
        let mut names = Vec::new();
        for _ in 0..content.u32()? {
            let name = content.bytes()?.to_vec();
            // The same as `ls` shows it.
            content.bytes()?;
            let attributes = content.attributes()?;
            if name.is_empty() || name.contains(&b'/') || name.contains(&0) {
                return Err(Fault::Garbled("a name that is no name"));
            }
            if name != b"." && name != b".." {
                names.push(Named { name, attributes });
            }
        }
        Ok(Some(names))
    }

    /// Opens a file for reading.
    pub(crate) async fn open(&self, at: &[u8]) -> Result<Opened, Fault> {
        let content = path(at).u32(open::READ).mode(None);
        opened(&self.request(kind::OPEN, content, kind::HANDLE).await?)
    }

    /// Makes a file for writing, which only its owner can read as yet; a failure when there is anything of that name.
    pub(crate) async fn create(&self, at: &[u8]) -> Result<Opened, Fault> {
        let content = path(at).u32(open::WRITE_NEW).mode(Some(0o600));
        opened(&self.request(kind::OPEN, content, kind::HANDLE).await?)
    }

    /// Closes what was opened; what it answers is of no use after reading.
    pub(crate) async fn close(&self, file: Opened) -> Result<(), Fault> {
        self.done(kind::CLOSE, path(&file.0)).await
    }

    /// Hands over a file block by block, in order, at most one block more than `most_bytes`; returns its length.
    pub(crate) async fn read(&self, file: &Opened, most_bytes: u64, mut each: impl FnMut(&[u8])) -> Result<u64, Fault> {
        let block = |at: u64| self.ask(kind::READ, path(&file.0).u64(at).u32(BLOCK_BYTES));
        let mut under_way = VecDeque::new();
        let (mut asked, mut read) = (0_u64, 0_u64);
        loop {
            while under_way.len() < BLOCKS_AHEAD && (under_way.is_empty() || asked <= most_bytes) {
                under_way.push_back(block(asked).await?);
                asked += u64::from(BLOCK_BYTES);
            }
            let Some(answering) = under_way.pop_front() else { return Ok(read) };
            let answer = match answering.of(kind::DATA).await {
                Err(fault) if fault.is(EOF) => return Ok(read),
                answer => answer?,
            };
            let bytes = Reader(&answer).bytes()?;
            if bytes.is_empty() || bytes.len() > BLOCK_BYTES as usize {
                return Err(Fault::Garbled("a block of the wrong length"));
            }
            each(bytes);
            read += bytes.len() as u64;
            if read > most_bytes {
                return Ok(read);
            }
            if bytes.len() < BLOCK_BYTES as usize {
                // Short blocks come at the end, and from servers that like them smaller: go on from there.
                under_way.clear();
                asked = read;
            }
        }
    }

    /// Writes a whole file.
    pub(crate) async fn write(&self, file: &Opened, bytes: &[u8]) -> Result<(), Fault> {
        let mut under_way = VecDeque::new();
        let mut at = 0_u64;
        for block in bytes.chunks(BLOCK_BYTES as usize) {
            if under_way.len() >= BLOCKS_AHEAD
                && let Some(answering) = under_way.pop_front()
            {
                written(answering).await?;
            }
            under_way.push_back(self.ask(kind::WRITE, path(&file.0).u64(at).bytes(block)).await?);
            at += block.len() as u64;
        }
        for answering in under_way {
            written(answering).await?;
        }
        Ok(())
    }

    /// Makes what was written durable, where the server can.
    pub(crate) async fn sync(&self, file: &Opened) -> Result<(), Fault> {
        const FSYNC: &[u8] = b"fsync@openssh.com";
        if !self.knows(FSYNC) {
            return Ok(());
        }
        self.done(kind::EXTENDED, Writer::default().bytes(FSYNC).bytes(&file.0)).await
    }

    /// Sets who may read an open file.
    pub(crate) async fn set_mode(&self, file: &Opened, mode: u32) -> Result<(), Fault> {
        self.done(kind::FSETSTAT, path(&file.0).mode(Some(mode))).await
    }

    /// Renames a file. OpenSSH makes a second link and removes the first, so what is there is never replaced.
    pub(crate) async fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Fault> {
        self.done(kind::RENAME, path(from).bytes(to)).await
    }

    /// Removes a file or link.
    pub(crate) async fn remove(&self, at: &[u8]) -> Result<(), Fault> {
        self.done(kind::REMOVE, path(at)).await
    }

    /// Makes a folder.
    pub(crate) async fn make_folder(&self, at: &[u8], mode: u32) -> Result<(), Fault> {
        self.done(kind::MKDIR, path(at).mode(Some(mode))).await
    }

    /// Removes an empty folder.
    pub(crate) async fn remove_folder(&self, at: &[u8]) -> Result<(), Fault> {
        self.done(kind::RMDIR, path(at)).await
    }

    /// What is left on the disk a path lies on, where the server tells.
    pub(crate) async fn room(&self, at: &[u8]) -> Result<Option<Room>, Fault> {
        const STATVFS: &[u8] = b"statvfs@openssh.com";
        if !self.knows(STATVFS) {
            return Ok(None);
        }
        let content = Writer::default().bytes(STATVFS).bytes(at);
        let answer = self.request(kind::EXTENDED, content, kind::EXTENDED_REPLY).await?;
        let mut content = Reader(&answer);
        let mut numbers = [0_u64; 11];
        for number in &mut numbers {
            *number = content.u64()?;
        }
        // Block size, fragment size, blocks, free, available, inodes, free, available, number, flags, longest name.
        Ok(Some(Room { free_bytes: numbers[1].saturating_mul(numbers[4]), is_read_only: numbers[9] & 1 != 0 }))
    }
}

/// What a disk has left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// For people who are not root.
    pub(crate) free_bytes: u64,
    /// Cannot be written to at all.
    pub(crate) is_read_only: bool,
}

fn opened(answer: &[u8]) -> Result<Opened, Fault> {
    Ok(Opened(Reader(answer).bytes()?.to_vec()))
}

async fn written(answering: super::session::Answering) -> Result<(), Fault> {
    match answering.of(kind::HANDLE).await {
        Err(Fault::Status { code: 0, .. }) => Ok(()),
        Err(fault) => Err(fault),
        Ok(_) => Err(Fault::Garbled("a handle where none was asked for")),
    }
}
