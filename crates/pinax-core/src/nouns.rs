//! What there is: the field's own nouns, as types that check themselves when they are made.

pub mod batch;
pub mod change;
pub mod checksum;
pub mod collection;
pub mod error;
pub mod finding;
pub mod matching;
pub mod media;
pub mod occurrence;
pub mod occurrence_record;
pub mod profile;
pub mod reading;
pub mod reason;
pub mod skeletal;
pub mod source_image;
pub mod uri;
