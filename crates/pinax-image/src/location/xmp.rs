//! XMP: properties that name a place, wherever they stand in the packet, are overwritten with blanks, so that nothing
//! moves. Names of the IPTC standard, Photoshop, Darwin Core and the makers of drones; by name whatever the namespace.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use super::Part;

/// What does not fit into a packet, cut into segments: after this the packet's name, the length of the whole and the
/// place of this part.
pub(super) const EXTENSION_SIGNATURE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const GUID_BYTES: usize = 32;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Looks through a packet. Unless `keep_extension`, it no longer names one.
pub(super) fn look(packet: &[u8], keep_extension: bool) -> Part {
    let Some(places) = std::str::from_utf8(packet).ok().and_then(|packet| places(packet, keep_extension)) else {
        return Part::Opaque;
    };
    if places.is_empty() {
        return Part::Clean;
    }
    let mut rest = packet.to_vec();
    places.into_iter().for_each(|place| rest[place].fill(b' '));
    Part::Without(rest)
}

/// Where a part of an extension belongs, the length of the whole, and the part.
type Extension<'a> = (u32, u32, &'a [u8]);

/// Whether the extension that these APP1 payloads carry, if any, can be read and names no place.
pub(super) fn extension_is_clean<'a>(payloads: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut extensions: BTreeMap<&[u8], Vec<Extension<'_>>> = BTreeMap::new();
    for part in payloads.filter_map(|payload| payload.strip_prefix(EXTENSION_SIGNATURE)) {
        let read = || {
            let (guid, rest) = part.split_at_checked(GUID_BYTES)?;
            let (whole, rest) = rest.split_first_chunk::<4>()?;
            let (at, rest) = rest.split_first_chunk::<4>()?;
            Some((guid, (u32::from_be_bytes(*at), u32::from_be_bytes(*whole), rest)))
        };
        let Some((guid, part)) = read() else {
            return false;
        };
        extensions.entry(guid).or_default().push(part);
    }
    extensions.into_values().all(|mut parts| {
        parts.sort_by_key(|(at, _, _)| *at);
        let mut whole = Vec::new();
        for (at, length, part) in &parts {
            if usize::try_from(*at) != Ok(whole.len()) || *length != parts[0].1 {
                return false;
            }
            whole.extend(*part);
        }
        usize::try_from(parts[0].1) == Ok(whole.len()) && look(&whole, true) == Part::Clean
    })
}

/// The bytes that name places. `None` if the packet cannot be read to its end.
fn places(packet: &str, keep_extension: bool) -> Option<Vec<Range<usize>>> {
    let mut reader = NsReader::from_str(packet);
    let mut places = Vec::new();
    let mut depth = 0_usize;
    // The depth and the first byte of the element that is being cut out.
    let mut open: Option<(usize, usize)> = None;
    loop {
        let before = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let after = usize::try_from(reader.buffer_position()).ok()?;
        let goes = |name: QName<'_>| {
            let (namespace, local) = reader.resolver().resolve_element(name);
            is_place(&namespace, local.as_ref(), keep_extension)
        };
        match event {
            Event::Start(start) => {
                depth += 1;
                if open.is_none() && goes(start.name()) {
                    open = Some((depth, before));
                } else if open.is_none() {
                    attributes(packet, &reader, &start, keep_extension, &mut places)?;
                }
            }
            Event::Empty(start) if open.is_none() => {
                if goes(start.name()) {
                    places.push(before..after);
                } else {
                    attributes(packet, &reader, &start, keep_extension, &mut places)?;
                }
            }
            Event::End(_) => {
                if let Some((opened, from)) = open
                    && opened == depth
                {
                    places.push(from..after);
                    open = None;
                }
                depth = depth.checked_sub(1)?;
            }
            Event::DocType(_) => return None,
            Event::Eof => return (depth == 0).then_some(places),
            _ => {}
        }
    }
}

/// The attributes of an element that stays.
fn attributes(
    packet: &str,
    reader: &NsReader<&[u8]>,
    start: &BytesStart<'_>,
    keep_extension: bool,
    places: &mut Vec<Range<usize>>,
) -> Option<()> {
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
        if is_place(&namespace, local.as_ref(), keep_extension) {
            // Both are slices of the packet.
            let from = place_in(packet, attribute.key.as_ref())?.start;
            let value = place_in(packet, &attribute.value)?;
            places.push(from..value.end + 1);
        }
    }
    Some(())
}

/// Where in `whole` the slice `part` of it lies.
fn place_in(whole: &str, part: &str) -> Option<Range<usize>> {
    let from = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    // The closing quote is still within.
    (from + part.len() < whole.len()).then_some(from..from + part.len())
}

/// Whether a property names a place, or is a picture that might, or names an extension that goes.
fn is_place(namespace: &ResolveResult<'_>, name: &str, keep_extension: bool) -> bool {
    let of = |wanted: &str| *namespace == ResolveResult::Bound(Namespace(wanted));
    if of(RDF) {
        return false;
    }
    if name == "HasExtendedXMP" {
        return !keep_extension;
    }
    let pictures = [
        ("http://ns.adobe.com/xap/1.0/g/img/", "image"),
        ("http://ns.google.com/photos/1.0/image/", "Data"),
        ("http://ns.adobe.com/xap/1.0/", "Thumbnails"),
    ];
    let geo = of("http://www.w3.org/2003/01/geo/wgs84_pos#");
    geo || pictures.iter().any(|(space, picture)| *picture == name && of(space)) || names_a_place(name)
}

fn names_a_place(name: &str) -> bool {
    const WHOLE: [&str; 29] = [
        "city",
        "state",
        "country",
        "countrycode",
        "countryname",
        "provincestate",
        "stateprovince",
        "worldregion",
        "sublocation",
        "location",
        "locationcreated",
        "locationshown",
        "locationid",
        "locationname",
        "shotlocation",
        "locality",
        "verbatimlocality",
        "footprintwkt",
        "highergeography",
        "continent",
        "island",
        "islandgroup",
        "waterbody",
        "county",
        "municipality",
        "spatial",
        "coverage",
        "absolutealtitude",
        "relativealtitude",
    ];
    const WITHIN: [&str; 6] = ["latitude", "longitude", "longtitude", "coordinates", "geolocation", "geotag"];
    let name = name.to_ascii_lowercase();
    name.starts_with("gps") || WHOLE.contains(&name.as_str()) || WITHIN.iter().any(|word| name.contains(word))
}
