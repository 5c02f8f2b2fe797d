//! A renderer: one worker's decoder, encoder and memory, used for picture after picture.

use std::fmt;

use moxcms::ColorProfile;

use crate::buffers::Buffers;
use crate::cmyk;
use crate::deadline::Deadline;
use crate::decode::{Decode, Decoder};
use crate::encode::{EncodeOptions, Encoder};
use crate::error::{Error, ErrorKind};
use crate::formats::{self, Canvas, Coded, Opened};
use crate::header::Header;
use crate::plan::{RenderPlan, Target, decoded_samples};
use crate::probe::{Limits, Probe};
use crate::resize::Scaler;
use crate::samples::{Raster, Samples};
use crate::turn::turn;

/// One rendered size: a baseline JPEG, 4:2:0 or grey, upright, with the colour profile of the source
/// (if it has a usable one) and no other metadata.
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
}

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

/// What a file says of its colours.
struct Colours {
    /// Whether 255 is no ink.
    inverted: bool,
    profile: Option<Vec<u8>>,
    /// A profile the file means without carrying it.
    unstated: Option<Vec<u8>>,
}

impl Colours {
    fn of_jpeg(bytes: &[u8], header: &Header) -> Self {
        Self {
            inverted: header.adobe_transform.is_some(),
            profile: header.icc_profile(bytes),
            unstated: unstated_profile(header),
        }
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
        let Some(plan) = RenderPlan::new(probe, targets) else {
            self.verify(source, probe)?;
            return Ok(Vec::new());
        };
        let opened = self.open_as_probed(source, probe)?;
        let deadline = Deadline::within(self.limits.max_time);
        let samples = decoded_samples(probe.color);
        self.buffers.larger_in_front();
        let (mut picture, colours) = match &opened.coded {
            Coded::Jpeg { bytes, header } => {
                let picture = self.decode_jpeg(Decode { bytes, header, shrink: plan.shrink, samples })?;
                (picture, Colours::of_jpeg(bytes, header))
            }
            other => self.decode_other(other, probe, deadline)?,
        };
        // Everything that touches each pixel waits until the picture is as small as it may be.
        let stored_size = probe.orientation.turned_size(plan.steps[0].size_px);
        if picture.size_px != stored_size {
            let shown_px = (
                f64::from(probe.width_px) / f64::from(plan.shrink),
                f64::from(probe.height_px) / f64::from(plan.shrink),
            );
            self.resize(&mut picture, shown_px, stored_size);
        }
        let mut profile = colours.profile;
        if picture.samples == Samples::Cmyk {
            self.print_to_light(&mut picture, colours.inverted, profile.take().as_deref());
        }
        self.turn_upright(&mut picture, probe);
        let profile = profile.or(colours.unstated);

        let mut renditions = vec![None; targets.len()];
        for step in &plan.steps {
            deadline.check()?;
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

    /// Decodes all of `source` at the smallest scale and throws the pixels away: proof that a file
    /// which is copied bit for bit is whole.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn verify(&mut self, source: &[u8], probe: &Probe) -> Result<(), Error> {
        let opened = self.open_as_probed(source, probe)?;
        let Coded::Jpeg { bytes, header } = &opened.coded else {
            let deadline = Deadline::within(self.limits.max_time);
            return self.decode_other(&opened.coded, probe, deadline).map(|_| ());
        };
        let decode = Decode {
            bytes,
            header,
            shrink: 8,
            samples: match decoded_samples(probe.color) {
                Samples::Cmyk => Samples::Cmyk,
                // Every coefficient is read all the same; chroma is merely not turned into pixels.
                Samples::Grey | Samples::Rgb => Samples::Grey,
            },
        };
        self.decode_jpeg(decode).map(|_| ())
    }

    fn decode_jpeg(&mut self, decode: Decode<'_>) -> Result<Picture, Error> {
        let front = self.buffers.front_mut(decode.buffer_bytes());
        self.decoder.decode(decode, front)?;
        Ok(Picture { size_px: decode.size_px(), samples: decode.samples })
    }

    /// Decodes a picture that is no JPEG, at its full size.
    fn decode_other(
        &mut self,
        coded: &Coded<'_>,
        probe: &Probe,
        deadline: Deadline,
    ) -> Result<(Picture, Colours), Error> {
        let picture = Picture { size_px: (probe.width_px, probe.height_px), samples: decoded_samples(probe.color) };
        let ((width_px, height_px), samples) = (picture.size_px, picture.samples);
        let bytes = self.buffers.front_mut(picture.bytes());
        let mut canvas = Canvas { width_px, height_px, samples, bytes, deadline };
        let profile = formats::decode(coded, &mut self.decoder, &mut canvas)?;
        Ok((picture, Colours { inverted: false, profile, unstated: None }))
    }

    /// Bytes this renderer keeps for the next picture.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let held = self.buffers.held_bytes() + self.scaler.held_bytes() + self.encoder.held_bytes();
        held as u64
    }

    /// Gives all memory back if more than `keep_bytes` are held, so that one giant picture does not
    /// pin it for ever. The next picture takes anew what it needs.
    pub fn release_above(&mut self, keep_bytes: u64) {
        if self.held_bytes() > keep_bytes {
            self.buffers = Buffers::default();
            self.scaler.release();
            self.encoder.release();
        }
    }

    fn open_as_probed<'a>(&self, source: &'a [u8], probe: &Probe) -> Result<Opened<'a>, Error> {
        probe.check(&self.limits)?;
        let opened = formats::open(source, &self.limits)?;
        if opened.probe != *probe {
            return Err(Error::new(ErrorKind::NotAsProbed));
        }
        Ok(opened)
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

/// Cameras set to Adobe RGB may say so in Exif alone, which renditions do not carry: they get the
/// profile instead.
fn unstated_profile(header: &Header) -> Option<Vec<u8>> {
    let meant = header.exif.adobe_rgb && !header.has_icc && header.frame.components.len() == 3;
    let profile = meant.then(ColorProfile::new_adobe_rgb)?;
    profile.encode().ok()
}
