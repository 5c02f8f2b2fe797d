//! Where a download goes.

use pinax_core::nouns::checksum::Sha256Sum;
use sha2::{Digest as _, Sha256};

/// No more is put by before the first byte came, whatever length a server tells.
const AHEAD_BYTES: u64 = 8 << 20;

/// Takes a download part by part.
pub trait Sink: Send {
    /// Begins, or begins again: what was taken before is void. The length, where it is known.
    fn begin(&mut self, size_bytes: Option<u64>);

    /// The next part.
    fn take(&mut self, part: &[u8]);
}

impl Sink for Vec<u8> {
    fn begin(&mut self, size_bytes: Option<u64>) {
        self.clear();
        self.reserve(usize::try_from(size_bytes.unwrap_or_default().min(AHEAD_BYTES)).unwrap_or_default());
    }

    fn take(&mut self, part: &[u8]) {
        self.extend_from_slice(part);
    }
}

/// Keeps only length and SHA-256.
#[derive(Debug, Clone, Default)]
pub struct SumSink {
    size_bytes: u64,
    sum: Sha256,
}

impl SumSink {
    /// How much came.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The sum of it.
    #[must_use]
    pub fn sum(self) -> Sha256Sum {
        Sha256Sum(self.sum.finalize().into())
    }
}

impl Sink for SumSink {
    fn begin(&mut self, _size_bytes: Option<u64>) {
        *self = Self::default();
    }

    fn take(&mut self, part: &[u8]) {
        self.size_bytes += part.len() as u64;
        self.sum.update(part);
    }
}
