//! The picture as a file. Pictures are ours and whole, so that encoding one cannot fail.

use pinax_image::{EncodeOptions, Error, encode_cmyk, encode_grey, encode_rgb};

use crate::picture::Picture;

impl Picture {
    /// The bytes of a JPEG.
    ///
    /// # Panics
    /// If `rgb` was given another length by hand, a side is 0 or over 65 500 pixels, or the subsampling of the
    /// options has no name.
    pub fn to_jpeg(&self, options: &EncodeOptions<'_>) -> Vec<u8> {
        whole(encode_rgb(self.width_px, self.height_px, &self.rgb, options))
    }

    /// The bytes of a JPEG with one channel, as old black-and-white scans have.
    ///
    /// # Panics
    /// As [`Picture::to_jpeg`].
    pub fn to_grey_jpeg(&self, options: &EncodeOptions<'_>) -> Vec<u8> {
        let grey: Vec<u8> = self.to_grey().rgb.as_chunks::<3>().0.iter().map(|pixel| pixel[0]).collect();
        whole(encode_grey(self.width_px, self.height_px, &grey, options))
    }

    /// The bytes of a JPEG in printing inks, as some scanning software leaves behind.
    ///
    /// # Panics
    /// As [`Picture::to_jpeg`].
    pub fn to_cmyk_jpeg(&self, options: &EncodeOptions<'_>) -> Vec<u8> {
        let mut inks = Vec::with_capacity(self.rgb.len() / 3 * 4);
        for pixel in self.rgb.as_chunks::<3>().0 {
            let light = pixel.iter().copied().max().unwrap_or_default();
            let ink =
                |value: u8| u8::try_from(u32::from(light - value) * 255 / u32::from(light.max(1))).unwrap_or(u8::MAX);
            inks.extend_from_slice(&[ink(pixel[0]), ink(pixel[1]), ink(pixel[2]), 255 - light]);
        }
        whole(encode_cmyk(self.width_px, self.height_px, &inks, options))
    }

    /// The bytes of a PNG, compressed for speed.
    ///
    /// # Panics
    /// If `rgb` was given another length by hand, or a side is 0.
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width_px, self.height_px);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fastest);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&self.rgb)?;
            writer.finish()
        });
        written.expect("a picture has all its pixels");
        bytes
    }
}

fn whole(encoded: Result<Vec<u8>, Error>) -> Vec<u8> {
    encoded.expect("a picture has all its pixels and sides that JPEG can count")
}

#[cfg(test)]
mod tests {
    use pinax_image::{EncodeOptions, Format, Limits, Orientation, Renderer, Target, probe, sniff};

    use crate::{Picture, Sheet};

    fn small() -> Picture {
        Sheet::made_up("TST00000001", 3).size(120, 180).draw()
    }

    #[test]
    fn jpegs_probe_as_what_was_asked_for() {
        let options = EncodeOptions { orientation: Some(Orientation::Turn90), ..EncodeOptions::default() };
        let turned = small().turned(3).to_jpeg(&options);
        let limits = Limits::default();
        let found = probe(&turned, &limits).expect("a JPEG of ours");
        assert_eq!(found.orientation, Orientation::Turn90);
        let upright = &Renderer::new(limits)
            .render(&turned, &found, &[Target { width_px: 60, quality: 90 }])
            .expect("a JPEG of ours")[0];
        assert_eq!((upright.width_px, upright.height_px), (60, 90));
    }

    #[test]
    fn every_kind_of_file_begins_as_it_should() {
        let options = EncodeOptions::default();
        for jpeg in [small().to_jpeg(&options), small().to_grey_jpeg(&options), small().to_cmyk_jpeg(&options)] {
            assert_eq!(sniff(&jpeg), Some(Format::Jpeg));
            probe(&jpeg, &Limits::default()).expect("a JPEG of ours");
        }
        assert_eq!(sniff(&small().to_png()), Some(Format::Png));
    }
}
