//! Describe: what is written into the sizes of a picture, so that they say whose they are wherever they turn up.

use pinax_image::{Embed, PictureFacts};

use crate::nouns::checksum::Sha256Sum;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::profile::Rights;

/// The rights as the portal row has them, the number of the specimen, when and with what the picture was taken, and the
/// sum of the file it was made from.
#[must_use]
pub fn describe(rights: &Rights, number: Option<&CatalogNumber>, facts: PictureFacts, sha256: Sha256Sum) -> Embed {
    Embed {
        creator: rights.creator.clone(),
        copyright: rights.copyright.clone(),
        licence: rights.rights.clone(),
        usage_terms: rights.access_rights.clone(),
        owner: rights.owner.clone(),
        catalog_number: number.map(|number| number.as_str().to_owned()),
        source_sha256: Some(sha256.0),
        taken: facts.taken,
        camera_make: facts.camera_make,
        camera_model: facts.camera_model,
    }
}
