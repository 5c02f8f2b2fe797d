//! A profile: what Symbiota calls an image processing profile. Where pictures come from, how they are identified,
//! what sizes are made, where they go, and how they are linked.

use std::sync::Arc;

use super::collection::CollectionKey;
use crate::steps::derive::DerivativeRecipe;
use crate::steps::identify::NamePattern;
use crate::steps::publish::KeyTemplate;

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
    /// Sizes and quality.
    pub recipe: DerivativeRecipe,
    /// Where in the store each size goes.
    pub keys: KeyTemplate,
    /// What the portal row says of rights.
    pub rights: Rights,
    /// What becomes of the source file.
    pub after: AfterLink,
    /// More pixels are refused.
    pub max_pixels: u64,
    /// Larger source files are refused.
    pub max_source_bytes: u64,
}
