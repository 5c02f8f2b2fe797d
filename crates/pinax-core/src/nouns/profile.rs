//! A profile: what Symbiota calls an image processing profile. Where pictures come from, how they are identified,
//! what sizes are made, where they go, and how they are linked.

use std::sync::Arc;

use super::collection::CollectionKey;
use super::matching::MatchField;
use crate::steps::derive::DerivativeRecipe;
use crate::steps::identify::NamePattern;
use crate::steps::look::LookOptions;
use crate::steps::places::SizePlaces;
use crate::steps::publish::KeyTemplate;
use crate::steps::rights::RightsMap;

/// What becomes of a source file once its picture is linked and its copy proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterLink {
    /// It stays (default).
    #[default]
    Keep,
    /// It is moved to the source's folder for done files.
    Move,
    /// It is deleted, but only when the store holds the very same bytes.
    Delete,
}

/// What is done with a picture whose number is on no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// It waits for a person (default).
    #[default]
    Review,
    /// It is left alone, and looked up again by the next run.
    Skip,
    /// A record is made, as Symbiota does it: processingStatus `unprocessed`, the number in the column that is matched
    /// on first.
    Create,
}

/// What is done when the record shows a picture of the same file name, or one known as the same, already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// It stays, and nothing is linked (default).
    #[default]
    Skip,
    /// The new one is linked beside it.
    KeepBoth,
    /// Its row shows the new one from now on, and keeps its `recordID`, tags and text.
    Replace,
}

/// What the barcodes on a picture have to say about which specimen it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BarcodePolicy {
    /// They are not read (default).
    #[default]
    Off,
    /// They must not contradict the file name.
    Check,
    /// One of them must be the number of the file name.
    Require,
    /// They are the number; the file name is not asked.
    InsteadOfName,
}

/// What is done with how good pictures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QualityPolicy {
    /// It is not measured.
    Off,
    /// It is measured, and what stands out is told (default).
    #[default]
    Report,
    /// Pictures that are bad by themselves wait for a person too.
    Review,
}

/// Who may do what with a picture; written into the portal row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// `media.owner`; the collection's name when not given.
    pub owner: Option<String>,
    /// `media.creator`.
    pub creator: Option<String>,
    /// `media.rights`: a licence URI.
    pub rights: Option<String>,
    /// `media.copyright`.
    pub copyright: Option<String>,
    /// `media.accessRights`: usage terms.
    pub access_rights: Option<String>,
}

/// How one batch is done. The source and the store themselves are handed to a flow beside it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name in the configuration.
    pub name: String,
    /// Inside which a catalog number is looked up.
    pub collection: CollectionKey,
    /// File name -> catalog number.
    pub pattern: Arc<NamePattern>,
    /// Where the number is looked for: the first column that finds something answers.
    pub match_on: Vec<MatchField>,
    /// No record has the number.
    pub missing: Missing,
    /// The record shows such a picture already.
    pub existing: Existing,
    /// What is read on pictures, and what of it counts.
    pub look: LookOptions,
    /// Sizes and quality.
    pub recipe: DerivativeRecipe,
    /// Where in the store each size goes.
    pub keys: KeyTemplate,
    /// Which sizes are made, and which lie somewhere already.
    pub places: SizePlaces,
    /// What the portal row says of rights.
    pub rights: Rights,
    /// What a table says of the rights of single pictures; it goes before everything else.
    pub rights_map: Option<Arc<RightsMap>>,
    /// What a picture's own metadata say of its rights goes before the profile.
    pub rights_from_picture: bool,
    /// Skeletal files in the source are read.
    pub skeletal: bool,
    /// What becomes of the source file.
    pub after: AfterLink,
    /// More pixels are refused.
    pub max_pixels: u64,
    /// Larger source files are refused.
    pub max_source_bytes: u64,
}

impl Profile {
    /// No number is longer than the widest column that is matched on, in characters.
    #[must_use]
    pub fn max_number_chars(&self) -> usize {
        self.match_on.iter().map(|field| field.max_chars()).max().unwrap_or_default()
    }
}
