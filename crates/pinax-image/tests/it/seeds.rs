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

pub(crate) fn webp_of(pixels: &Pixels, said: Said<'_>) -> Vec<u8> {
    webp(pixels, &pixels.rgb, image_webp::ColorType::Rgb8, said)
}

/// Lossless.
pub(crate) fn webp(size: &Pixels, samples: &[u8], color: image_webp::ColorType, said: Said<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image_webp::WebPEncoder::new(&mut bytes);
    if let Some(icc) = said.icc {
        encoder.set_icc_profile(icc.to_vec());
    }
    if let Some(orientation) = said.orientation {
        encoder.set_exif_metadata(exif_block(orientation));
    }
    encoder.encode(samples, size.width, size.height, color).expect("writes");
    bytes
}

/// By a palette of 6 x 6 x 6 colours, which the picture should keep to.
pub(crate) fn gif_of(pixels: &Pixels, interlaced: bool, transparent: Option<u8>) -> Vec<u8> {
    let palette: Vec<u8> = (0..216_u8).flat_map(|at| [at / 36, at / 6 % 6, at % 6].map(|level| level * 51)).collect();
    let index = |pixel: &[u8]| pixel[0] / 51 * 36 + pixel[1] / 51 * 6 + pixel[2] / 51;
    let width = pixels.width as usize;
    let rows: Vec<Vec<u8>> = pixels.rgb.chunks(width * 3).map(|row| row.chunks(3).map(index).collect()).collect();
    let passes = if interlaced { vec![(0, 8), (4, 8), (2, 4), (1, 2)] } else { vec![(0, 1)] };
    let order = passes.iter().flat_map(|(first, step)| (*first..rows.len()).step_by(*step));
    let frame = gif::Frame {
        width: pixels.width as u16,
        height: pixels.height as u16,
        buffer: order.flat_map(|y| rows[y].clone()).collect::<Vec<_>>().into(),
        interlaced,
        transparent,
        ..gif::Frame::default()
    };
    let mut encoder = gif::Encoder::new(Vec::new(), frame.width, frame.height, &palette).expect("writes");
    encoder.write_frame(&frame).expect("writes");
    encoder.into_inner().expect("writes")
}

/// The picture with colours that [`gif_of`] keeps.
pub(crate) fn coarse(pixels: &Pixels) -> Pixels {
    Pixels { rgb: pixels.rgb.iter().map(|sample| sample / 51 * 51).collect(), ..*pixels }
}

/// 24 bits a pixel, from the lowest row up.
pub(crate) fn bmp_of(pixels: &Pixels) -> Vec<u8> {
    let rows: Vec<u8> = pixels
        .rgb
        .chunks(pixels.width as usize * 3)
        .rev()
        .flat_map(|row| {
            let mut stored: Vec<u8> = row.chunks(3).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
            stored.resize(stored.len().next_multiple_of(4), 0);
            stored
        })
        .collect();
    bmp((pixels.width, pixels.height.cast_signed()), 24, 0, &[], &rows)
}

/// A bitmap with what comes between header and pixels: masks or a palette.
pub(crate) fn bmp(size: (u32, i32), bits: u16, compression: u32, between: &[u8], pixels: &[u8]) -> Vec<u8> {
    let start = 54 + between.len() as u32;
    let mut bytes = b"BM".to_vec();
    for field in [start + pixels.len() as u32, 0, start, 40, size.0, size.1.cast_unsigned()] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    for field in [compression, 0, 0, 0, 0, 0] {
        bytes.extend(field.to_le_bytes());
    }
    [&bytes, between, pixels].concat()
}

/// A DNG: a thumbnail, and below it the JPEG and the values of the sensor.
pub(crate) fn dng_of(pixels: &Pixels, said: Said<'_>) -> Vec<u8> {
    let plain = jpeg(pixels, &crate::picture::fine());
    let size = (pixels.width, pixels.height);
    let preview = Page::new(size, 6, 3, 8).tag(259, 7).strips(pixels.height, vec![plain]);
    let sensor = Page::new(size, 32_803, 1, 16).strips(pixels.height, vec![vec![7; (size.0 * size.1 * 2) as usize]]);
    let mut page = Page::new((2, 2), 2, 3, 8).strips(2, vec![vec![9; 12]]).below(sensor).below(preview);
    page = page.value(50_706, crate::tiff_file::Value::Bytes(vec![1, 4, 0, 0]));
    if let Some(orientation) = said.orientation {
        page = page.tag(274, orientation.exif());
    }
    write(Shape::Little, &[page])
}

/// A lossy WebP of 24 x 16 pixels, red above and blue below, as libwebp wrote it.
pub(crate) fn lossy_webp() -> Vec<u8> {
    const FRAME: &[u8; 78] = b"\
        \x90\x03\x00\x9d\x01\x2a\x18\x00\x10\x00\x3e\xb5\x4a\x9e\x49\xbf\xa4\x22\xa1\x30\x08\x03\xf0\x16\x89\x6c\
        \x3b\x80\x18\xc3\xe0\x07\xe8\x00\x0f\x8e\x30\x00\xfe\xef\xe3\xaf\xe6\xa6\xff\x0a\x5b\x37\x23\xfe\x63\x07\
        \x83\x58\xff\xe7\x15\xeb\xff\x04\x3e\x0d\xa4\x37\x0c\x9d\x2f\x8e\x09\xe6\x7a\xe4\x85\xcb\x19\x9b\x78\x00";
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((12 + FRAME.len() as u32).to_le_bytes());
    bytes.extend(b"WEBPVP8 ");
    bytes.extend((FRAME.len() as u32).to_le_bytes());
    bytes.extend(FRAME);
    bytes
}
