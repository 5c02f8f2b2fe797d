//! A pressed plant: its look is chosen by family, its particulars by seed.

mod fern;
mod flower;
mod grass;
mod herb;
mod leaf;
mod stem;
mod texture;
mod woody;

use crate::canvas::{Canvas, Colour};
use crate::geometry::{Point, Rect};
use crate::random::{Random, Stream};

/// Leaves dry to olive, grey-green, brown-green.
const DRIED_GREENS: [Colour; 7] =
    [[92, 102, 54], [112, 112, 62], [80, 94, 60], [120, 106, 62], [100, 92, 50], [86, 100, 70], [74, 84, 48]];

/// A place where a strap holds the plant: across a stem that runs along `heading`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hold {
    pub(crate) middle: Point,
    pub(crate) heading: f32,
    pub(crate) length_px: f32,
}

/// One plant on its way onto the paper.
struct Mounting<'a> {
    canvas: &'a mut Canvas,
    random: Random,
    /// What all plants of the sheet have in common.
    species: Random,
    /// Where the plant may lie.
    area: Rect,
    /// The height of a plant that fills the area.
    height_px: f32,
    /// How far shadows fall.
    shadow: Point,
    green: Colour,
    holds: Vec<Hold>,
}

impl Mounting<'_> {
    /// A place in the area: (0, 0) is its upper left corner, (1, 1) its lower right.
    fn place(&self, across: f32, down: f32) -> Point {
        Point::new(
            self.area.left as f32 + self.area.width() as f32 * across,
            self.area.top as f32 + self.area.height() as f32 * down,
        )
    }
}

/// Draws a plant of this family into `area` and says where straps should hold it.
pub(crate) fn draw(canvas: &mut Canvas, area: Rect, seed: u64, family: &str) -> Vec<Hold> {
    if area.width() < 8 || area.height() < 8 {
        return Vec::new();
    }
    let mut random = Random::new(seed, Stream::Plant);
    let green = *random.pick(&DRIED_GREENS);
    let green = green.map(|value| (f32::from(value) * random.between(0.92, 1.1)) as u8);
    let height_px = (area.height() as f32).min(area.width() as f32 * 1.5);
    let shadow = Point::new(height_px * 0.0022, height_px * 0.003);
    let draw_one = look_of(family, seed);
    let small = matches!(family, "Asteraceae" | "Lamiaceae" | "Poaceae") && random.chance(0.35);
    let species = random.clone();
    let individual = Random::new(seed ^ random.bits(), Stream::Plant);
    let mut mounting = Mounting {
        canvas,
        random: individual,
        species: species.clone(),
        area,
        height_px,
        shadow,
        green,
        holds: Vec::new(),
    };
    if small {
        // Two small plants make a full sheet.
        let middle = area.left + area.width() / 2;
        mounting.height_px *= 0.72;
        mounting.area = Rect { right: middle, ..area };
        draw_one(&mut mounting);
        mounting.height_px *= 0.88;
        mounting.species = species;
        mounting.area = Rect { left: middle, bottom: area.bottom - area.height() * 3 / 10, ..area };
    }
    draw_one(&mut mounting);
    mounting.holds
}

/// What plants of a family look like from a distance. Families not listed get a look by seed.
fn look_of(family: &str, seed: u64) -> fn(&mut Mounting<'_>) {
    const ANY: [fn(&mut Mounting<'_>); 8] = [
        woody::draw_toothed,
        woody::draw_entire,
        woody::draw_lobed,
        woody::draw_palmate,
        herb::draw_opposite,
        herb::draw_daisy,
        fern::draw,
        grass::draw,
    ];
    match family {
        "Betulaceae" | "Rosaceae" | "Adoxaceae" => woody::draw_toothed,
        "Ericaceae" | "Salicaceae" | "Caprifoliaceae" => woody::draw_entire,
        "Fagaceae" => woody::draw_lobed,
        "Sapindaceae" | "Geraniaceae" => woody::draw_palmate,
        "Fabaceae" => herb::draw_pinnate,
        "Lamiaceae" => herb::draw_opposite,
        "Asteraceae" => herb::draw_daisy,
        "Apiaceae" => herb::draw_umbel,
        "Poaceae" | "Cyperaceae" => grass::draw,
        "Athyriaceae" | "Dryopteridaceae" | "Onocleaceae" | "Osmundaceae" | "Thelypteridaceae" => fern::draw,
        _ => ANY[(seed % ANY.len() as u64) as usize],
    }
}
