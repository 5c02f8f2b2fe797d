//! Packets of SFTP version 3 (draft-ietf-secsh-filexfer-02), as bytes. Names are bytes too: servers know no encoding.

use super::fault::Fault;

/// What a packet is.
pub(super) mod kind {
    pub(in crate::sftp) const INIT: u8 = 1;
    pub(in crate::sftp) const VERSION: u8 = 2;
    pub(in crate::sftp) const OPEN: u8 = 3;
    pub(in crate::sftp) const CLOSE: u8 = 4;
    pub(in crate::sftp) const READ: u8 = 5;
    pub(in crate::sftp) const WRITE: u8 = 6;
    pub(in crate::sftp) const LSTAT: u8 = 7;
    pub(in crate::sftp) const FSTAT: u8 = 8;
    pub(in crate::sftp) const FSETSTAT: u8 = 10;
    pub(in crate::sftp) const OPENDIR: u8 = 11;
    pub(in crate::sftp) const READDIR: u8 = 12;
    pub(in crate::sftp) const REMOVE: u8 = 13;
    pub(in crate::sftp) const MKDIR: u8 = 14;
    pub(in crate::sftp) const RMDIR: u8 = 15;
    pub(in crate::sftp) const STAT: u8 = 17;
    pub(in crate::sftp) const RENAME: u8 = 18;
    pub(in crate::sftp) const STATUS: u8 = 101;
    pub(in crate::sftp) const HANDLE: u8 = 102;
    pub(in crate::sftp) const DATA: u8 = 103;
    pub(in crate::sftp) const NAME: u8 = 104;
    pub(in crate::sftp) const ATTRS: u8 = 105;
    pub(in crate::sftp) const EXTENDED: u8 = 200;
    pub(in crate::sftp) const EXTENDED_REPLY: u8 = 201;
}

/// How a file is opened.
pub(super) mod open {
    pub(in crate::sftp) const READ: u32 = 0x01;
    pub(in crate::sftp) const WRITE_NEW: u32 = 0x02 | 0x08 | 0x20;
}

/// Builds the content of a packet.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn u32(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub(super) fn u64(mut self, number: u64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// Bytes with their length before them.
    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        // Nothing that is sent is longer than a block or a path.
        let mut writer = self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        writer.0.extend_from_slice(bytes);
        writer
    }

    /// Attributes that say nothing but the mode, or nothing at all.
    pub(super) fn mode(self, mode: Option<u32>) -> Self {
        match mode {
            Some(mode) => self.u32(ATTR_PERMISSIONS).u32(mode),
            None => self.u32(0),
        }
    }

    /// The whole packet, with length, kind and the number of the request.
    pub(super) fn packet(self, kind: u8, id: u32) -> Vec<u8> {
        let length = u32::try_from(self.0.len() + 5).unwrap_or(u32::MAX);
        let mut packet = length.to_be_bytes().to_vec();
        packet.push(kind);
        packet.extend_from_slice(&id.to_be_bytes());
        packet.extend_from_slice(&self.0);
        packet
    }
}

const ATTR_SIZE: u32 = 0x01;
const ATTR_OWNER: u32 = 0x02;
const ATTR_PERMISSIONS: u32 = 0x04;
const ATTR_TIMES: u32 = 0x08;
const ATTR_EXTENDED: u32 = 0x8000_0000;

/// What a server says of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// Length.
    pub(crate) size_bytes: Option<u64>,
    /// Type and permissions, as on Unix.
    pub(crate) mode: Option<u32>,
    /// Seconds since 1970 of the last change.
    pub(crate) modified_s: Option<u32>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, socket or device.
    Special,
}

impl Attributes {
    /// What it is; a server that does not say means a file.
    pub(crate) fn what(&self) -> What {
        match self.mode.map_or(0, |mode| mode & 0o170_000) {
            0o100_000 | 0 => What::File,
            0o040_000 => What::Folder,
            0o120_000 => What::Link,
            _ => What::Special,
        }
    }
}

/// Takes the content of a packet apart; what is missing or too long is a fault.
#[derive(Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(Fault::Garbled("a packet ends too early"))?;
        self.0 = rest;
        Ok(head)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        let mut number = [0; 4];
        number.copy_from_slice(self.take(4)?);
        Ok(u32::from_be_bytes(number))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Fault> {
        let mut number = [0; 8];
        number.copy_from_slice(self.take(8)?);
        Ok(u64::from_be_bytes(number))
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.u32()?;
        self.take(usize::try_from(length).map_err(|_| Fault::Garbled("a length is too great"))?)
    }

    pub(super) fn attributes(&mut self) -> Result<Attributes, Fault> {
        let flags = self.u32()?;
        let mut attributes = Attributes::default();
        if flags & ATTR_SIZE != 0 {
            attributes.size_bytes = Some(self.u64()?);
        }
        if flags & ATTR_OWNER != 0 {
            self.take(8)?;
        }
        if flags & ATTR_PERMISSIONS != 0 {
            attributes.mode = Some(self.u32()?);
        }
        if flags & ATTR_TIMES != 0 {
            self.u32()?;
            attributes.modified_s = Some(self.u32()?);
        }
        if flags & ATTR_EXTENDED != 0 {
            for _ in 0..self.u32()? {
                self.bytes()?;
                self.bytes()?;
            }
        }
        Ok(attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, What, Writer};

    #[test]
    fn what_is_written_is_read_and_what_is_cut_off_is_a_fault() {
        let content = Writer::default().u32(7).u64(1 << 40).bytes(b"\xff/a").mode(Some(0o100_644)).0;
        let read = |bytes: &[u8]| {
            let mut reader = Reader(bytes);
            Ok::<_, super::Fault>((reader.u32()?, reader.u64()?, reader.bytes()?.to_vec(), reader.attributes()?))
        };
        let (seven, large, name, attributes) = read(&content).unwrap();
        assert_eq!((seven, large, name.as_slice(), attributes.what()), (7, 1 << 40, &b"\xff/a"[..], What::File));
        for length in 0..content.len() {
            assert!(read(&content[..length]).is_err(), "{length}");
        }
    }
}
