//! What goes wrong between us and an SFTP server.

use std::fmt;

/// A fault of one request.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The connection is gone; what became of the request is not known.
    Lost(String),
    /// The server says no.
    Status {
        /// `SSH_FX_…`
        code: u32,
        /// In the server's words.
        message: String,
    },
    /// What the server says makes no sense.
    Garbled(&'static str),
}

/// No more of it.
pub(crate) const EOF: u32 = 1;
/// No such file.
pub(crate) const NO_SUCH_FILE: u32 = 2;
/// Permission denied.
pub(crate) const PERMISSION_DENIED: u32 = 3;
/// Anything else: it exists, no room, read-only, …
pub(crate) const FAILURE: u32 = 4;

impl Fault {
    /// Is it an answer with this code?
    pub(crate) fn is(&self, wanted: u32) -> bool {
        matches!(self, Self::Status { code, .. } if *code == wanted)
    }

    /// May trying again over a new connection help?
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(why) => write!(f, "the connection was lost ({why})"),
            Self::Status { code, message } if message.is_empty() => write!(f, "the server says no (code {code})"),
            Self::Status { message, .. } => write!(f, "the server says: {message}"),
            Self::Garbled(why) => write!(f, "the server's answer makes no sense: {why}"),
        }
    }
}

impl std::error::Error for Fault {}
