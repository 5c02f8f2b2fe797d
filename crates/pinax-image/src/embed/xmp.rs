//! The XMP packet of a rendition (ISO 16684-1), with the properties that Audubon Core takes over from XMP: `dc:creator`,
//! `dc:rights`, `dc:identifier`, `dc:source`, `xmpRights:Owner`, `xmpRights:UsageTerms`, `xmpRights:WebStatement`,
//! `xmp:CreateDate`; and `cc:license`, as Creative Commons wants it.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::{Embed, MAX_TEXT_BYTES, people};

const START: &str = concat!(
    "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n",
    " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
    "  <rdf:Description rdf:about=\"\"\n",
    "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n",
    "    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n",
    "    xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\"\n",
    "    xmlns:cc=\"http://creativecommons.org/ns#\">\n",
);
const END: &str = "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";

/// The whole packet, always shorter than a segment.
pub(super) fn packet(what: &Embed) -> String {
    let mut packet = START.to_owned();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| value.len() <= MAX_TEXT_BYTES) {
            writeln!(packet, "   <{name}>{value}</{name}>").expect("writing to text");
        }
    };
    add("dc:identifier", what.catalog_number.as_deref().map(written));
    add("dc:creator", what.creator.as_deref().map(|names| list("Seq", people(names))));
    add("dc:rights", what.copyright.as_deref().map(in_default_language));
    add("dc:source", what.source_sha256.map(|sum| content_address(&sum)));
    add("xmpRights:Owner", what.owner.as_deref().map(|names| list("Bag", people(names))));
    add("xmpRights:UsageTerms", what.usage_terms.as_deref().map(in_default_language));
    add("xmpRights:WebStatement", what.licence.as_deref().map(written));
    add("xmp:CreateDate", what.taken.map(|taken| taken.to_string()));
    let licence = what.licence.as_deref().map(written).filter(|licence| licence.len() <= MAX_TEXT_BYTES);
    if let Some(licence) = licence {
        writeln!(packet, "   <cc:license rdf:resource=\"{licence}\"/>").expect("writing to text");
    }
    packet.push_str(END);
    packet
}

/// As it may stand in XML: the two characters of the basic plane that are none are left out; control characters are
/// gone already.
fn written(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    escape(text).into_owned()
}

fn in_default_language(text: &str) -> String {
    format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt>", written(text))
}

fn list<'a>(kind: &str, items: impl Iterator<Item = &'a str>) -> String {
    let items: String = items.map(|item| format!("<rdf:li>{}</rdf:li>", written(item))).collect();
    format!("<rdf:{kind}>{items}</rdf:{kind}>")
}

/// A file by its content, as data sets of biodiversity name it: `hash://sha256/` and 64 hexadecimal digits.
fn content_address(sha256: &[u8; 32]) -> String {
    sha256.iter().fold("hash://sha256/".to_owned(), |address, byte| format!("{address}{byte:02x}"))
}
