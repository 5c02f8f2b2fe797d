//! Quality: which pictures of a batch a person should look at, by what was measured on all of them.

mod alike;

use alike::alike;

use crate::nouns::checksum::Sha256Sum;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::reading::PictureQuality;

/// What is fewer cannot say what is usual.
const FEWEST: usize = 8;
/// A share of pixels without detail that is worth a word, and by so much more than the batch has.
const CLIPPED: f32 = 0.25;
const CLIPPED_MORE: f32 = 0.15;
/// A picture this much softer than the middle one of its batch is out of focus.
const SOFT: f32 = 0.4;
/// So many of a batch must have one shape before others are odd.
const USUAL_SHAPE: f32 = 0.8;
/// Shapes are one that differ by less.
const SHAPE_TOLERANCE: f32 = 0.03;

/// A picture of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Its catalog number, where it has one.
    pub catalog_number: Option<CatalogNumber>,
    /// Sum of its bytes.
    pub sha256: Option<Sha256Sum>,
    /// Upright width and height.
    pub size_px: Option<(u32, u32)>,
    /// What was measured.
    pub quality: PictureQuality,
}

/// What is to be said of some pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// Nothing is on it.
    Blank,
    /// Much of it is white without detail.
    TooLight,
    /// Much of it is black without detail.
    TooDark,
    /// Softer than the others.
    Soft,
    /// Another shape than the others.
    OddShape,
    /// The same picture under another catalog number, or nearly so.
    TwoNumbers,
    /// Nearly the same picture as another of its specimen.
    Alike,
}

/// Is it so bad by itself that it may be kept back?
#[must_use]
pub fn is_poor(quality: &PictureQuality) -> Option<Remark> {
    match quality {
        PictureQuality { blank: true, .. } => Some(Remark::Blank),
        PictureQuality { clipped_light, .. } if *clipped_light > 2.0 * CLIPPED => Some(Remark::TooLight),
        PictureQuality { clipped_dark, .. } if *clipped_dark > 2.0 * CLIPPED => Some(Remark::TooDark),
        _ => None,
    }
}

/// All remarks on the pictures of a batch: which, and the place of each picture concerned, in order.
#[must_use]
pub fn remarks(pictures: &[Measured]) -> Vec<(Remark, usize)> {
    let middle = |of: fn(&PictureQuality) -> f32| median(pictures.iter().map(|one| of(&one.quality)).collect());
    let enough = pictures.len() >= FEWEST;
    let (focus, light, dark) =
        (middle(|one| one.focus), middle(|one| one.clipped_light), middle(|one| one.clipped_dark));
    let shape = usual_shape(pictures);
    let mut remarks = Vec::new();
    for (at, picture) in pictures.iter().enumerate() {
        let quality = &picture.quality;
        if quality.blank {
            remarks.push((Remark::Blank, at));
            continue;
        }
        let clipped = |share: f32, usual: f32| share > CLIPPED && (!enough || share > usual + CLIPPED_MORE);
        let said = [
            (Remark::TooLight, clipped(quality.clipped_light, light)),
            (Remark::TooDark, clipped(quality.clipped_dark, dark)),
            (Remark::Soft, enough && quality.focus < SOFT * focus),
            (Remark::OddShape, shape.is_some_and(|usual| self::shape(picture).is_some_and(|own| !same(own, usual)))),
        ];
        remarks.extend(said.into_iter().filter(|(_, holds)| *holds).map(|(remark, _)| (remark, at)));
    }
    remarks.extend(alike(pictures));
    remarks.sort_unstable();
    remarks.dedup();
    remarks
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn shape(picture: &Measured) -> Option<f32> {
    picture.size_px.map(|(width_px, height_px)| width_px as f32 / height_px.max(1) as f32)
}

fn same(one: f32, other: f32) -> bool {
    (one / other - 1.0).abs() < SHAPE_TOLERANCE
}

/// Width to height of most pictures, when most are alike.
fn usual_shape(pictures: &[Measured]) -> Option<f32> {
    let shapes: Vec<f32> = pictures.iter().filter_map(shape).collect();
    let usual = median(shapes.clone());
    let like_it = shapes.iter().filter(|shape| same(**shape, usual)).count();
    (shapes.len() >= FEWEST && like_it as f32 >= USUAL_SHAPE * shapes.len() as f32).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::{Measured, Remark, remarks};
    use crate::nouns::checksum::Sha256Sum;
    use crate::nouns::occurrence::CatalogNumber;
    use crate::nouns::reading::PictureQuality;

    fn pictures(count: u8) -> Vec<Measured> {
        (0..count)
            .map(|at| Measured {
                catalog_number: Some(CatalogNumber::new(&format!("T{at}")).unwrap()),
                sha256: Some(Sha256Sum::of(&[at])),
                size_px: Some((4000, 6000)),
                quality: PictureQuality {
                    focus: 20.0 + f32::from(at % 5),
                    blank: false,
                    clipped_dark: 0.01,
                    clipped_light: 0.05,
                    // As far apart as pictures of other sheets.
                    hash: u64::from_be_bytes(Sha256Sum::of(&[at]).0[..8].try_into().unwrap()),
                },
            })
            .collect()
    }

    #[test]
    fn nothing_is_said_of_good_pictures() {
        assert_eq!(remarks(&pictures(40)), []);
        assert_eq!(remarks(&[]), []);
    }

    #[test]
    fn what_stands_out_is_told() {
        let mut pictures = pictures(20);
        pictures[3].quality.blank = true;
        pictures[4].quality.focus = 2.0;
        pictures[5].size_px = Some((6000, 4000));
        pictures[6].quality.clipped_light = 0.6;
        pictures[7].quality.clipped_dark = 0.6;
        let expected =
            [(Remark::Blank, 3), (Remark::TooLight, 6), (Remark::TooDark, 7), (Remark::Soft, 4), (Remark::OddShape, 5)];
        assert_eq!(remarks(&pictures), expected);
    }

    #[test]
    fn a_white_table_is_usual_where_all_pictures_have_it() {
        let mut pictures = pictures(20);
        pictures.iter_mut().for_each(|one| one.quality.clipped_light = 0.4);
        assert_eq!(remarks(&pictures), []);
    }

    #[test]
    fn one_picture_under_two_numbers_is_told_of_both() {
        let mut pictures = pictures(20);
        pictures[9].sha256 = pictures[2].sha256;
        pictures[12].quality.hash = pictures[15].quality.hash ^ 0b101;
        pictures[17].quality.hash = pictures[16].quality.hash ^ 0b1;
        pictures[17].catalog_number = pictures[16].catalog_number.clone();
        let expected = [
            (Remark::TwoNumbers, 2),
            (Remark::TwoNumbers, 9),
            (Remark::TwoNumbers, 12),
            (Remark::TwoNumbers, 15),
            (Remark::Alike, 16),
            (Remark::Alike, 17),
        ];
        assert_eq!(remarks(&pictures), expected);
    }
}
