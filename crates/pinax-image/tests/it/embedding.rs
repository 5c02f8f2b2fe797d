//! What is embedded: read back by ExifTool, and by ourselves.

use std::collections::BTreeMap;

use pinax_image::{Embed, EmbeddedRights, PictureFacts, Taken, embed, picture_facts};

use crate::exiftool::tags;
use crate::picture::{decode, fine, jpeg, render_one, sheet};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn rendition() -> Vec<u8> {
    render_one(&jpeg(&sheet(120, 90), &fine()), 60).bytes
}

fn everything() -> Embed {
    Embed {
        creator: some("Åse Bjørk; J. <K.> & Müller"),
        copyright: some("© 2020 \"Herbarium\" 植物"),
        licence: some("https://creativecommons.org/licenses/by-nc/4.0/?a=1&b=2"),
        usage_terms: some("ask\nus]]> first"),
        owner: some("Botanischer Garten"),
        catalog_number: some("TST 00000001/a"),
        source_sha256: Some([0xa7; 32]),
        taken: Taken::read("2019:05:04 10:11:12", Some("-07:30")),
        camera_make: some("Canon"),
        camera_model: some("Canon EOS 5D"),
    }
}

#[track_caller]
fn assert_tags(found: &BTreeMap<String, String>, wanted: &[(&str, &str)]) {
    for (tag, value) in wanted {
        assert_eq!(found.get(*tag).map(String::as_str), Some(*value), "{tag} of {found:#?}");
    }
}

#[test]
fn exiftool_reads_every_field() {
    let found = tags(&embed(&rendition(), &everything()).expect("embeds"));
    let sum = format!("hash://sha256/{}", "a7".repeat(32));
    assert_tags(
        &found,
        &[
            ("XMP-dc:Creator", "Åse Bjørk|J. <K.> & Müller"),
            ("XMP-dc:Rights", "© 2020 \"Herbarium\" 植物"),
            ("XMP-dc:Identifier", "TST 00000001/a"),
            ("XMP-dc:Source", &sum),
            ("XMP-xmpRights:Owner", "Botanischer Garten"),
            ("XMP-xmpRights:UsageTerms", "ask us]]> first"),
            ("XMP-xmpRights:WebStatement", "https://creativecommons.org/licenses/by-nc/4.0/?a=1&b=2"),
            ("XMP-cc:License", "https://creativecommons.org/licenses/by-nc/4.0/?a=1&b=2"),
            ("XMP-xmp:CreateDate", "2019:05:04 10:11:12-07:30"),
            ("IPTC:CodedCharacterSet", "UTF8"),
            ("IPTC:ObjectName", "TST 00000001/a"),
            ("IPTC:By-line", "Åse Bjørk|J. <K.> & Müller"),
            ("IPTC:CopyrightNotice", "© 2020 \"Herbarium\" 植物"),
            ("IFD0:Artist", "Åse Bjørk; J. <K.> & Müller"),
            ("IFD0:Copyright", "© 2020 \"Herbarium\" 植物"),
            ("IFD0:Make", "Canon"),
            ("IFD0:Model", "Canon EOS 5D"),
            ("IFD0:Orientation", "Horizontal (normal)"),
            ("ExifIFD:DateTimeOriginal", "2019:05:04 10:11:12"),
            ("ExifIFD:OffsetTimeOriginal", "-07:30"),
            ("ExifIFD:ColorSpace", "sRGB"),
        ],
    );
    let doubtful = |tag: &&String| tag.contains("GPS") || tag.ends_with(":Warning") || tag.ends_with(":Error");
    assert_eq!(found.keys().find(doubtful), None, "{found:#?}");
}

#[test]
fn we_read_what_we_write() {
    let what = everything();
    let wanted = PictureFacts {
        taken: what.taken,
        camera_make: what.camera_make.clone(),
        camera_model: what.camera_model.clone(),
        rights: EmbeddedRights {
            creator: what.creator.clone(),
            rights: what.licence.clone(),
            usage_terms: some("ask us]]> first"),
            copyright: what.copyright.clone(),
            owner: what.owner.clone(),
        },
    };
    assert_eq!(picture_facts(&embed(&rendition(), &what).expect("embeds")), wanted);
}

#[test]
fn the_pixels_stay_and_twice_is_once() {
    let plain = rendition();
    let once = embed(&plain, &everything()).expect("embeds");
    assert_eq!(decode(&once).rgb, decode(&plain).rgb);
    assert_eq!(embed(&once, &everything()).expect("embeds"), once);
    let nothing = embed(&once, &Embed::default()).expect("embeds");
    assert_eq!(picture_facts(&nothing), PictureFacts::default());
    assert_eq!(nothing, embed(&plain, &Embed::default()).expect("embeds"));
}

#[test]
fn texts_of_any_length_and_kind() {
    let awkward =
        ["", " \0\u{1b} ", ";;;", "\u{fffe}\u{ffff}\u{10ffff}", "&<>\"']]><?xpacket end='w'?>"].map(str::to_owned);
    let long = ["a", "&", "植", "a;", "\"\u{feff}"]
        .into_iter()
        .flat_map(|unit| [20, 100, 999, 3_000, 5_999, 6_001, 70_000].map(|bytes| unit.repeat(bytes / unit.len())));
    let plain = rendition();
    for text in long.chain(awkward) {
        let text = Some(text);
        let what = Embed {
            creator: text.clone(),
            copyright: text.clone(),
            licence: text.clone().map(|text| format!("https://h/{text}")),
            usage_terms: text.clone(),
            owner: text.clone(),
            catalog_number: text.clone(),
            camera_make: text.clone(),
            camera_model: text.clone(),
            ..everything()
        };
        let file = embed(&plain, &what).expect("embeds");
        assert_eq!(decode(&file).rgb, decode(&plain).rgb);
        let found = picture_facts(&file);
        assert_eq!(found.taken, what.taken);
        // All of a text or nothing of it.
        if let Some(copyright) = &found.rights.copyright {
            let wanted = what.copyright.as_deref().expect("given").replace(['\u{fffe}', '\u{ffff}'], "");
            assert_eq!(*copyright, wanted);
        }
    }
    let words = Embed { licence: some("CC something"), usage_terms: some("ask us"), ..Embed::default() };
    let found = picture_facts(&embed(&plain, &words).expect("embeds")).rights;
    assert_eq!((found.rights, found.usage_terms), (None, some("CC something; ask us")));
}

#[test]
fn names_that_are_too_long_for_iptc_are_whole_elsewhere() {
    let name = "Maximiliane von und zu Hohenlohe-Langenburg";
    let what = Embed { creator: Some(format!("A. B.; {name}")), ..Embed::default() };
    let found = tags(&embed(&rendition(), &what).expect("embeds"));
    assert_tags(&found, &[("XMP-dc:Creator", &format!("A. B.|{name}"))]);
    assert!(!found.contains_key("IPTC:By-line"));
}

#[test]
fn what_is_no_jpeg_is_an_error() {
    let whole = embed(&rendition(), &everything()).expect("embeds");
    assert!(embed(b"GIF89a", &everything()).is_err());
    for cut in 0..600 {
        embed(&whole[..cut], &everything()).ok();
    }
}
