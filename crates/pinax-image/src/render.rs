//! A renderer: one worker's decoder, encoder and memory, used for picture after picture.

use std::fmt;

use moxcms::ColorProfile;

use crate::buffers::Buffers;
use crate::cmyk;
use crate::colour;
use crate::decode::{Decode, Decoder};
use crate::encode::{EncodeOptions, Encoder};
use crate::error::{Error, ErrorKind};
use crate::header::Header;
use crate::luma::{self, Luma};
use crate::plan::{RenderPlan, Target, decoded_samples};
use crate::probe::{ColorModel, Limits, Probe, read_header};
use crate::resize::Scaler;
use crate::samples::{Raster, Samples};
use crate::turn::turn;

/// One rendered size: a baseline JPEG, 4:2:0 or grey, upright and in sRGB, with the colour profile of the source
/// (if that says sRGB) and no other metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// The JPEG file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
}

/// Renders pictures, one after another, in memory that it keeps. One to a thread; it starts none.
pub struct Renderer {
    limits: Limits,
    decoder: Decoder,
    scaler: Scaler,
    encoder: Encoder,
    buffers: Buffers,
    /// Luma of a picture that was not decoded to it, for those who look.
    luma: Vec<u8>,
}

/// Somebody who looks at the luma of a picture before it is resized.
type Look<'a> = &'a mut dyn FnMut(Luma<'_>);

/// What lies in the front buffer.
#[derive(Clone, Copy)]
struct Picture {
    size_px: (u32, u32),
    samples: Samples,
}

impl Picture {
    fn bytes(self) -> usize {
        self.size_px.0 as usize * self.size_px.1 as usize * self.samples.bytes()
    }

    fn raster(self, bytes: &[u8]) -> Raster<'_> {
        Raster { width_px: self.size_px.0, height_px: self.size_px.1, samples: self.samples, bytes }
    }
}

