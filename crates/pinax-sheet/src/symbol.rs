//! A symbol: a barcode of any kind, printed anywhere on a picture as badly as real ones are.

use pinax_image::Symbology;
use zxingcpp::BarcodeFormat;

use crate::picture::Picture;
use crate::random::{Random, Stream};

/// The squares of a barcode, one row for a code of bars.
#[derive(Clone, Debug)]
pub struct Symbol {
    columns: usize,
    /// `true` for a black module, row by row.
    modules: Vec<bool>,
    linear: bool,
}

/// How a symbol is printed and photographed.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    /// Pixels of a module.
    pub module_px: f32,
    /// Clockwise.
    pub tilt_degrees: f32,
    /// Standard deviation of the blur, in modules.
    pub blur_modules: f32,
    /// From 0, no ink at all, to 1, black on white.
    pub contrast: f32,
    /// Height of bars, in modules; squares have their own.
    pub bars_modules: f32,
}

/// Brightness of the sticker and of the blackest ink.
const PAPER: f32 = 236.0;
const INK: f32 = 22.0;
/// Samples of a pixel along each side.
const SAMPLES: usize = 3;

impl Symbol {
    /// `None` when `text` has no such symbol.
    #[must_use]
    pub fn new(symbology: Symbology, text: &str) -> Option<Self> {
        let format = match symbology {
            Symbology::Code128 => BarcodeFormat::Code128,
            Symbology::Code39 => BarcodeFormat::Code39,
            Symbology::Codabar => BarcodeFormat::Codabar,
            Symbology::Itf => BarcodeFormat::ITF,
            Symbology::QrCode => BarcodeFormat::QRCode,
            Symbology::DataMatrix => BarcodeFormat::DataMatrix,
        };
        let text = if symbology == Symbology::Codabar { format!("A{text}B") } else { text.to_owned() };
        let code = zxingcpp::create(format).from_str(&text).ok()?;
        let image = code.to_image_with(&zxingcpp::write().scale(1).add_quiet_zones(false)).ok()?;
        let (columns, rows) = (usize::try_from(image.width()).ok()?, usize::try_from(image.height()).ok()?);
        let linear = symbology.is_linear();
        let data = image.data();
        let shown = if linear { &data[rows / 2 * columns..(rows / 2 + 1) * columns] } else { &data[..] };
        Some(Self { columns, modules: shown.iter().map(|&value| value < 128).collect(), linear })
    }

    /// Width and height of the sticker in modules, its quiet zones among them.
    fn size(&self, bars_modules: f32) -> (f32, f32) {
        let (columns, quiet) = (self.columns as f32, self.quiet());
        let rows = self.modules.len() as f32 / columns;
        (columns + 2.0 * quiet, if self.linear { bars_modules + 6.0 } else { rows + 2.0 * quiet })
    }

    /// Bare modules at either side.
    fn quiet(&self) -> f32 {
        if self.linear { 10.0 } else { 4.0 }
    }

    /// Ink at a point of the sticker, in modules from its corner.
    fn is_black(&self, x: f32, y: f32, height: f32) -> bool {
        let x = x - self.quiet();
        let margin = if self.linear { 3.0 } else { self.quiet() };
        if x < 0.0 || y < margin || y >= height - margin {
            return false;
        }
        let row = if self.linear { 0 } else { (y - margin) as usize };
        let column = x as usize;
        column < self.columns && self.modules.get(row * self.columns + column).is_some_and(|&black| black)
    }
}

