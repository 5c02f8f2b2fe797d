//! A deadline: how long one picture may take. Decoders look at it between rows, since no thread can be stopped.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Option<Instant>,
}

impl Deadline {
    /// From now on.
    pub(crate) fn within(time: Duration) -> Self {
        Self { at: Instant::now().checked_add(time) }
    }

    /// # Errors
    /// [`ErrorKind::TookTooLong`] once it has passed.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.at {
            Some(at) if Instant::now() >= at => Err(Error::new(ErrorKind::TookTooLong)),
            _ => Ok(()),
        }
    }
}
