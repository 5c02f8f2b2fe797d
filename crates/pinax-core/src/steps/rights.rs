//! Rights: who made a picture and who may do what with it, from three levels: a table of rights ([`RightsMap`]) before
//! the picture's own metadata before the profile.
//!
//! A value is never cut, and a licence is written by its canonical URI where it is understood
//! ([`normalise_licence`]).

mod column;
mod licence;
mod map;
mod merge;

pub use column::RightsColumn;
pub use licence::{Licence, LicenceUri, normalise_licence};
pub use map::{RightsMap, RightsRow};
pub use merge::{Merged, merge, of_profile};
