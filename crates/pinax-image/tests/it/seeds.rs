//! The same picture in every format.

use pinax_image::{EncodeOptions, Limits, Orientation, Renderer, probe};
use png::{BitDepth, ColorType};

use crate::picture::{Pixels, decode, jpeg, target};
use crate::tiff_file::{Page, Shape, write};

/// What a format can say beside the pixels.
#[derive(Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    pub(crate) orientation: Option<Orientation>,
    pub(crate) icc: Option<&'a [u8]>,
}

/// Decoded by a renderer at full size, through a JPEG of high quality.
pub(crate) fn shown(source: &[u8]) -> Result<Pixels, pinax_image::Error> {
    let limits = Limits::default();
    let found = probe(source, &limits)?;
    let wide = [pinax_image::Target { quality: 100, ..target(found.upright_size().0) }];
    let mut renderer = Renderer::new(limits);
    renderer.verify(source, &found)?;
    Ok(decode(&renderer.render(source, &found, &wide)?[0].bytes))
}

/// Asserts that a file shows this picture, as far as a JPEG of the highest quality can show it.
#[track_caller]
pub(crate) fn assert_shows(source: &[u8], wanted: &Pixels, what: &str) {
    let found = shown(source).unwrap_or_else(|error| panic!("{what}: {error}"));
    let wanted = decode(&jpeg(wanted, &EncodeOptions { quality: 100, ..EncodeOptions::default() }));
    let difference = found.mean_difference(&wanted);
    assert!(difference < 1.5, "{what}: {difference}");
}

/// A TIFF-shaped Exif block with an orientation.
pub(crate) fn exif_block(orientation: Orientation) -> Vec<u8> {
    write(Shape::Big, &[Page::default().tag(274, orientation.exif())])
}

pub(crate) fn png(size: (u32, u32), color: ColorType, depth: BitDepth, data: &[u8], said: Said<'_>) -> Vec<u8> {
    png_with(size, color, depth, data, said, &[])
}

/// A PNG with a palette.
pub(crate) fn png_with(
    size: (u32, u32),
    color: ColorType,
    depth: BitDepth,
    data: &[u8],
    said: Said<'_>,
    palette: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(size.0, size.1);
    (info.color_type, info.bit_depth) = (color, depth);
    info.icc_profile = said.icc.map(|icc| icc.to_vec().into());
    info.exif_metadata = said.orientation.map(|orientation| exif_block(orientation).into());
    if !palette.is_empty() {
        info.palette = Some(palette.to_vec().into());
    }
    let mut writer = png::Encoder::with_info(&mut bytes, info).expect("writes").write_header().expect("writes");
    writer.write_image_data(data).expect("writes");
    writer.finish().expect("writes");
    bytes
}

pub(crate) fn png_of(pixels: &Pixels, said: Said<'_>) -> Vec<u8> {
    png((pixels.width, pixels.height), ColorType::Rgb, BitDepth::Eight, &pixels.rgb, said)
}

pub(crate) fn tiff_of(pixels: &Pixels, said: Said<'_>) -> Vec<u8> {
    let strips = pixels.rgb.chunks(pixels.width as usize * 3 * 16).map(<[u8]>::to_vec).collect();
    let mut page = Page::new((pixels.width, pixels.height), 2, 3, 8).strips(16, strips);
    if let Some(orientation) = said.orientation {
        page = page.tag(274, orientation.exif());
    }
    if let Some(icc) = said.icc {
        page = page.value(34_675, crate::tiff_file::Value::Bytes(icc.to_vec()));
    }
    write(Shape::Little, &[page])
}
