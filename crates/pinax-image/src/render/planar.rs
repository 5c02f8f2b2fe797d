//! The short way: from the planes of the file to the planes of the sizes, and never a colour converted.
//!
//! Chroma stays a quarter of the work, and loses nothing on the way: it goes from the file's grid to that
//! of a size in one step. JPEG puts chroma samples in the middle of their pixels (JFIF 1.02), so the grids
//! are reckoned from the upper left corner of the upright picture.

use super::{Facts, Look, Renderer, Rendition};
use crate::decode::Decode;
use crate::encode::EncodeOptions;
use crate::error::Error;
use crate::luma::Luma;
use crate::orientation::Orientation;
use crate::plan::RenderPlan;
use crate::planes::Planes;
use crate::resample::Mapping;
use crate::turn::turn;

/// From one grid to another.
#[derive(Clone, Copy)]
struct Resize {
    from: Planes,
    /// The part of `from`, from the upper left corner, that the picture covers: a decoder that shrinks
    /// rounds sizes up.
    shown_px: (f64, f64),
    to: Planes,
    /// How the result is turned afterwards.
    orientation: Orientation,
}

impl Renderer {
    /// `planes` are those of the file at full size.
    pub(super) fn by_planes(
        &mut self,
        decode: Decode<'_>,
        Facts { probe, profile, deadline, .. }: Facts<'_>,
        planes: Planes,
        plan: &RenderPlan,
        look: Option<Look<'_>>,
    ) -> Result<Vec<Rendition>, Error> {
        let decoded = planes.at(decode.size_px());
        self.buffers.larger_in_front();
        self.decoder.decode(decode, self.buffers.front_mut(decoded.bytes()))?;
        if let Some(look) = look {
            let (width, height) = decoded.size_px;
            let luma = decoded.plane(0, self.buffers.front(decoded.bytes()));
            look(Luma::new(width, height, decoded.luma_stride(), luma.bytes).expect("a whole plane"));
        }

        let stored = decoded.at(probe.orientation.turned_size(plan.steps[0].size_px)).quartered();
        let shown_px =
            (f64::from(probe.width_px) / f64::from(plan.shrink), f64::from(probe.height_px) / f64::from(plan.shrink));
        self.resize_planes(Resize { from: decoded, shown_px, to: stored, orientation: probe.orientation });
        let mut upright = self.turn_planes(stored, probe.orientation);

        let mut renditions = vec![None; plan.steps.len()];
        for step in &plan.steps {
            deadline.check()?;
            let to = upright.at(step.size_px);
            let shown_px = (upright.size_px.0.into(), upright.size_px.1.into());
            self.resize_planes(Resize { from: upright, shown_px, to, orientation: Orientation::Upright });
            upright = to;
            let options = EncodeOptions { quality: step.quality, icc: profile, ..EncodeOptions::default() };
            let bytes = self.encoder.encode_planes(upright, self.buffers.front(upright.bytes()), &options)?;
            renditions[step.index] = Some(Rendition { bytes, width_px: step.size_px.0, height_px: step.size_px.1 });
        }
        Ok(renditions.into_iter().flatten().collect())
    }

    fn resize_planes(&mut self, resize: Resize) {
        let Resize { from, to, .. } = resize;
        let stays = |index| resize.mappings(index) == (Mapping::IDENTITY, Mapping::IDENTITY);
        if from == to && (0..to.count()).all(stays) {
            return;
        }
        let (front, back) = self.buffers.both(from.bytes(), to.bytes());
        for index in 0..to.count() {
            let (source, target) = (from.plane(index, front), to.plane_mut(index, back));
            if stays(index) && (source.width, source.height) == (target.width, target.height) {
                target.copy_from(source);
            } else {
                let (across, down) = resize.mappings(index);
                self.resampler.resample(source, across, down, target);
            }
        }
        to.fill_up(back);
        self.buffers.swap();
    }

    /// Turns upright; gives how the planes lie then.
    fn turn_planes(&mut self, stored: Planes, orientation: Orientation) -> Planes {
        if orientation == Orientation::Upright {
            return stored;
        }
        let upright = stored.at(orientation.turned_size(stored.size_px));
        let (front, back) = self.buffers.both(stored.bytes(), upright.bytes());
        for index in 0..stored.count() {
            let (from, mut to) = (stored.plane(index, front), upright.plane_mut(index, back));
            turn::<1>(from, orientation, &mut to);
        }
        upright.fill_up(back);
        self.buffers.swap();
        upright
    }
}

impl Resize {
    /// Where the samples of target plane `index` lie in the source plane, across and down.
    fn mappings(&self, index: usize) -> (Mapping, Mapping) {
        let (from, to) = (self.from.pixels_to_sample(index), self.to.pixels_to_sample(index));
        let (sideways, upside_down) = self.orientation.flips();
        (
            mapping(self.shown_px.0, from.0, self.to.size_px.0, to.0, sideways),
            mapping(self.shown_px.1, from.1, self.to.size_px.1, to.1, upside_down),
        )
    }
}

/// Along one side: `shown_px` of the source become `wanted_px`, at so many pixels to a sample each.
fn mapping(shown_px: f64, from: u32, wanted_px: u32, to: u32, flipped: bool) -> Mapping {
    let scale = shown_px / f64::from(wanted_px);
    // Counted from the other end, the sample that is not filled comes first.
    let beyond_px = if flipped { wanted_px.next_multiple_of(to) - wanted_px } else { 0 };
    Mapping { scale: scale * f64::from(to) / f64::from(from), start: -f64::from(beyond_px) * scale / f64::from(from) }
}
