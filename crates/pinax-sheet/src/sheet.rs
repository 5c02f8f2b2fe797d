//! A sheet: what it says, and the order in which its parts are laid on the paper.

use crate::barcode::Barcode;
use crate::canvas::Canvas;
use crate::geometry::Point;
use crate::label::Label;
use crate::layout::{Layout, scale_of};
use crate::picture::Picture;
use crate::random::{Random, Stream};
use crate::text::Fonts;
use crate::{furniture, paper, plant, typed};

/// A herbarium sheet to be drawn. Everything in the picture follows from these fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// In the barcode, under it and on the label. Without a Code 128 form (not ASCII) it has no barcode.
    pub catalog_number: String,
    /// Chooses paper, plant, arrangement and noise.
    pub seed: u64,
    /// Width of the picture; 0 counts as 1.
    pub width_px: u32,
    /// Height of the picture; 0 counts as 1.
    pub height_px: u32,
    /// What the typed label says.
    pub label: Label,
}

impl Sheet {
    /// A sheet of 4000 x 6000 pixels with a made-up label, about 137 pixels to the centimetre.
    pub fn made_up(catalog_number: &str, seed: u64) -> Self {
        Self {
            catalog_number: catalog_number.to_owned(),
            seed,
            width_px: 4000,
            height_px: 6000,
            label: Label::made_up(seed),
        }
    }

    /// The same sheet, photographed at another size. What does not fit on a small one is left out, the barcode last.
    #[must_use]
    pub fn size(self, width_px: u32, height_px: u32) -> Self {
        Self { width_px, height_px, ..self }
    }

    /// Draws the sheet. The same sheet always gives the same bytes.
    pub fn draw(&self) -> Picture {
        let (width, height) = (self.width_px.max(1) as i32, self.height_px.max(1) as i32);
        let scale = scale_of(width, height);
        let mut random = Random::new(self.seed, Stream::Furniture);
        let fonts = Fonts::load();
        let mut canvas = Canvas::new(width, height);
        let barcode = Barcode::new(&self.catalog_number, &self.label.institution, scale);
        let layout = Layout::new(width, height, self.seed, barcode.as_ref().map(Barcode::size_px));

        paper::paint(&mut canvas, layout.paper, self.seed);
        if let Some((middle, radius)) = layout.stamp {
            let initials = initials(&self.label.institution);
            furniture::draw_stamp(&mut canvas, &fonts, middle, radius, [&initials, "HERBARIUM"]);
        }
        if let Some(place) = layout.packet {
            furniture::draw_packet(&mut canvas, place, &mut random);
        }
        canvas.clip(layout.paper);
        for hold in plant::draw(&mut canvas, layout.plant, self.seed, &self.label.family) {
            let length_px = hold.length_px * random.between(0.9, 1.15);
            let middle = hold.middle + Point::new(random.around(2.0), random.around(2.0)) * scale;
            furniture::draw_strap(&mut canvas, middle, hold.heading, length_px, &mut random);
        }
        if let Some(place) = layout.slip {
            let namer = Label::made_up(self.seed ^ 0x0D37);
            let decided = format!("det. {}  {}", namer.collector, random.whole(1961, 2021));
            typed::draw_slip(&mut canvas, &fonts, place, &self.label.scientific_name, &decided);
        }
        if let Some(place) = layout.label {
            typed::draw_label(&mut canvas, &fonts, place, &self.label, &self.catalog_number);
        }
        if let Some(place) = layout.card {
            furniture::draw_scale_card(&mut canvas, &fonts, place, scale);
        }
        if let (Some(barcode), Some(place)) = (barcode, layout.barcode) {
            barcode.draw(&mut canvas, &fonts, place);
        }
        paper::add_grain(&mut canvas, self.seed);
        Picture { width_px: width as u32, height_px: height as u32, rgb: canvas.rgb }
    }
}

/// `Herbarium of Ashbourne College` -> `HAC`.
fn initials(institution: &str) -> String {
    institution.split(' ').filter_map(|word| word.chars().next()).filter(|letter| letter.is_uppercase()).collect()
}
