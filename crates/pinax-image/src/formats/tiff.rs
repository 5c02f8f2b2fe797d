//! TIFF (TIFF 6.0, its technical notes, BigTIFF): the largest page, in strips or tiles.
//!
//! Strips and tiles are unpacked a row at a time, so that a file of one giant strip takes no more memory than another.

mod ifd;
mod page;
mod pixels;
mod unpack;

pub(crate) use ifd::{Directory, Tiff};
pub(crate) use page::{Page, orientation};

use super::{Canvas, Coded, Opened, corrupt, probe_of, raw, space_of, truncated};
use crate::decode::{Decode, Decoder, Form};
use crate::error::Error;
use crate::format::Format;
use crate::header::Header;
use crate::icc;
use crate::plan::decoded_samples;
use crate::samples::Samples;
use page::{Coding, tag};
use pixels::Pixels;
use unpack::Unpack;

pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let tiff = Tiff::new(bytes).ok_or_else(truncated)?;
    let directories = tiff.directories()?;
    if raw::is_raw(&tiff, &directories) {
        return raw::open_tiff(&tiff, &directories);
    }
    let mut largest: Option<(u64, &Directory)> = None;
    for directory in &directories {
        let size = |tag| tiff.uint_of(directory, tag);
        let (Some(width), Some(height)) = (size(tag::WIDTH)?, size(tag::HEIGHT)?) else {
            continue;
        };
        // A mask says which pixels of another page count.
        let mask = size(tag::NEW_SUBFILE_TYPE)?.is_some_and(|kind| kind & 4 != 0);
        let pixels = width.saturating_mul(height);
        if !mask && largest.is_none_or(|(most, _)| pixels > most) {
            largest = Some((pixels, directory));
        }
    }
    let (_, directory) = largest.ok_or_else(|| corrupt("it holds no picture"))?;
    let page = Page::read(tiff, directory)?;
    let mut probe = probe_of(Format::Tiff, (page.width_px, page.height_px), page.color);
    probe.orientation = page.orientation;
    probe.has_icc = page.icc.is_some();
    probe.decoder_bytes = page.working_bytes();
    Ok(Opened { probe, coded: Coded::Tiff(Box::new(page)) })
}

pub(super) fn decode(
    page: &Page<'_>,
    decoder: &mut Decoder,
    canvas: &mut Canvas<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    let mut pixels = Pixels::new(page);
    for down in 0..page.chunks_down() {
        for across in 0..page.chunks_across() {
            let area = Area {
                left: across * page.chunk_px.0,
                top: down * page.chunk_px.1,
                rows: page.chunk_px.1.min(page.height_px - down * page.chunk_px.1),
                columns: page.chunk_px.0.min(page.width_px - across * page.chunk_px.0),
            };
            let index = down as usize * page.chunks_across() as usize + across as usize;
            if page.coding == Coding::Jpeg {
                jpeg_chunk(page, index, area, decoder, canvas)?;
            } else {
                chunk(page, index, area, &mut pixels, canvas)?;
            }
        }
    }
    let profile = page.icc.filter(|profile| icc::fits(profile, space_of(page.color)));
    Ok(profile.map(<[u8]>::to_vec))
}

/// The part of the picture that a chunk covers.
#[derive(Clone, Copy)]
struct Area {
    left: u32,
    top: u32,
    rows: u32,
    columns: u32,
}

impl Area {
    fn row<'c>(&self, row: u32, canvas: &'c mut Canvas<'_>) -> Result<&'c mut [u8], Error> {
        let bytes = canvas.samples.bytes();
        let row = canvas.row(self.top + row)?;
        Ok(&mut row[self.left as usize * bytes..][..self.columns as usize * bytes])
    }
}

/// Unpacks one strip or tile; of separate planes, the same one of each.
fn chunk(
    page: &Page<'_>,
    index: usize,
    area: Area,
    pixels: &mut Pixels<'_>,
    canvas: &mut Canvas<'_>,
) -> Result<(), Error> {
    let per_plane = page.chunks_across() as usize * page.chunks_down() as usize;
    let mut planes = (0..page.planes())
        .map(|plane| Unpack::new(page.coding, page.chunk_bytes(plane * per_plane + index)?))
        .collect::<Result<Vec<_>, _>>()?;
    for row in 0..area.rows {
        for (plane, unpack) in planes.iter_mut().enumerate() {
            unpack.fill(pixels.packed_row(plane))?;
            pixels.take(plane);
        }
        pixels.write(area.row(row, canvas)?);
    }
    Ok(())
}

/// A strip or tile that is a JPEG of its own, with tables kept elsewhere.
fn jpeg_chunk(
    page: &Page<'_>,
    index: usize,
    area: Area,
    decoder: &mut Decoder,
    canvas: &mut Canvas<'_>,
) -> Result<(), Error> {
    let whole = page.whole_jpeg(page.chunk_bytes(index)?)?;
    let header = Header::read(&whole)?;
    let samples = decoded_samples(page.color);
    let components = if samples == Samples::Grey { 1 } else { 3 };
    let frame = &header.frame;
    let fits = frame.width_px == page.chunk_px.0 && (area.rows..=page.chunk_px.1).contains(&frame.height_px);
    if !fits || frame.components.len() != components {
        return Err(corrupt("a strip or tile of another size than stated"));
    }
    if header.holds_coefficients() {
        return Err(corrupt("a progressive strip or tile"));
    }
    let decode = Decode { bytes: &whole, header: &header, shrink: 1, form: Form::Pixels(samples) };
    let (width, height) = decode.size_px();
    let mut decoded = vec![0; width as usize * height as usize * samples.bytes()];
    canvas.deadline.check()?;
    decoder.decode(decode, &mut decoded)?;
    let stride = page.chunk_px.0 as usize * samples.bytes();
    for (row, from) in (0..area.rows).zip(decoded.chunks_exact(stride)) {
        let to = area.row(row, canvas)?;
        to.copy_from_slice(&from[..to.len()]);
    }
    Ok(())
}
