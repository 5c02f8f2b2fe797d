//! Resizing by Lanczos3, a strip of rows at a time.
//!
//! The strips are bands of one and the same resampling (the filter reads across their edges), so they
//! show in the memory needed, not in the picture.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::samples::Raster;

/// Rows made at a time. The filter across is computed anew for every strip, which shows below some
/// 500 rows.
pub(crate) const STRIP_ROWS: u32 = 1024;

/// Resizes pictures with one set of working memory.
#[derive(Debug, Default)]
pub(crate) struct Scaler {
    resizer: Resizer,
}

impl Scaler {
    /// Resizes `from` to `size_px` pixels of the same kind in `to`, which holds exactly those.
    ///
    /// `shown_px` is the part of `from`, from the upper left corner, that the picture covers: a
    /// decoder that shrinks pads the last column and row where the size does not divide.
    pub(crate) fn resize(&mut self, from: Raster<'_>, shown_px: (f64, f64), size_px: (u32, u32), to: &mut [u8]) {
        let kind = from.samples.pixel_type();
        let source =
            ImageRef::new(from.width_px, from.height_px, from.bytes, kind).expect("a raster holds all its pixels");
        let (width, height) = size_px;
        let row_bytes = width as usize * from.samples.bytes();
        let scale = shown_px.1 / f64::from(height);
        let mut top = 0;
        for strip in to.chunks_mut(row_bytes * STRIP_ROWS as usize) {
            let rows = STRIP_ROWS.min(height - top);
            let start = f64::from(top) * scale;
            let shown = (f64::from(rows) * scale).min(shown_px.1 - start);
            let options = ResizeOptions::new()
                .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
                .crop(0.0, start, shown_px.0, shown)
                // The fourth sample is ink, never transparency.
                .use_alpha(false);
            let mut target = Image::from_slice_u8(width, rows, strip, kind).expect("a strip holds its rows");
            self.resizer
                .resize(&source, &mut target, &options)
                .expect("the strip lies within the source and has its kind of pixels");
            top += rows;
        }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.resizer.size_of_internal_buffers()
    }

    pub(crate) fn release(&mut self) {
        self.resizer.reset_internal_buffers();
    }
}
