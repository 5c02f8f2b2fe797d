//! Places are gone from a picture that is published as it came, and nothing else is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use pinax_image::{EncodeOptions, Limits, Orientation, probe, without_location};

use crate::exiftool::{tags, with_tags};
use crate::picture::{decode, fine, jpeg, sheet};
use crate::rights::{exif, iptc, packet, photoshop, xmp};

/// Tags that name a place, one of every kind ExifTool can write.
const PLACES: [&str; 24] = [
    "-GPSLatitude=47.123456",
    "-GPSLatitudeRef=N",
    "-GPSLongitude=8.654321",
    "-GPSLongitudeRef=E",
    "-GPSAltitude=431.7",
    "-GPSProcessingMethod=SECRETPLACE",
    "-GPSAreaInformation=SECRETPLACE",
    "-XMP-exif:GPSLatitude=47.123456",
    "-XMP-exif:GPSLongitude=8.654321",
    "-XMP-photoshop:City=SECRETPLACE",
    "-XMP-photoshop:State=SECRETPLACE",
    "-XMP-photoshop:Country=SECRETPLACE",
    "-XMP-iptcCore:Location=SECRETPLACE",
    "-XMP-iptcCore:CountryCode=XSP",
    "-XMP-iptcExt:LocationShownCity=SECRETPLACE",
    "-XMP-iptcExt:LocationCreatedSublocation=SECRETPLACE",
    "-XMP-dwc:DecimalLatitude=47.123456",
    "-XMP-dc:Coverage=SECRETPLACE",
    "-IPTC:City=SECRETPLACE",
    "-IPTC:Sub-location=SECRETPLACE",
    "-IPTC:Country-PrimaryLocationName=SECRETPLACE",
    "-IPTC:ContentLocationName=SECRETPLACE",
    "-IPTC:Province-State=SECRETPLACE",
    "-IPTC:Country-PrimaryLocationCode=XSP",
];
const WORDS: [&str; 12] = [
    "-IFD0:Make=Canon",
    "-IFD0:Artist=Ann Artist",
    "-IFD0:Orientation#=1",
    "-ExifIFD:DateTimeOriginal=2019:05:04 10:11:12",
    "-ExifIFD:UserComment=a comment",
    "-XMP-dc:Creator=Ann Artist",
    "-XMP-dc:Subject=fern",
    "-XMP-xmpRights:WebStatement=https://h/rights",
    "-XMP-iptcCore:CreatorCity=Zurich",
    "-IPTC:By-line=Ann Artist",
    "-IPTC:Keywords=fern",
    "-IPTC:CopyrightNotice=A line",
];

fn plain() -> Vec<u8> {
    jpeg(&sheet(96, 64), &fine())
}

