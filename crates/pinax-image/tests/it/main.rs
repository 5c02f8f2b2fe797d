//! The crate as its users see it, on files made on the spot.

mod colour;
mod corpora;
mod damage;
mod formats;
mod hostile;
mod hostile_seeds;
mod limits;
mod orientation;
mod others;
mod picture;
mod pngs;
mod raws;
mod reuse;
mod rights;
mod rights_hostile;
mod seeds;
mod sizes;
mod slips;
mod tiff_file;
mod tiffs;
