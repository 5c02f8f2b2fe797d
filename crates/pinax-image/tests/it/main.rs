//! The crate as its users see it, on JPEG files made on the spot.

mod colorimetry;
mod colour;
mod colour_golden;
mod damage;
mod embedding;
mod exiftool;
mod formats;
mod limits;
mod location;
mod location_hostile;
mod look;
mod orientation;
mod picture;
mod quality;
mod reuse;
mod rights;
mod rights_hostile;
mod sizes;
mod slips;
