//! Pixels, and the few ways in which tests and demonstrations change them.

/// An RGB picture, eight bits a channel, row by row from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width_px: u32,
    /// Rows.
    pub height_px: u32,
    /// `width_px * height_px * 3` bytes.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// Turned clockwise by quarters, as a camera held sideways would store it.
    #[must_use]
    pub fn turned(&self, quarter_turns: u8) -> Self {
        let (width, height) = (self.width_px as usize, self.height_px as usize);
        let pixels = self.rgb.as_chunks::<3>().0;
        if quarter_turns.is_multiple_of(2) {
            let mut rgb = self.rgb.clone();
            if quarter_turns % 4 == 2 {
                rgb = pixels.iter().rev().flatten().copied().collect();
            }
            return Self { rgb, ..*self };
        }
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for column in 0..width {
            for row in 0..height {
                let index = if quarter_turns % 4 == 1 {
                    (height - 1 - row) * width + column
                } else {
                    row * width + width - 1 - column
                };
                rgb.extend_from_slice(&pixels[index]);
            }
        }
        Self { width_px: self.height_px, height_px: self.width_px, rgb }
    }

    /// Without colour; still three (equal) channels.
    #[must_use]
    pub fn to_grey(&self) -> Self {
        let mut rgb = self.rgb.clone();
        for pixel in rgb.as_chunks_mut::<3>().0 {
            let [red, green, blue] = pixel.map(u32::from);
            *pixel = [((red * 77 + green * 150 + blue * 29) >> 8) as u8; 3];
        }
        Self { rgb, ..*self }
    }

    /// The part from (`left`, `top`) on, `width_px` by `height_px` or as much of it as there is.
    #[must_use]
    pub fn crop(&self, left: u32, top: u32, width_px: u32, height_px: u32) -> Self {
        let (left, top) = (left.min(self.width_px), top.min(self.height_px));
        let width_px = width_px.min(self.width_px - left);
        let height_px = height_px.min(self.height_px - top);
        let mut rgb = Vec::with_capacity(width_px as usize * height_px as usize * 3);
        for row in top..top + height_px {
            let start = (row as usize * self.width_px as usize + left as usize) * 3;
            rgb.extend_from_slice(&self.rgb[start..start + width_px as usize * 3]);
        }
        Self { width_px, height_px, rgb }
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;

    /// Two by three pixels whose channels all hold their index.
    fn numbered() -> Picture {
        Picture { width_px: 2, height_px: 3, rgb: (0..6).flat_map(|index| [index; 3]).collect() }
    }

    fn indices(picture: &Picture) -> Vec<u8> {
        picture.rgb.iter().step_by(3).copied().collect()
    }

    #[test]
    fn turning_is_clockwise() {
        for (turns, width, expected) in [
            (0, 2, [0, 1, 2, 3, 4, 5]),
            (1, 3, [4, 2, 0, 5, 3, 1]),
            (2, 2, [5, 4, 3, 2, 1, 0]),
            (3, 3, [1, 3, 5, 0, 2, 4]),
            (4, 2, [0, 1, 2, 3, 4, 5]),
        ] {
            let turned = numbered().turned(turns);
            assert_eq!((turned.width_px, indices(&turned)), (width, expected.to_vec()), "{turns}");
        }
    }

    #[test]
    fn cropping_stops_at_the_edge() {
        let part = numbered().crop(1, 1, 9, 9);
        assert_eq!((part.width_px, part.height_px, indices(&part)), (1, 2, vec![3, 5]));
        assert!(numbered().crop(7, 7, 1, 1).rgb.is_empty());
    }

    #[test]
    fn grey_keeps_white_white() {
        let white = Picture { width_px: 1, height_px: 1, rgb: vec![255; 3] };
        assert_eq!(white.to_grey(), white);
    }
}