/// `plain` with segments directly after its start.
fn with_segments(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let plain = plain();
    let mut bytes = plain[..2].to_vec();
    for (marker, payload) in segments {
        bytes.extend([0xff, *marker]);
        bytes.extend(u16::try_from(payload.len() + 2).expect("fits").to_be_bytes());
        bytes.extend(payload);
    }
    [bytes, plain[2..].to_vec()].concat()
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// Tags that describe the file or are computed from others.
fn own_tags(file: &[u8]) -> BTreeMap<String, String> {
    let mut found = tags(file);
    let made = ["System:", "File:", "Composite:", "ExifTool:"];
    found.retain(|tag, _| !made.iter().any(|group| tag.starts_with(group)) && !tag.ends_with("CurrentIPTCDigest"));
    found
}

#[track_caller]
fn stripped(source: &[u8]) -> Vec<u8> {
    let Cow::Owned(bytes) = without_location(source).expect("a JPEG") else { panic!("nothing was taken") };
    assert_eq!(coded(&bytes), coded(source));
    assert_eq!(decode(&bytes).rgb, decode(source).rgb);
    assert!(matches!(without_location(&bytes), Ok(Cow::Borrowed(_))), "twice is once");
    bytes
}

#[track_caller]
fn assert_untouched(source: &[u8]) {
    assert!(matches!(without_location(source), Ok(Cow::Borrowed(same)) if same == source));
}

/// All from the first quantisation table to the end of the picture.
fn coded(jpeg: &[u8]) -> &[u8] {
    let (mut at, mut from) = (2, 0);
    while from == 0 {
        if jpeg[at + 1] == 0xdb {
            from = at;
        }
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    let end = jpeg.windows(2).skip(from).position(|two| two == [0xff, 0xd9]).expect("an end");
    &jpeg[from..from + end]
}

#[test]
fn places_go_and_all_other_words_stay() {
    let words = with_tags(&plain(), &WORDS);
    let source = with_tags(&words, &PLACES);
    assert!(has(&source, b"SECRETPLACE"));
    assert!(own_tags(&source).contains_key("GPS:GPSLatitude"));
    // 47° 7', as two fractions and as XMP writes it.
    let (fractions, text) = (b"\0\0\0\x2f\0\0\0\x01\0\0\0\x07\0\0\0\x01", b"47,7.4");
    assert!(has(&source, fractions) && has(&source, text));
    let bytes = stripped(&source);
    assert!(!has(&bytes, b"SECRETPLACE") && !has(&bytes, fractions) && !has(&bytes, text));
    assert_eq!(own_tags(&bytes), own_tags(&words));
}

#[test]
fn what_says_no_place_stays_bit_for_bit() {
    assert_untouched(&plain());
    assert_untouched(&with_tags(&plain(), &WORDS));
    assert_untouched(&jpeg(&sheet(30, 30), &EncodeOptions { progressive: true, ..fine() }));
    assert_untouched(&[plain(), vec![0; 300]].concat());
    assert_untouched(&[plain(), plain()].concat());
    // The version of the standard alone, as cameras without a receiver write it.
    assert_untouched(&with_tags(&plain(), &["-GPSVersionID=2.3.0.0"]));
}

#[test]
fn big_endian_and_little_endian() {
    for order in ["-ExifByteOrder=II", "-ExifByteOrder=MM"] {
        let source = with_tags(&plain(), &[&[order], &WORDS[..], &PLACES[..]].concat());
        assert!(!own_tags(&stripped(&source)).keys().any(|tag| tag.contains("GPS")));
    }
}

#[test]
fn previews_that_know_their_place_go() {
    let place = with_tags(&jpeg(&sheet(24, 16), &fine()), &PLACES[..7]);
    let clean = jpeg(&sheet(24, 16), &fine());
    for (preview, goes) in [(&place, true), (&clean, false)] {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(preview).expect("written");
        let option = format!("-ThumbnailImage<={}", file.path().display());
        let source = with_tags(&plain(), &[&option, WORDS[0]]);
        assert_eq!(has(&source, b"SECRETPLACE"), goes);
        if goes {
            let bytes = stripped(&source);
            assert!(!has(&bytes, b"SECRETPLACE"));
            assert_eq!(own_tags(&bytes).get("IFD0:Make").map(String::as_str), Some("Canon"));
        } else {
            assert_untouched(&source);
        }
        // In a Photoshop resource, after a head of 28 bytes; and behind the picture.
        let mut resource = b"8BIM\x04\x0c\0\0".to_vec();
        resource.extend(u32::try_from(preview.len() + 28).expect("small").to_be_bytes());
        resource.extend([0; 28]);
        resource.extend(preview);
        let photoshop = with_segments(&[photoshop(&resource)]);
        let behind = [&plain(), &preview[..]].concat();
        let jfxx = with_segments(&[(0xe0, [b"JFXX\0\x10", &preview[..]].concat())]);
        for source in [photoshop, behind, jfxx] {
            if goes {
                assert!(!has(&stripped(&source), b"SECRETPLACE"));
            } else {
                assert_untouched(&source);
            }
        }
    }
}

#[test]
fn what_nobody_can_look_through_goes() {
    let jumbf = with_segments(&[(0xeb, b"JP SECRETPLACE".to_vec())]);
    let camera = with_segments(&[(0xe6, b"GoPro\0SECRETPLACE".to_vec())]);
    let infrared = with_segments(&[(0xe1, b"FLIR\0SECRETPLACE".to_vec())]);
    let film = [&plain(), &b"\0\0\0\x18ftypmp42SECRETPLACE"[..]].concat();
    let broken = with_segments(&[(0xe1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xffSECRETPLACE".to_vec())]);
    let loose = with_segments(&[xmp("<a>SECRETPLACE")]);
    let grown = with_segments(&[xmp("<!DOCTYPE a [<!ENTITY b 'SECRETPLACE'>]><a>&b;</a>")]);
    let junk = with_segments(&[photoshop(b"8BIM\x04\x04\0\0\0\0\xff\xffSECRETPLACE")]);
    let extension = with_segments(&[(0xe1, b"http://ns.adobe.com/xmp/extension/\0SECRETPLACE".to_vec())]);
    for source in [jumbf, camera, infrared, film, broken, loose, grown, junk, extension] {
        assert!(!has(&stripped(&source), b"SECRETPLACE"));
    }
}

#[test]
fn an_upright_side_is_kept_when_its_block_goes() {
    let options = EncodeOptions { orientation: Some(Orientation::Turn90), ..fine() };
    let source = jpeg(&sheet(40, 30), &options);
    assert_untouched(&source);
    // A block that points at itself.
    let mut broken = source;
    let tag = broken.windows(4).position(|four| four == [1, 0x12, 0, 3]).expect("an entry");
    broken.splice(tag + 12..tag + 16, [0, 0, 0, 8]);
    let Ok(Cow::Owned(bytes)) = without_location(&broken) else { panic!("the block is broken") };
    assert_eq!(probe(&bytes, &Limits::default()).expect("a JPEG").orientation, Orientation::Turn90);
}

#[test]
fn extended_xmp_is_looked_through() {
    let guid = b"0123456789ABCDEF0123456789ABCDEF";
    let main = packet(
        "<rdf:Description xmlns:n='http://ns.adobe.com/xmp/note/' \
        n:HasExtendedXMP='0123456789ABCDEF0123456789ABCDEF' dc:creator='Ann'/>",
    );
    let extended = |rdf: &str| {
        let whole = packet(rdf).into_bytes();
        let (cut, length) = (whole.len() / 2, u32::try_from(whole.len()).expect("small").to_be_bytes());
        let part = |from: usize, to: usize| {
            let at = u32::try_from(from).expect("small").to_be_bytes();
            (0xe1, [b"http://ns.adobe.com/xmp/extension/\0", &guid[..], &length, &at, &whole[from..to]].concat())
        };
        with_segments(&[xmp(&main), part(cut, whole.len()), part(0, cut)])
    };
    assert_untouched(&extended("<rdf:Description dc:rights='ours'/>"));
    let bytes = stripped(&extended(
        "<rdf:Description xmlns:p='http://ns.adobe.com/photoshop/1.0/'>\
        <p:City>SECRETPLACE</p:City></rdf:Description>",
    ));
    assert!(!has(&bytes, b"SECRETPLACE") && !has(&bytes, b"xmp/extension") && !has(&bytes, b"HasExtendedXMP"));
    assert!(has(&bytes, b"dc:creator='Ann'"));
}

#[test]
fn places_within_places_of_xmp() {
    let source = with_segments(&[xmp(&packet(
        "<rdf:Description xmlns:d='http://www.dji.com/drone-dji/1.0/' d:GpsLatitude = \"SECRETPLACE\" dc:rights='ours'>\
         <dc:relation rdf:parseType='Resource'><x:LocationCreated xmlns:x='u'><x:a>SECRETPLACE</x:a><x:a/>\
         </x:LocationCreated></dc:relation><x:City xmlns:x='u' rdf:resource='SECRETPLACE'/></rdf:Description>",
    ))]);
    let bytes = stripped(&source);
    assert!(!has(&bytes, b"SECRETPLACE") && has(&bytes, b"dc:rights='ours'"));
    assert_eq!(bytes.len(), source.len());
}

/// Exif with a maker and a maker note, little-endian.
fn noted(make: &[u8], note: &[u8]) -> Vec<u8> {
    let mut make = make.to_vec();
    make.resize(12, 0);
    let mut block =
        b"Exif\0\0II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x0c\0\0\0\x26\0\0\0\x69\x87\x04\0\x01\0\0\0\x32\0\0\0\0\0\0\0"
            .to_vec();
    block.extend(make);
    block.extend(b"\x01\0\x7c\x92\x07\0");
    block.extend(u32::try_from(note.len()).expect("short").to_le_bytes());
    block.extend(b"\x44\0\0\0\0\0\0\0");
    block.extend(note);
    with_segments(&[(0xe1, block)])
}

#[test]
fn maker_notes_of_those_who_may_know_their_place_go() {
    assert_untouched(&noted(b"Canon", b"\x01\0some camera settings"));
    assert_untouched(&noted(b"NIKON CORP.", b"\0\0an old directory"));
    let places: [(&[u8], &[u8]); 4] = [
        (b"Panasonic", b"Panasonic\0\0\0SECRETPLACE"),
        (b"", b"SECRETPLACE"),
        (b"Canon", b"at its end SECRETPLACE gPs"),
        (b"NIKON", b"Nikon\0\x02\x10\0\0unreadable SECRETPLACE"),
    ];
    for (make, note) in places {
        assert!(!has(&stripped(&noted(make, note)), b"SECRETPLACE"));
    }
    // Nikon's directory: a location, blank or not.
    let nikon = |location: &[u8; 16]| {
        let head = b"Nikon\0\x02\x11\0\0MM\0*\0\0\0\x08\0\x01\0\x39\0\x07\0\0\0\x10\0\0\0\x1a\0\0\0\0";
        noted(b"NIKON CORP.", &[&head[..], location].concat())
    };
    assert_untouched(&nikon(b"\x01\0\0\0\xff           "));
    assert!(!has(&stripped(&nikon(b"\x01CHE\xffSECRETPLACE")), b"SECRETPLACE"));
}

#[test]
fn a_camera_that_knows_its_place_loses_its_notes() {
    let noted = noted(b"Canon", b"\x01\0some camera settings");
    let source = with_tags(&noted, &PLACES[..2]);
    assert!(has(&source, b"some camera settings"));
    assert!(!has(&stripped(&source), b"some camera settings"));
}

#[test]
fn datasets_over_two_segments() {
    let (_, whole) = iptc(&[(2, 90, b"SECRETPLACE"), (2, 80, b"Ann Artist"), (3, 90, b"no place")]);
    let content = &whole[14..];
    for cut in [1, 9, 30, 60, content.len() - 1] {
        let source = with_segments(&[photoshop(&content[..cut]), exif(&[]), photoshop(&content[cut..])]);
        let bytes = stripped(&source);
        assert!(!has(&bytes, b"SECRETPLACE") && has(&bytes, b"Ann Artist") && has(&bytes, b"no place"), "{cut}");
    }
}
