//! The long way: by pixels of red, green and blue, or of inks, whose colours are not those of the web.

use super::{Facts, Look, Renderer, Rendition};
use crate::cmyk;
use crate::deadline::Deadline;
use crate::decode::{Decode, Form};
use crate::encode::EncodeOptions;
use crate::error::Error;
use crate::formats::{self, Canvas, Coded};
use crate::luma::{self, Luma};
use crate::plan::{RenderPlan, decoded_samples, looked_samples};
use crate::probe::Probe;
use crate::samples::{Raster, Samples, packed, packed_mut};
use crate::turn::turn;

/// What lies in the front buffer.
#[derive(Clone, Copy)]
pub(super) struct Picture {
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
    pub(super) fn by_pixels(
        &mut self,
        mut picture: Picture,
        facts: Facts<'_>,
        plan: &RenderPlan,
        look: Option<Look<'_>>,
    ) -> Result<Vec<Rendition>, Error> {
        let Facts { probe, mut profile, conversion, inverted, deadline } = facts;
        if let Some(look) = look {
            self.show(picture, inverted, look);
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
        if picture.samples == Samples::Cmyk {
            self.print_to_light(&mut picture, inverted, profile.take());
        }
        self.turn_upright(&mut picture, probe);
        if let Some(conversion) = conversion {
            conversion.apply(self.buffers.front_mut(picture.bytes()));
        }

        let mut renditions = vec![None; plan.steps.len()];
        for step in &plan.steps {
            deadline.check()?;
            if picture.size_px != step.size_px {
                let (width, height) = picture.size_px;
                self.resize(&mut picture, (width.into(), height.into()), step.size_px);
            }
            let options = EncodeOptions { quality: step.quality, icc: profile, ..EncodeOptions::default() };
            let pixels = self.buffers.front(picture.bytes());
            let bytes = self.encoder.encode(picture.raster(pixels), &options)?;
            renditions[step.index] = Some(Rendition { bytes, width_px: step.size_px.0, height_px: step.size_px.1 });
        }
        Ok(renditions.into_iter().flatten().collect())
    }

    /// Decodes no more than luma, if that can be done, and shows it.
    pub(super) fn only_look(&mut self, coded: &Coded<'_>, probe: &Probe, look: Look<'_>) -> Result<(), Error> {
        let Coded::Jpeg { bytes, header } = coded else {
            let (picture, _) = self.decode_other(coded, probe, Deadline::within(self.limits.max_time))?;
            self.show(picture, false, look);
            return Ok(());
        };
        let samples = looked_samples(probe);
        let picture = self.decode(Decode { bytes, header, shrink: 1, form: Form::Pixels(samples) }, samples)?;
        self.show(picture, header.adobe_transform.is_some(), look);
        Ok(())
    }

    /// Decodes `samples` into the front buffer.
    pub(super) fn decode(&mut self, decode: Decode<'_>, samples: Samples) -> Result<Picture, Error> {
        let picture = Picture { size_px: decode.size_px(), samples };
        self.buffers.larger_in_front();
        self.decoder.decode(decode, self.buffers.front_mut(picture.bytes()))?;
        Ok(picture)
    }

    /// Decodes a picture that is no JPEG, at its full size; with the colour profile it carries.
    pub(super) fn decode_other(
        &mut self,
        coded: &Coded<'_>,
        probe: &Probe,
        deadline: Deadline,
    ) -> Result<(Picture, Option<Vec<u8>>), Error> {
        let (size_px, samples) = ((probe.width_px, probe.height_px), decoded_samples(probe.color));
        let picture = Picture { size_px, samples };
        self.buffers.larger_in_front();
        let bytes = self.buffers.front_mut(picture.bytes());
        let mut canvas = Canvas { width_px: size_px.0, height_px: size_px.1, samples, bytes, deadline };
        let profile = formats::decode(coded, &mut self.decoder, &mut canvas)?;
        Ok((picture, profile))
    }

    /// Shows the luma of the decoded picture.
    fn show(&mut self, picture: Picture, inverted: bool, look: Look<'_>) {
        let pixels = self.buffers.front(picture.bytes());
        let bytes = luma::of_pixels(pixels, picture.samples, inverted, &mut self.luma);
        let (width, height) = picture.size_px;
        look(Luma::new(width, height, width as usize, bytes).expect("one sample for each pixel"));
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
        let upright_px = probe.orientation.turned_size(picture.size_px);
        let (from, mut to) = (packed(picture.size_px, from), packed_mut(upright_px, to));
        match picture.samples {
            Samples::Grey => turn::<1>(from, probe.orientation, &mut to),
            Samples::Rgb => turn::<3>(from, probe.orientation, &mut to),
            Samples::Cmyk => turn::<4>(from, probe.orientation, &mut to),
        }
        self.buffers.swap();
        picture.size_px = upright_px;
    }
}