impl Renderer {
    /// A renderer without any memory yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            decoder: Decoder::new(&limits),
            scaler: Scaler::default(),
            encoder: Encoder::new(),
            buffers: Buffers::default(),
            luma: Vec::new(),
        }
    }

    /// Decodes `source` once and renders every target, in the order given.
    ///
    /// `probe` is what [`probe`](crate::probe()) said of the same bytes. Without targets this is
    /// [`Self::verify`].
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] or [`ErrorKind::Corrupt`] if any of the picture is missing or broken,
    /// also if nothing but the end-of-image marker is missing; [`ErrorKind::TooManyScans`];
    /// [`ErrorKind::UnsupportedJpeg`]; [`ErrorKind::NotAsProbed`]; and all that
    /// [`probe`](crate::probe()) gives.
    pub fn render(&mut self, source: &[u8], probe: &Probe, targets: &[Target]) -> Result<Vec<Rendition>, Error> {
        match RenderPlan::new(probe, targets) {
            Some(plan) => self.carry_out(source, probe, &plan, None),
            None => self.verify(source, probe).map(|()| Vec::new()),
        }
    }

    /// As [`Self::render`], and hands the luma of the whole picture, at full size and as stored, to `look`
    /// once, before anything is resized. The decoder then never shrinks, so this costs more where all
    /// targets are small; without targets the picture is decoded all the same. What it takes of memory:
    /// [`looking_estimate_bytes`](crate::looking_estimate_bytes).
    ///
    /// # Errors
    /// As [`Self::render`]; `look` has seen nothing if the picture does not decode.
    pub fn render_and_look(
        &mut self,
        source: &[u8],
        probe: &Probe,
        targets: &[Target],
        look: &mut dyn FnMut(Luma<'_>),
    ) -> Result<Vec<Rendition>, Error> {
        if let Some(plan) = RenderPlan::looking(probe, targets) {
            return self.carry_out(source, probe, &plan, Some(look));
        }
        let header = self.header_as_probed(source, probe)?;
        let samples = match decoded_samples(probe.color) {
            // The decoder can leave chroma out of YCbCr, not out of RGB.
            Samples::Rgb if probe.color == ColorModel::YCbCr => Samples::Grey,
            samples => samples,
        };
        let picture = self.decode(Decode { bytes: source, header: &header, shrink: 1, samples })?;
        self.show(picture, &header, look);
        Ok(Vec::new())
    }

    fn carry_out(
        &mut self,
        source: &[u8],
        probe: &Probe,
        plan: &RenderPlan,
        look: Option<Look<'_>>,
    ) -> Result<Vec<Rendition>, Error> {
        let header = self.header_as_probed(source, probe)?;
        let decode =
            Decode { bytes: source, header: &header, shrink: plan.shrink, samples: decoded_samples(probe.color) };
        let mut picture = self.decode(decode)?;
        if let Some(look) = look {
            self.show(picture, &header, look);
        }
        // Everything that touches each pixel waits until the picture is as small as it may be.
        let stored_size = probe.orientation.turned_size(plan.steps[0].size_px);
        if picture.size_px != stored_size {
            let shown_px = (
                f64::from(probe.width_px) / f64::from(plan.shrink),
                f64::from(probe.height_px) / f64::from(plan.shrink),
            );
            self.resize(&mut picture, shown_px, stored_size);
        }
        let mut profile = header.icc_profile(source);
        if picture.samples == Samples::Cmyk {
            let inverted = header.adobe_transform.is_some();
            self.print_to_light(&mut picture, inverted, profile.take().as_deref());
        }
        self.turn_upright(&mut picture, probe);
        let profile = profile.or_else(|| unstated_profile(&header));
        let pixels = self.buffers.front_mut(picture.bytes());
        let profile = profile.and_then(|profile| colour::to_srgb(profile, picture.samples, pixels));

        let mut renditions = vec![None; plan.steps.len()];
        for step in &plan.steps {
            if picture.size_px != step.size_px {
                let (width, height) = picture.size_px;
                self.resize(&mut picture, (width.into(), height.into()), step.size_px);
            }
            let options = EncodeOptions { quality: step.quality, icc: profile.as_deref(), ..EncodeOptions::default() };
            let pixels = self.buffers.front(picture.bytes());
            let bytes = self.encoder.encode(picture.raster(pixels), &options)?;
            renditions[step.index] = Some(Rendition { bytes, width_px: step.size_px.0, height_px: step.size_px.1 });
        }
        Ok(renditions.into_iter().flatten().collect())
    }

    fn decode(&mut self, decode: Decode<'_>) -> Result<Picture, Error> {
        self.buffers.larger_in_front();
        let front = self.buffers.front_mut(decode.buffer_bytes());
        self.decoder.decode(decode, front)?;
        Ok(Picture { size_px: decode.size_px(), samples: decode.samples })
    }

    /// Shows the luma of the decoded picture.
    fn show(&mut self, picture: Picture, header: &Header, look: Look<'_>) {
        let pixels = self.buffers.front(picture.bytes());
        let inverted = header.adobe_transform.is_some();
        let bytes = luma::of_pixels(pixels, picture.samples, inverted, &mut self.luma);
        let (width, height) = picture.size_px;
        look(Luma::new(width, height, width as usize, bytes).expect("one sample for each pixel"));
    }

    /// Decodes all of `source` at the smallest scale and throws the pixels away: proof that a file
    /// which is copied bit for bit is whole.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn verify(&mut self, source: &[u8], probe: &Probe) -> Result<(), Error> {
        let header = self.header_as_probed(source, probe)?;
        let decode = Decode {
            bytes: source,
            header: &header,
            shrink: 8,
            samples: match decoded_samples(probe.color) {
                Samples::Cmyk => Samples::Cmyk,
                // Every coefficient is read all the same; chroma is merely not turned into pixels.
                Samples::Grey | Samples::Rgb => Samples::Grey,
            },
        };
        let front = self.buffers.front_mut(decode.buffer_bytes());
        self.decoder.decode(decode, front)
    }

    /// Bytes this renderer keeps for the next picture.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let held = self.buffers.held_bytes() + self.scaler.held_bytes() + self.encoder.held_bytes();
        let held = held + self.luma.capacity();
        held as u64
    }

    /// Gives all memory back if more than `keep_bytes` are held, so that one giant picture does not
    /// pin it for ever. The next picture takes anew what it needs.
    pub fn release_above(&mut self, keep_bytes: u64) {
        if self.held_bytes() > keep_bytes {
            self.buffers = Buffers::default();
            self.luma = Vec::new();
            self.scaler.release();
            self.encoder.release();
        }
    }

    fn header_as_probed(&self, source: &[u8], probe: &Probe) -> Result<Header, Error> {
        probe.check(&self.limits)?;
        let header = read_header(source)?;
        if Probe::of(&header) != *probe {
            return Err(Error::new(ErrorKind::NotAsProbed));
        }
        Ok(header)
    }

    fn resize(&mut self, picture: &mut Picture, shown_px: (f64, f64), size_px: (u32, u32)) {
        let resized = Picture { size_px, samples: picture.samples };
        let (front, back) = self.buffers.both(picture.bytes(), resized.bytes());
        self.scaler.resize(picture.raster(front), shown_px, size_px, back);
        self.buffers.swap();
        *picture = resized;
    }

    fn print_to_light(&mut self, picture: &mut Picture, inverted: bool, profile: Option<&[u8]>) {
        let bytes = picture.bytes();
        if inverted {
            for ink in self.buffers.front_mut(bytes) {
                *ink = 255 - *ink;
            }
        }
        picture.samples = Samples::Rgb;
        let (inks, rgb) = self.buffers.both(bytes, picture.bytes());
        cmyk::to_srgb(inks, profile, rgb);
        self.buffers.swap();
    }

    fn turn_upright(&mut self, picture: &mut Picture, probe: &Probe) {
        if !probe.needs_turn() {
            return;
        }
        let bytes = picture.bytes();
        let (from, to) = self.buffers.both(bytes, bytes);
        match picture.samples {
            Samples::Grey => turn::<1>(from, picture.size_px, probe.orientation, to),
            Samples::Rgb => turn::<3>(from, picture.size_px, probe.orientation, to),
            Samples::Cmyk => turn::<4>(from, picture.size_px, probe.orientation, to),
        }
        self.buffers.swap();
        picture.size_px = probe.orientation.turned_size(picture.size_px);
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer")
            .field("limits", &self.limits)
            .field("held_bytes", &self.held_bytes())
            .finish_non_exhaustive()
    }
}

/// The profile a picture means without carrying it.
fn unstated_profile(header: &Header) -> Option<Vec<u8>> {
    let profile = header.means_adobe_rgb().then(ColorProfile::new_adobe_rgb)?;
    profile.encode().ok()
}
