//! A renderer: one worker's decoder, encoder and memory, used for picture after picture.
//!
//! Most pictures go by planes, the short way; those whose colours must be converted go by pixels.

mod pixels;
mod planar;
#[cfg(test)]
mod same_picture;

use std::fmt;

use moxcms::ColorProfile;

use crate::buffers::Buffers;
use crate::colour::{self, Colours, Conversion};
use crate::deadline::Deadline;
use crate::decode::{Decode, Decoder, Form};
use crate::encode::Encoder;
use crate::error::{Error, ErrorKind};
use crate::formats::{self, Coded, Opened};
use crate::header::Header;
use crate::luma::Luma;
use crate::plan::{RenderPlan, Target, decoded_samples};
use crate::probe::{Limits, Probe};
use crate::resample::Resampler;
use crate::resize::Scaler;
use crate::samples::Samples;

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
    resampler: Resampler,
    encoder: Encoder,
    buffers: Buffers,
    /// Luma of a picture that was not decoded to it, for those who look.
    luma: Vec<u8>,
}

/// Somebody who looks at the luma of a picture before it is resized.
type Look<'a> = &'a mut dyn FnMut(Luma<'_>);

/// What is known of a picture beside its pixels.
#[derive(Clone, Copy)]
struct Facts<'a> {
    probe: &'a Probe,
    /// Says sRGB, and goes with every rendition; of inks: what they mean.
    profile: Option<&'a [u8]>,
    /// To sRGB, pixel by pixel.
    conversion: Option<&'a Conversion>,
    /// Of inks: whether 255 is none.
    inverted: bool,
    /// When it must be done.
    deadline: Deadline,
}

/// What the colours of a picture mean: a profile that says sRGB, or is of inks; a conversion for any other.
fn meaning(samples: Samples, stated: Option<Vec<u8>>) -> (Option<Vec<u8>>, Option<Conversion>) {
    match (samples, stated) {
        (Samples::Cmyk, stated) => (stated, None),
        (_, None) => (None, None),
        (samples, Some(stated)) => match colour::colours_of(&stated, samples) {
            Colours::Srgb => (Some(stated), None),
            Colours::Unusable => (None, None),
            Colours::Other(conversion) => (None, Some(conversion)),
        },
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
            resampler: Resampler::default(),
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
        let opened = self.open_as_probed(source, probe)?;
        self.only_look(&opened.coded, probe, look)?;
        Ok(Vec::new())
    }

    fn carry_out(
        &mut self,
        source: &[u8],
        probe: &Probe,
        plan: &RenderPlan,
        look: Option<Look<'_>>,
    ) -> Result<Vec<Rendition>, Error> {
        let opened = self.open_as_probed(source, probe)?;
        let deadline = Deadline::within(self.limits.max_time);
        let samples = decoded_samples(probe.color);
        let facts = Facts { probe, profile: None, conversion: None, inverted: false, deadline };
        let Coded::Jpeg { bytes, header } = &opened.coded else {
            let (picture, stated) = self.decode_other(&opened.coded, probe, deadline)?;
            let (profile, conversion) = meaning(samples, stated);
            let facts = Facts { profile: profile.as_deref(), conversion: conversion.as_ref(), ..facts };
            return self.by_pixels(picture, facts, plan, look);
        };
        let stated = header.icc_profile(bytes).or_else(|| unstated_profile(header));
        let (profile, conversion) = meaning(samples, stated);
        let inverted = header.adobe_transform.is_some();
        let facts = Facts { profile: profile.as_deref(), conversion: conversion.as_ref(), inverted, ..facts };
        match probe.planes {
            Some(planes) if conversion.is_none() => {
                let form = Form::Planes(planes.subsamp());
                self.by_planes(Decode { bytes, header, shrink: plan.shrink, form }, facts, planes, plan, look)
            }
            _ => {
                let form = Form::Pixels(samples);
                let picture = self.decode(Decode { bytes, header, shrink: plan.shrink, form }, samples)?;
                self.by_pixels(picture, facts, plan, look)
            }
        }
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
            return self.decode_other(&opened.coded, probe, deadline).map(drop);
        };
        let samples = match decoded_samples(probe.color) {
            Samples::Cmyk => Samples::Cmyk,
            // Every coefficient is read all the same; chroma is merely not turned into pixels.
            Samples::Grey | Samples::Rgb => Samples::Grey,
        };
        self.decode(Decode { bytes, header, shrink: 8, form: Form::Pixels(samples) }, samples).map(drop)
    }

    /// Bytes this renderer keeps for the next picture.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let working = self.scaler.held_bytes() + self.resampler.held_bytes() + self.encoder.held_bytes();
        (self.buffers.held_bytes() + self.luma.capacity() + working) as u64
    }

    /// Gives all memory back if more than `keep_bytes` are held, so that one giant picture does not
    /// pin it for ever. The next picture takes anew what it needs.
    pub fn release_above(&mut self, keep_bytes: u64) {
        if self.held_bytes() > keep_bytes {
            self.buffers = Buffers::default();
            self.luma = Vec::new();
            self.scaler.release();
            self.resampler = Resampler::default();
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
