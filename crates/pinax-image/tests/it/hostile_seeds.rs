//! Small sound files of every format, and ways to break them.

use std::io::Write;

use pinax_image::{EncodeOptions, Orientation, encode_cmyk, encode_grey};
use png::{BitDepth, ColorType};

use crate::picture::{fine, jpeg, sheet};
use crate::seeds::{
    Said, bmp, bmp_of, coarse, dng_of, exif_block, gif_of, lossy_webp, png, png_of, tiff_of, webp, webp_of,
};
use crate::tiff_file::{Page, Shape, Value, write};

pub(crate) fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let picture = sheet(24, 17);
    let icc = moxcms::ColorProfile::new_display_p3().encode().expect("encodes");
    let said = Said { orientation: Some(Orientation::Turn90), icc: Some(&icc) };
    let progressive = EncodeOptions { progressive: true, orientation: said.orientation, ..fine() };
    let inks: Vec<u8> = picture.rgb.chunks(3).flat_map(|p| [p[0], p[1], p[2], 20]).collect();
    let mut ink_profile = icc.clone();
    ink_profile[16..20].copy_from_slice(b"CMYK");
    let grey: Vec<u8> = picture.rgb.chunks(3).map(|pixel| pixel[0]).collect();
    let packed = |bytes: &[u8]| {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).expect("packs");
        packer.finish().expect("packs")
    };
    let lzw = |bytes: &[u8]| {
        weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(bytes).expect("packs")
    };
    let size = (24, 17);
    let deep: Vec<u8> = picture.rgb.iter().flat_map(|sample| [*sample, 1]).collect();
    let tiles = vec![packed(&picture.rgb[..16 * 16 * 3]); 4];
    let palette: Vec<u16> = (0..768_u16).map(|at| at * 85).collect();
    let runs: Vec<u8> = grey.chunks(24).flat_map(|row| [&[23], row].concat()).collect();
    let bitmap_palette: Vec<u8> = (0..=255_u8).flat_map(|level| [level, level, 9, 0]).collect();
    let preview = jpeg(&picture, &fine());
    let mut raf = b"FUJIFILMCCD-RAW 0201".to_vec();
    raf.resize(84, 0);
    for field in [108, preview.len() as u32, 108, 4, 108, 8] {
        raf.extend(field.to_be_bytes());
    }
    raf.extend(&preview);
    let boxed = |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32 + 8).to_be_bytes(), &kind[..], data].concat();
    let meta = boxed(b"moov", &boxed(b"CMT1", &exif_block(Orientation::Turn90)));
    let page = |photometric, samples, bits| Page::new(size, photometric, samples, bits);
    vec![
        ("jpeg", jpeg(&picture, &EncodeOptions { icc: Some(&icc), orientation: said.orientation, ..fine() })),
        ("progressive", jpeg(&picture, &progressive)),
        ("grey jpeg", encode_grey(24, 17, &grey, &fine()).expect("encodes")),
        ("inks", encode_cmyk(24, 17, &inks, &EncodeOptions { icc: Some(&ink_profile), ..fine() }).expect("encodes")),
        ("png", png_of(&picture, said)),
        ("deep png", png(size, ColorType::Rgb, BitDepth::Sixteen, &deep, said)),
        ("clear png", png((6, 17), ColorType::Rgba, BitDepth::Eight, &grey, Said::default())),
        ("tiff", tiff_of(&picture, said)),
        ("lzw", write(Shape::Big, &[page(2, 3, 8).tag(259, 5).tag(317, 2).strips(17, vec![lzw(&picture.rgb)])])),
        ("deflate", write(Shape::BigTiff, &[page(2, 3, 16).tag(259, 8).tag(317, 2).strips(17, vec![packed(&deep)])])),
        ("tiles", write(Shape::Little, &[page(2, 3, 8).tag(259, 8).tiles((16, 16), tiles)])),
        ("runs", write(Shape::Little, &[page(1, 1, 8).tag(259, 32_773).strips(17, vec![runs])])),
        (
            "palette",
            write(Shape::Big, &[page(3, 1, 8).value(320, Value::Short(palette)).strips(17, vec![grey.clone()])]),
        ),
        (
            "tiff inks",
            write(Shape::Little, &[page(5, 4, 8).value(34_675, Value::Bytes(ink_profile)).strips(17, vec![inks])]),
        ),
        ("tiff jpeg", write(Shape::Little, &[page(6, 3, 8).tag(259, 7).strips(17, vec![preview.clone()])])),
        (
            "pages",
            write(
                Shape::Little,
                &[page(1, 1, 8).strips(17, vec![grey.clone()]).below(Page::default()), Page::default()],
            ),
        ),
        ("dng", dng_of(&picture, said)),
        ("raf", raf),
        ("cr3", [boxed(b"ftyp", b"crx \0\0\0\x01"), meta, boxed(b"mdat", &preview)].concat()),
        ("webp", webp_of(&picture, said)),
        ("clear webp", webp(&sheet(6, 17), &grey, image_webp::ColorType::Rgba8, Said::default())),
        ("lossy webp", lossy_webp()),
        ("gif", gif_of(&coarse(&picture), true, Some(3))),
        ("bmp", bmp_of(&picture)),
        ("bmp runs", bmp((8, 2), 8, 1, &bitmap_palette, &[8, 15, 0, 0, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1])),
    ]
}

