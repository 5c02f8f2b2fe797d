//! Rights in broken and hostile files: what was read before the damage, and never a panic.

use pinax_image::{EmbeddedRights, embedded_rights};

use crate::rights::{ARTIST, COPYRIGHT, exif, header, iptc, packet, photoshop, xmp};

fn everything() -> Vec<u8> {
    let rdf = "<rdf:Description r:WebStatement='https://h/'><dc:creator><rdf:Seq><rdf:li>A &amp; B</rdf:li></rdf:Seq>\
               </dc:creator><cc:license rdf:resource='https://h/l'/></rdf:Description>";
    header(&[
        exif(&[(ARTIST, b"Artist\0"), (COPYRIGHT, b"Copyright\0")]),
        iptc(&[(1, 90, b"\x1b%G"), (2, 80, b"By-line"), (2, 116, b"Notice")]),
        xmp(&packet(rdf)),
    ])
}

fn texts(found: &EmbeddedRights) -> impl Iterator<Item = &String> {
    [&found.creator, &found.rights, &found.usage_terms, &found.copyright, &found.owner].into_iter().flatten()
}

#[test]
fn cut_anywhere() {
    let whole = everything();
    assert_eq!(embedded_rights(&whole).creator.as_deref(), Some("A & B"));
    for cut in 0..whole.len() {
        let found = embedded_rights(&whole[..cut]);
        assert!(texts(&found).all(|text| !text.is_empty()), "{cut}");
    }
}

#[test]
fn any_byte_changed() {
    let whole = everything();
    for at in 0..whole.len() {
        for value in [0, 1, 0x1c, b'<', b'&', b'>', 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] = value;
            for text in texts(&embedded_rights(&changed)) {
                assert!(!text.is_empty() && !text.chars().any(char::is_control), "{at} {value}: {text:?}");
            }
        }
    }
}

#[test]
fn what_is_no_jpeg_says_nothing() {
    for bytes in [&b""[..], b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<rdf:RDF/>"] {
        assert_eq!(embedded_rights(bytes), EmbeddedRights::default());
    }
}

#[test]
fn broken_xml_gives_what_came_before() {
    let packet =
        packet("<rdf:Description><dc:creator>First</dc:creator><dc:rights>Second</dc:rights></rdf:Description>");
    let cut = &packet[..packet.find("Second").unwrap() + 3];
    for broken in
        [cut.to_owned(), packet.replace("Second</dc:rights>", "Second</other>"), packet.replace("Second", "<&<")]
    {
        let found = embedded_rights(&header(&[xmp(&broken)]));
        assert_eq!(found.creator.as_deref(), Some("First"), "{broken}");
        assert_eq!(found.copyright, None, "{broken}");
    }
}

#[test]
fn entities_do_not_grow() {
    let mut bomb = "<!DOCTYPE x [<!ENTITY a0 'lollollol'>".to_owned();
    for level in 1..12 {
        let before = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} '{before}'>"));
    }
    bomb.push_str("<!ENTITY file SYSTEM 'file:///etc/passwd'>]>");
    let content = "<rdf:Description dc:rights='x&a11;y'><dc:creator>A&a11;&file;B</dc:creator></rdf:Description>";
    let found = embedded_rights(&header(&[xmp(&format!("{bomb}{}", packet(content)))]));
    assert_eq!(found.creator.as_deref(), Some("AB"));
    assert_eq!(found.copyright, None);
}

#[test]
fn huge_attributes_many_attributes_deep_nesting() {
    let long = "€".repeat(20_000);
    let found = embedded_rights(&header(&[xmp(&packet(&format!("<rdf:Description dc:creator='{long}'/>")))]));
    assert_eq!(found.creator.as_deref(), Some(long.as_str()), "lengths are for those who write it somewhere");

    let many: String = (0..6_000).map(|number| format!(" a{number}='1'")).collect();
    let found = embedded_rights(&header(&[xmp(&packet(&format!("<rdf:Description{many} dc:rights='kept'/>")))]));
    assert_eq!(found.copyright.as_deref(), Some("kept"));

    let namespaces: String = (0..2_000).map(|number| format!(" xmlns:n{number}='u:{number}'")).collect();
    let namespaces = packet(&format!("<rdf:Description{namespaces} dc:rights='x'/>"));
    let deep = packet(&format!("<rdf:Description>{}", "<dc:creator>".repeat(5_000)));
    for nonsense in [namespaces, deep, "<".repeat(60_000), packet(&"&".repeat(60_000)), packet(&"<a ".repeat(20_000))] {
        assert_eq!(embedded_rights(&header(&[xmp(&nonsense)])), EmbeddedRights::default());
    }
}

#[test]
fn lengths_that_lie() {
    let wrong: [&[u8]; 9] = [
        b"8BIM",
        b"8BIM\x04\x04",
        b"8BIM\x04\x04\xff",
        b"8BIM\x04\x04\0\0\xff\xff\xff\xff",
        b"8BIM\x04\x04\0\0\0\0\0\x07\x1c\x02\x50\x00\x40ab",
        b"8BIM\x04\x04\0\0\0\0\0\x06\x1c\x02\x50\xff\xffa",
        b"8BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x50\x80\x04\xff\xff\xff\xffab",
        b"8BIM\x04\x04\0\0\0\0\0\x05\x1c\x02\x50\x80\x00",
        b"8BIM\x04\x04\0\0\0\0\0\x00",
    ];
    for resources in wrong {
        assert_eq!(embedded_rights(&header(&[photoshop(resources)])), EmbeddedRights::default(), "{resources:x?}");
    }
    let extended = b"8BIM\x04\x04\0\0\0\0\0\x09\x1c\x02\x50\x80\x02\x00\x02ab";
    assert_eq!(embedded_rights(&header(&[photoshop(extended)])).creator.as_deref(), Some("ab"));
}

#[test]
fn a_second_packet_and_ten_thousand_resources_are_harmless() {
    let mut segments = vec![xmp(&packet("<rdf:Description dc:creator='first'/>"))];
    segments.extend((0..200).map(|_| xmp(&packet("<rdf:Description dc:creator='later'/>"))));
    segments.extend((0..40).map(|_| photoshop(&[0x1c; 60_000])));
    assert_eq!(embedded_rights(&header(&segments)).creator.as_deref(), Some("first"));
}
