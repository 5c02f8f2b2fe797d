//! Rights: who made a picture and who may do what with it.

mod licence;

pub use licence::{Licence, LicenceUri, normalise_licence};
