//! The Exif block of a rendition. Texts are UTF-8, as nearly every program reads them, whatever the standard says of
//! ASCII.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Field, In, Tag, Value};

use super::Embed;

/// sRGB (Exif 2.32, tag ColorSpace).
const SRGB: u16 = 1;

/// A TIFF-shaped block, big-endian.
pub(super) fn block(what: &Embed) -> Vec<u8> {
    let mut fields = vec![
        field(Tag::Orientation, Value::Short(vec![1])),
        field(Tag::ExifVersion, Value::Undefined(b"0232".to_vec(), 0)),
        field(Tag::ColorSpace, Value::Short(vec![SRGB])),
    ];
    let mut add = |tag, text: Option<&str>| {
        fields.extend(text.map(|text| field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]))));
    };
    add(Tag::Artist, what.creator.as_deref());
    add(Tag::Copyright, what.copyright.as_deref());
    add(Tag::Make, what.camera_make.as_deref());
    add(Tag::Model, what.camera_model.as_deref());
    if let Some(taken) = what.taken
        && let Some(date) = taken.exif()
    {
        add(Tag::DateTimeOriginal, Some(&date));
        add(Tag::OffsetTimeOriginal, taken.offset().as_deref());
    }
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).expect("a few short fields are written to memory");
    block.into_inner()
}

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}
