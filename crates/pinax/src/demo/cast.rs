//! The cast of the demo: about thirty files, as a drop folder really holds them.

use pinax_image::{EncodeOptions, Orientation, Subsampling};
use pinax_sheet::Sheet;

/// One file of the drop folder.
pub(crate) struct Scene {
    /// Its path in the drop folder.
    pub(crate) file: &'static str,
    /// What is special about it.
    pub(crate) about: &'static str,
    number: &'static str,
    seed: u64,
    width_px: u32,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    FullChroma,
    Progressive,
    Grey,
    Cmyk,
    /// Lies on its side; EXIF says how to turn it.
    Turned,
    /// Cut off at two thirds, as a broken copy is.
    Truncated,
    Empty,
    /// The head of a HEIC file, as telephones write them.
    Heic,
    /// A web page that says "not found", saved under the picture's name.
    Html,
    Text,
}

const fn scene(
    file: &'static str,
    number: &'static str,
    seed: u64,
    width_px: u32,
    kind: Kind,
    about: &'static str,
) -> Scene {
    Scene { file, about, number, seed, width_px, kind }
}

const BIG: u32 = 4000;

/// Everything that is put into the drop folder.
pub(crate) const CAST: &[Scene] = &[
    scene("TST00000001.jpg", "TST00000001", 1, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000002.jpg", "TST00000002", 2, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000003.jpg", "TST00000003", 3, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000003 copy.jpg", "TST00000003", 3, BIG, Kind::Plain, "the same bytes under another name"),
    scene("TST00000004.jpg", "TST00000004", 4, BIG, Kind::Plain, "two pictures of one specimen: the first"),
    scene("TST00000004_2.jpg", "TST00000004", 104, BIG, Kind::Plain, "two pictures of one specimen: the second"),
    scene("TST00000005.jpg", "TST00000005", 5, BIG, Kind::Turned, "lies on its side, EXIF says so"),
    scene("TST00000006.jpg", "TST00000006", 6, BIG, Kind::FullChroma, "colours at full resolution (4:4:4)"),
    scene("TST00000007.jpg", "TST00000007", 7, BIG, Kind::Progressive, "progressive JPEG"),
    scene("TST00000008.jpg", "TST00000008", 8, 3000, Kind::Plain, "narrower than the large size: copied bit for bit"),
    scene("TST00000009.jpg", "TST00000009", 9, 1500, Kind::Plain, "small: one file serves as large and web size"),
    scene("TST00000010.jpg", "TST00000010", 10, 2400, Kind::Grey, "grey"),
    scene("TST00000011.jpg", "TST00000011", 11, 2400, Kind::Cmyk, "CMYK, as a print shop sends it"),
    scene(
        "2026/october/TST00000012.JPG",
        "TST00000012",
        12,
        BIG,
        Kind::Plain,
        "in a folder of its own, extension in capitals",
    ),
    scene("TST00000013_a.jpg", "TST00000013", 13, BIG, Kind::Plain, "ordered by letters: a"),
    scene("TST00000013_b.jpg", "TST00000013", 113, BIG, Kind::Plain, "ordered by letters: b"),
    scene(
        "TST00000014 (Blüte #2, 50%).jpg",
        "TST00000014",
        14,
        2000,
        Kind::Plain,
        "a name that must be encoded on the web",
    ),
    scene("TST00000015.jpg", "TST00000015", 15, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000016.jpg", "TST00000016", 16, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000017.jpg", "TST00000017", 17, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000018.jpg", "TST00000018", 18, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000019.jpg", "TST00000019", 19, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000020.jpg", "TST00000020", 20, BIG, Kind::Plain, "24 megapixels"),
    scene("TST00000021.jpg", "TST00000021", 21, BIG, Kind::Truncated, "cut off at two thirds"),
    scene("TST00000022.jpg", "TST00000022", 22, BIG, Kind::Empty, "zero bytes"),
    scene("TST00000023.jpg", "TST00000023", 23, 1200, Kind::Heic, "a HEIC named .jpg"),
    scene("TST00000024.jpg", "TST00000024", 24, BIG, Kind::Html, "an error page saved as a picture"),
    scene("TST00000090.jpg", "TST00000090", 90, 2400, Kind::Plain, "no record has this number"),
    scene("TST00000091.jpg", "TST00000091", 91, 2400, Kind::Plain, "two records have this number"),
    scene("TST00000001_tn.jpg", "TST00000001", 1, 200, Kind::Plain, "somebody's thumbnail, left in the folder"),
    scene("IMG_2041.jpg", "TST00000025", 25, 1500, Kind::Plain, "named by the camera"),
    scene("notes.txt", "", 0, 0, Kind::Text, "no picture"),
];

impl Scene {
    /// The file's content.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let usual = EncodeOptions { quality: 90, ..EncodeOptions::default() };
        let picture = || Sheet::made_up(self.number, self.seed).size(self.width_px, self.width_px * 3 / 2).draw();
        match self.kind {
            Kind::Plain => picture().to_jpeg(&usual),
            Kind::FullChroma => picture().to_jpeg(&EncodeOptions { subsampling: Subsampling::Full444, ..usual }),
            Kind::Progressive => picture().to_jpeg(&EncodeOptions { progressive: true, ..usual }),
            Kind::Grey => picture().to_grey_jpeg(&usual),
            Kind::Cmyk => picture().to_cmyk_jpeg(&usual),
            Kind::Turned => {
                let options = EncodeOptions { orientation: Some(Orientation::Turn90), ..usual };
                picture().turned(3).to_jpeg(&options)
            }
            Kind::Truncated => {
                let mut bytes = picture().to_jpeg(&usual);
                bytes.truncate(bytes.len() * 2 / 3);
                bytes
            }
            Kind::Empty => Vec::new(),
            Kind::Heic => b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            Kind::Html => b"<!doctype html><title>404</title><h1>Not found</h1>\n".to_vec(),
            Kind::Text => b"Camera moved after sheet 12.\n".to_vec(),
        }
    }
}
