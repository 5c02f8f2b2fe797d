//! A reason: why an item waits for a person, failed, or needed nothing. The codes are stable: scripts read them.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, again: $again:literal;)*) => {
        /// Why an item ended as it did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum ReasonCode { $($(#[$doc])* $name,)* }

        impl ReasonCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as text, as it stands in `--json`, CSV and the ledger.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Can the answer be another one next time though the file is the same (a record was added, a
            /// permission given, a pattern mended)? Then the next run tries again.
            #[must_use]
            pub fn worth_another_try(self) -> bool {
                match self { $(Self::$name => $again,)* }
            }
        }
    };
}

reasons! {
    /// The file name does not match the pattern.
    NameNotMatched = "name-not-matched", again: true;
    /// The capture ends (or begins) inside a run of digits: it may be another specimen's number.
    NumberCutShort = "number-cut-short", again: true;
    /// What was captured cannot be a catalog number.
    NumberRefused = "number-refused", again: true;
    /// The file name is not text (UTF-8).
    NameNotText = "name-not-text", again: true;
    /// The name says it is a derivative (`_tn`, `_med`, `_lg`, …) of another picture.
    DerivativeName = "derivative-name", again: true;
    /// No record has this catalog number.
    NoRecord = "no-record", again: true;
    /// Several records have this catalog number.
    SeveralRecords = "several-records", again: true;
    /// The record shows another picture of the same name, or of the same source.
    Existing = "existing", again: false;
    /// The record shows several pictures of the same name, and one is to be replaced.
    SeveralRows = "several-rows", again: true;
    /// The barcode says another number than the file name.
    BarcodeContradicts = "barcode-contradicts", again: false;
    /// No barcode that is a catalog number could be read, and the profile asks for one.
    NoBarcode = "no-barcode", again: false;
    /// No barcode could be read; whether the name can be believed is known when its neighbours are read.
    NameUnproved = "name-unproved", again: true;
    /// No barcode could be read, and the names of its neighbours are wrong.
    NeighboursContradict = "neighbours-contradict", again: false;
    /// Names and barcodes differ by a constant number of places, and it is one of those pictures.
    Shifted = "shifted", again: false;
    /// The picture is bad, and the profile asks for good ones.
    PoorPicture = "poor-picture", again: false;
    /// A person said that it shall not be linked.
    Rejected = "rejected", again: false;
    /// A person took a rejection back; it was not looked at since.
    Reopened = "reopened", again: true;
    /// It was linked, and the batch was taken back.
    Undone = "undone", again: false;
    /// A skeletal file that is not read yet.
    SkeletalUnread = "skeletal-unread", again: true;
    /// A skeletal file that was read, every line of it.
    SkeletalRead = "skeletal-read", again: false;
    /// A skeletal file of which some lines were refused.
    SkeletalRefused = "skeletal-refused", again: false;
    /// A skeletal file that cannot be read as a whole.
    SkeletalUnusable = "skeletal-unusable", again: false;
    /// A skeletal file some lines of which name records that are not there.
    SkeletalNoRecord = "skeletal-no-record", again: true;
    /// The picture changed after it was linked, and this portal door cannot change a link.
    CannotUpdate = "cannot-update", again: true;
    /// Zero bytes.
    Empty = "empty", again: false;
    /// The content is no picture.
    NotAnImage = "not-an-image", again: false;
    /// The content is a picture of a format that is not handled.
    UnsupportedFormat = "unsupported-format", again: true;
    /// The table and the file name say two numbers.
    TableContradicts = "table-contradicts", again: true;
    /// An address that should show a size of the picture shows another one.
    WrongPicture = "wrong-picture", again: true;
    /// An address that should show the picture, or a size of it, shows none: a page, an empty or damaged file.
    NotShown = "not-shown", again: true;
    /// The program that is named for its format could not make a picture of it.
    NotConverted = "not-converted", again: false;
    /// The picture ends too early.
    Truncated = "truncated", again: false;
    /// The picture cannot be decoded.
    Corrupt = "corrupt", again: false;
    /// More pixels or bytes than the limits allow.
    TooLarge = "too-large", again: true;
    /// The file could not be read.
    Unreadable = "unreadable", again: true;
    /// The file was gone when it was to be read.
    Vanished = "vanished", again: true;
    /// The file changed while it was read.
    ChangedWhileRead = "changed-while-read", again: true;
    /// What the store gave back is not what was written.
    NotPublished = "not-published", again: true;
    /// The web address cannot be used (too long).
    UriRefused = "uri-refused", again: true;
    /// The portal refused the row.
    PortalRefused = "portal-refused", again: true;
    /// A fault of the program.
    Internal = "internal", again: true;
    /// The same bytes are linked to this record from another file.
    Duplicate = "duplicate", again: false;
    /// The record shows this picture already.
    AlreadyLinked = "already-linked", again: false;
}

impl ReasonCode {
    /// Reads [`as_str`](Self::as_str) back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code with a sentence for a person, and what they can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// For scripts.
    pub code: ReasonCode,
    /// For people: what was seen.
    pub message: String,
    /// For people: what to do.
    pub hint: Option<String>,
}

impl Reason {
    /// The same of an address: what it shows may be mended though the source lists the file as before, so it is looked
    /// at again.
    #[must_use]
    pub fn of_address(self) -> Self {
        let code = if self.code.worth_another_try() { self.code } else { ReasonCode::NotShown };
        Self { code, ..self }
    }

    /// A reason without a hint.
    pub fn new(code: ReasonCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The sentence and hint of `error` under `code`.
    #[must_use]
    pub fn from_error(code: ReasonCode, error: &crate::Error) -> Self {
        Self { code, message: error.to_string(), hint: error.hint_text().map(str::to_owned) }
    }
}