/// A stream of numbers that is the same every time.
pub(crate) struct Mutator(u64);

impl Mutator {
    pub(crate) fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    /// One of the seeds, broken once or a few times.
    pub(crate) fn broken(mut self, seeds: &[(&'static str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].1.clone();
        for _ in 0..=self.below(3) {
            self.break_once(&mut bytes, seeds);
        }
        if bytes.starts_with(b"\x89PNG") && self.below(4) != 0 {
            right_sums(&mut bytes);
        }
        bytes
    }

    fn break_once(&mut self, bytes: &mut Vec<u8>, seeds: &[(&'static str, Vec<u8>)]) {
        // Headers are the most interesting part of a file.
        let within = if self.below(2) == 0 { bytes.len() } else { bytes.len().min(200) };
        let at = self.below(within);
        match self.below(9) {
            0 => bytes.truncate(at),
            1 => self.field(bytes, at),
            2 => self.field(bytes, at),
            // A place of a directory or a chunk: somewhere in the file, often itself.
            3 => {
                let place = self.below(bytes.len() + 8) as u32;
                let place = if self.below(2) == 0 { place.to_le_bytes() } else { place.to_be_bytes() };
                overwrite(bytes, at, &place);
            }
            4 => {
                let other = &seeds[self.below(seeds.len())].1;
                let from = self.below(other.len());
                let length = self.below(64.min(other.len() - from) + 1);
                overwrite(bytes, at, &other[from..from + length]);
            }
            5 => {
                let length = self.below(40).min(bytes.len() - at);
                bytes.drain(at..at + length);
            }
            6 => {
                let end = at + self.below(300).min(bytes.len() - at);
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            // Two files in one: the head of this, the whole of another.
            7 => {
                let other = &seeds[self.below(seeds.len())].1;
                bytes.truncate(at);
                bytes.extend(other);
            }
            _ => {
                for _ in 0..=self.below(8) {
                    let at = self.below(within);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
    }

    /// A length, a count or a size at its extremes.
    fn field(&mut self, bytes: &mut [u8], at: usize) {
        const EXTREMES: [u64; 12] =
            [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_fff0, u64::MAX, 0x8000_0000_0000_0000];
        let value = EXTREMES[self.below(EXTREMES.len())];
        let length = [1, 2, 4, 8][self.below(4)];
        let value = if self.below(2) == 0 {
            value.to_le_bytes()[..length].to_vec()
        } else {
            value.to_be_bytes()[8 - length..].to_vec()
        };
        overwrite(bytes, at, &value);
    }
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (to, from) in bytes.iter_mut().skip(at).zip(with) {
        *to = *from;
    }
}

/// Puts the checksums of a PNG right, so that what was broken is looked at.
fn right_sums(bytes: &mut [u8]) {
    let mut at = 8;
    while let Some(header) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let Some(content) = bytes.get(at + 4..at.saturating_add(8).saturating_add(length)) else {
            return;
        };
        let mut sum = flate2::Crc::new();
        sum.update(content);
        let end = at + 8 + length;
        overwrite(bytes, end, &sum.sum().to_be_bytes());
        at = end + 4;
    }
}
