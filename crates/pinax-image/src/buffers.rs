//! Two pixel buffers that a renderer keeps: work goes from the front one to the back one, then they
//! change places.

/// Both only ever grow, until they are released. What a picture does not use of them is stale.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    front: Vec<u8>,
    back: Vec<u8>,
}

impl Buffers {
    /// Puts the larger buffer in front, where the largest picture, the decoded one, begins.
    pub(crate) fn larger_in_front(&mut self) {
        if self.back.len() > self.front.len() {
            self.swap();
        }
    }

    /// The first `bytes` of the front buffer, grown if need be; their content is stale.
    pub(crate) fn front_mut(&mut self, bytes: usize) -> &mut [u8] {
        grown(&mut self.front, bytes)
    }

    /// The first `bytes` of the front buffer as they were written.
    pub(crate) fn front(&self, bytes: usize) -> &[u8] {
        &self.front[..bytes]
    }

    /// What lies in front, to read, and the back buffer, to write; [`Self::swap`] when written.
    pub(crate) fn both(&mut self, front_bytes: usize, back_bytes: usize) -> (&[u8], &mut [u8]) {
        (&self.front[..front_bytes], grown(&mut self.back, back_bytes))
    }

    pub(crate) fn swap(&mut self) {
        std::mem::swap(&mut self.front, &mut self.back);
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.front.capacity() + self.back.capacity()
    }
}

/// Grows by taking fresh zeroed memory, which costs nothing until it is touched, never by copying.
pub(crate) fn grown(buffer: &mut Vec<u8>, bytes: usize) -> &mut [u8] {
    if buffer.len() < bytes {
        *buffer = Vec::new();
        *buffer = vec![0; bytes];
    }
    &mut buffer[..bytes]
}