impl Picture {
    /// Glues the symbol on as a sticker around `centre`.
    pub fn print(&mut self, symbol: &Symbol, centre: (f32, f32), how: &Print) {
        let (width, height) = symbol.size(how.bars_modules);
        let (sin, cos) = how.tilt_degrees.to_radians().sin_cos();
        let blur_px = how.blur_modules * how.module_px;
        let half = (width * how.module_px, height * how.module_px);
        let reach = (
            (half.0 * cos.abs() + half.1 * sin.abs()) / 2.0 + 3.0 * blur_px + 2.0,
            (half.0 * sin.abs() + half.1 * cos.abs()) / 2.0 + 3.0 * blur_px + 2.0,
        );
        let (left, top) = ((centre.0 - reach.0) as i32, (centre.1 - reach.1) as i32);
        let (columns, rows) = ((2.0 * reach.0) as usize, (2.0 * reach.1) as usize);
        let ink = PAPER - (PAPER - INK) * how.contrast;
        let mut sticker = vec![0.0f32; columns * rows];
        let mut light = vec![0.0f32; columns * rows];
        let share = 1.0 / (SAMPLES * SAMPLES) as f32;
        for (index, (cover, light)) in sticker.iter_mut().zip(&mut light).enumerate() {
            for sample in 0..SAMPLES * SAMPLES {
                let part = |index: usize| (index as f32 + 0.5) / SAMPLES as f32;
                let dx = left as f32 + (index % columns) as f32 + part(sample % SAMPLES) - centre.0;
                let dy = top as f32 + (index / columns) as f32 + part(sample / SAMPLES) - centre.1;
                let x = (dx * cos + dy * sin) / how.module_px + width / 2.0;
                let y = (dy * cos - dx * sin) / how.module_px + height / 2.0;
                if (0.0..width).contains(&x) && (0.0..height).contains(&y) {
                    *cover += share;
                    *light += share * if symbol.is_black(x, y, height) { ink } else { PAPER };
                }
            }
        }
        blur(&mut sticker, columns, blur_px);
        blur(&mut light, columns, blur_px);
        for (index, (cover, light)) in sticker.iter().zip(&light).enumerate() {
            let (x, y) = (left + (index % columns) as i32, top + (index / columns) as i32);
            if *cover <= 0.0 || x < 0 || y < 0 || x >= self.width_px as i32 || y >= self.height_px as i32 {
                continue;
            }
            let start = (y as usize * self.width_px as usize + x as usize) * 3;
            for value in &mut self.rgb[start..start + 3] {
                *value = (f32::from(*value) * (1.0 - cover) + light).clamp(0.0, 255.0) as u8;
            }
        }
    }

    /// Adds noise of a sensor, of about this standard deviation.
    pub fn add_noise(&mut self, seed: u64, deviation: f32) {
        let mut random = Random::new(seed, Stream::Sensor);
        let scale = deviation / 6.6;
        for pixel in self.rgb.as_chunks_mut::<3>().0 {
            let bits = random.bits();
            let dice = (0..6).map(|die| ((bits >> (die * 4)) & 15) as f32).sum::<f32>() - 45.0;
            let noise = dice * scale * 0.58;
            *pixel = pixel.map(|value| (f32::from(value) + noise).clamp(0.0, 255.0) as u8);
        }
    }
}

/// Gaussian blur, both ways.
fn blur(values: &mut [f32], columns: usize, deviation: f32) {
    if deviation < 0.05 || columns == 0 {
        return;
    }
    let reach = (deviation * 3.0).ceil() as usize;
    let bell: Vec<f32> = (0..=reach).map(|x| (-((x * x) as f32) / (2.0 * deviation * deviation)).exp()).collect();
    let sum = bell[0] + 2.0 * bell[1..].iter().sum::<f32>();
    let rows = values.len() / columns;
    for (count, lines, step, stride) in [(columns, rows, 1, columns), (rows, columns, columns, 1)] {
        let mut line = vec![0.0; count];
        for start in 0..lines {
            line.iter_mut().enumerate().for_each(|(index, value)| *value = values[start * stride + index * step]);
            for index in 0..count {
                let mut total = 0.0;
                for (distance, weight) in bell.iter().enumerate() {
                    let before = line[index.saturating_sub(distance)];
                    let after = line[(index + distance).min(count - 1)];
                    total += weight * if distance == 0 { before } else { before + after };
                }
                values[start * stride + index * step] = total / sum;
            }
        }
    }
}
