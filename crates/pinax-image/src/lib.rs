//! Pixels: what lies in an image file, and every web size of it from one decode.
//!
//! [`sniff`] names a format by its first bytes. [`probe`] reads the header of a picture and counts its
//! pixels before any memory is taken for them. A [`Renderer`], one to a worker thread, decodes once
//! and gives every [`Target`] size: upright, in the right colours, free of private metadata.
//! Whatever is cut off or broken is an [`Error`], never half a grey picture. [`picture_facts`] reads who made a
//! picture, when and with what, and who may use it, from its header alone; [`embed`](embed()) writes such facts into a rendition,
//! and [`without_location`] takes out of a JPEG where it was taken.
//!
//! ```
//! use pinax_image::{EncodeOptions, Limits, Renderer, Target, encode_rgb, probe};
//!
//! let sheet = encode_rgb(60, 90, &[200; 60 * 90 * 3], &EncodeOptions::default())?;
//! let limits = Limits::default();
//! let found = probe(&sheet, &limits)?;
//! let mut renderer = Renderer::new(limits);
//! let renditions = renderer.render(&sheet, &found, &[Target { width_px: 20, quality: 80 }])?;
//! assert_eq!((renditions[0].width_px, renditions[0].height_px), (20, 30));
//! # Ok::<(), pinax_image::Error>(())
//! ```
//!
//! Nothing here prints, reads files or the environment, or knows what a specimen is.

mod barcode;
mod buffers;
mod cmyk;
mod colour;
mod deadline;
mod decode;
mod embed;
pub mod encode;
mod error;
mod exif;
mod format;
mod formats;
mod header;
mod icc;
mod location;
mod luma;
mod metadata;
mod orientation;
mod plan;
mod planes;
mod probe;
mod quality;
mod render;
mod resample;
mod resize;
mod samples;
mod scans;
mod segment;
mod turn;

pub use barcode::{Barcode, BarcodeOptions, BarcodeReader, Effort, Symbology, crop};
pub use embed::{Embed, embed};
pub use encode::{EncodeOptions, encode_cmyk, encode_grey, encode_rgb};
pub use error::{Error, ErrorKind};
pub use format::{Format, sniff};
pub use location::{may_say_where, without_location};
pub use luma::Luma;
pub use metadata::{EmbeddedRights, PictureFacts, Taken, embedded_rights, picture_facts};
pub use orientation::Orientation;
pub use plan::{Target, looking_estimate_bytes, memory_estimate_bytes};
pub use probe::{ColorModel, Limits, Probe, Subsampling, probe};
pub use quality::{PerceptualHash, Quality};
pub use render::{Renderer, Rendition};
