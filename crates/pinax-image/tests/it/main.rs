//! The crate as its users see it, on JPEG files made on the spot.

mod colour;
mod damage;
mod formats;
mod limits;
mod orientation;
mod picture;
mod reuse;
mod sizes;
mod slips;
