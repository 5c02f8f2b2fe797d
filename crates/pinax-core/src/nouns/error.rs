//! An error: what kind it is, whether trying again may help, what went wrong, and what a person can do about it.

use std::fmt;

/// The result of everything that can go wrong in the rules or outside them.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; decides whether one item or the whole run stops, and whether a retry may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration, or a value a person gave, cannot be used.
    Config,
    /// The other side does not answer, or answered with a passing fault.
    Unavailable,
    /// The other side does not accept who we are (password, token).
    Unauthorized,
    /// The other side knows us and does not let us do this.
    Forbidden,
    /// The thing asked for is not there.
    NotFound,
    /// Something else is there already, or changed under our hands.
    Conflict,
    /// No room left where we write.
    Full,
    /// The place cannot be written to.
    ReadOnly,
    /// Another run holds it.
    Locked,
    /// Written by a newer program, or of a version this program does not know.
    UnknownVersion,
    /// The data of one item is refused by the other side (too long, unknown, not allowed).
    Rejected,
    /// The data cannot be understood.
    Corrupt,
    /// A fault of reading or writing that concerns one thing.
    Io,
    /// A fault of this program.
    Internal,
}

impl ErrorKind {
    /// Would the same fault meet every other item too? Then the run stops instead of failing one item after another.
    #[must_use]
    pub fn stops_the_run(self) -> bool {
        matches!(
            self,
            Self::Config
                | Self::Unavailable
                | Self::Unauthorized
                | Self::Forbidden
                | Self::Full
                | Self::ReadOnly
                | Self::Locked
                | Self::UnknownVersion
        )
    }
}

/// An error with its kind, a sentence for a person, and a hint.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind`; `message` is a sentence without a full stop, lower case at the start.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None }
    }

    /// Adds what a person can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the error that caused this one; it is shown after a colon.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Puts what was being done before the message: `could not link X: …`.
    #[must_use]
    pub fn context(mut self, doing: impl fmt::Display) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What a person can do about it, if anything is known.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Would the same fault meet every other item too?
    #[must_use]
    pub fn stops_the_run(&self) -> bool {
        self.kind.stops_the_run()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as &(dyn std::error::Error + 'static))
    }
}
