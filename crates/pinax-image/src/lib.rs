//! Pixels: what lies in an image file, and every web size of it from one decode.
//!
//! [`sniff`] names a format by its first bytes. [`probe`] reads the header of a picture and counts its
//! pixels before any memory is taken for them. A [`Renderer`], one to a worker thread, decodes once
//! and gives every [`Target`] size: upright, in the right colours, free of private metadata.
//! Whatever is cut off or broken is an [`Error`], never half a grey picture. [`embedded_rights`] reads who made a
//! picture and who may use it, from its header alone.
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

mod buffers;
mod cmyk;
mod deadline;
mod decode;
pub mod encode;
mod error;
mod exif;
mod format;
mod formats;
mod header;
mod icc;
mod metadata;
mod orientation;
mod plan;
mod probe;
mod render;
mod resize;
mod samples;
mod scans;
mod segment;
mod turn;

pub use encode::{EncodeOptions, encode_cmyk, encode_grey, encode_rgb};
pub use error::{Error, ErrorKind};
pub use format::{Format, sniff};
pub use metadata::{EmbeddedRights, embedded_rights};
pub use orientation::Orientation;
pub use plan::{Target, memory_estimate_bytes};
pub use probe::{ColorModel, Limits, Probe, Subsampling, probe};
pub use render::{Renderer, Rendition};
