//! Rights: what a picture says of itself, in the three places words are kept.

use pinax_image::{EmbeddedRights, embedded_rights};

/// A JPEG header with these segments and no picture.
pub(crate) fn header(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    for (marker, payload) in segments {
        let length = u16::try_from(payload.len() + 2).expect("fits a segment");
        bytes.extend([0xff, *marker]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(payload);
    }
    bytes.extend([0xff, 0xda, 0, 2]);
    bytes
}

/// A whole XMP packet around the content of `rdf:RDF`.
pub(crate) fn packet(rdf: &str) -> String {
    format!(
        "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:r='http://ns.adobe.com/xap/1.0/rights/' \
         xmlns:cc='http://creativecommons.org/ns#'>{rdf}</rdf:RDF></x:xmpmeta>\n  <?xpacket end='w'?>"
    )
}

pub(crate) fn xmp(packet: &str) -> (u8, Vec<u8>) {
    (0xe1, [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
}

fn dataset(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).expect("short");
    [&[0x1c, record, number][..], &length.to_be_bytes(), value].concat()
}

fn resource(id: u16, name: &str, content: &[u8]) -> Vec<u8> {
    let mut block = [b"8BIM", &id.to_be_bytes()[..], &[u8::try_from(name.len()).expect("short")]].concat();
    block.extend(name.as_bytes());
    block.resize(block.len().next_multiple_of(2), 0);
    block.extend(u32::try_from(content.len()).expect("short").to_be_bytes());
    block.extend(content);
    block.resize(block.len().next_multiple_of(2), 0);
    block
}

pub(crate) fn photoshop(resources: &[u8]) -> (u8, Vec<u8>) {
    (0xed, [b"Photoshop 3.0\0", resources].concat())
}

pub(crate) fn iptc(datasets: &[(u8, u8, &[u8])]) -> (u8, Vec<u8>) {
    let content: Vec<u8> =
        datasets.iter().flat_map(|(record, number, value)| dataset(*record, *number, value)).collect();
    photoshop(&[resource(0x03ed, "dpi", &[0; 15]), resource(0x0404, "", &content)].concat())
}

/// A little-endian Exif block with text in its first directory. Texts are longer than four bytes.
pub(crate) fn exif(fields: &[(u16, &[u8])]) -> (u8, Vec<u8>) {
    let count = u16::try_from(fields.len()).expect("few");
    let mut directory = count.to_le_bytes().to_vec();
    let mut texts = Vec::new();
    let first_text = 8 + 2 + fields.len() * 12 + 4;
    for (tag, text) in fields {
        let place = u32::try_from(first_text + texts.len()).expect("short");
        directory.extend(tag.to_le_bytes());
        directory.extend(2_u16.to_le_bytes());
        directory.extend(u32::try_from(text.len()).expect("short").to_le_bytes());
        directory.extend(place.to_le_bytes());
        texts.extend_from_slice(text);
    }
    directory.extend([0; 4]);
    (0xe1, [&b"Exif\0\0II*\0\x08\0\0\0"[..], &directory, &texts].concat())
}

pub(crate) const ARTIST: u16 = 0x013b;
pub(crate) const COPYRIGHT: u16 = 0x8298;

fn of_xmp(rdf: &str) -> EmbeddedRights {
    embedded_rights(&header(&[xmp(&packet(rdf))]))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn xmp_as_elements() {
    let found = of_xmp(
        "<rdf:Description rdf:about=''>\
         <dc:creator><rdf:Seq><rdf:li>Åse Bjørk</rdf:li>\n<rdf:li> J. &amp; K. M&#xfc;ller </rdf:li></rdf:Seq></dc:creator>\
         <dc:rights><rdf:Alt><rdf:li xml:lang='de'>Rechte</rdf:li><rdf:li xml:lang='x-default'>© 2020\nHerbarium</rdf:li>\
         </rdf:Alt></dc:rights></rdf:Description><rdf:Description>\
         <r:Owner><rdf:Bag><rdf:li>Owner A</rdf:li><rdf:li><![CDATA[Owner <B>]]></rdf:li></rdf:Bag></r:Owner>\
         <r:UsageTerms><rdf:Alt><rdf:li xml:lang='en'>only terms</rdf:li></rdf:Alt></r:UsageTerms>\
         <r:WebStatement>https://h/rights</r:WebStatement></rdf:Description>",
    );
    let wanted = EmbeddedRights {
        creator: some("Åse Bjørk; J. & K. Müller"),
        rights: some("https://h/rights"),
        usage_terms: some("only terms"),
        copyright: some("© 2020 Herbarium"),
        owner: some("Owner A; Owner <B>"),
    };
    assert_eq!(found, wanted);
}

#[test]
fn xmp_as_attributes_whatever_the_prefix() {
    let found = embedded_rights(&header(&[xmp("<q:RDF xmlns:q='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <q:Description xmlns:dc='http://ns.adobe.com/xap/1.0/rights/' xmlns:w='http://purl.org/dc/elements/1.1/' \
         dc:WebStatement='https://h/?a=1&amp;b=2' dc:UsageTerms='ask&#10;us' w:rights='&quot;c&quot;' w:creator='P. A.' \
         dc:creator='not Dublin Core' creator='nor this'/></q:RDF>")]));
    let wanted = EmbeddedRights {
        creator: some("P. A."),
        rights: some("https://h/?a=1&b=2"),
        usage_terms: some("ask us"),
        copyright: some("\"c\""),
        owner: None,
    };
    assert_eq!(found, wanted);
}

#[test]
fn the_licence_is_nearer_than_the_page_about_rights() {
    let licence = "<cc:license rdf:resource='https://creativecommons.org/licenses/by/4.0/'/>";
    let page = "<r:WebStatement>https://h/rights</r:WebStatement>";
    let both = of_xmp(&format!("<rdf:Description>{page}{licence}</rdf:Description>"));
    assert_eq!(both.rights, some("https://creativecommons.org/licenses/by/4.0/"));
    let alone = of_xmp(&format!("<rdf:Description>{page}</rdf:Description>"));
    assert_eq!(alone.rights, some("https://h/rights"));
}

#[test]
fn what_an_ingredient_says_is_not_said_of_the_picture() {
    let found = of_xmp(
        "<rdf:Description><m:DerivedFrom xmlns:m='http://m/'><rdf:Description dc:rights='inner'>\
         <dc:creator>inner</dc:creator></rdf:Description></m:DerivedFrom>\
         <dc:creator><rdf:Seq><rdf:li><dc:rights>inner</dc:rights></rdf:li></rdf:Seq></dc:creator></rdf:Description>",
    );
    assert_eq!(found, EmbeddedRights::default());
    let outside = embedded_rights(&header(&[xmp("<a xmlns:dc='http://purl.org/dc/elements/1.1/' dc:rights='x'/>")]));
    assert_eq!(outside, EmbeddedRights::default());
}

#[test]
fn iptc_in_latin_and_in_utf_8() {
    let latin =
        embedded_rights(&header(&[iptc(&[(2, 80, b"J\xf8rgen"), (2, 80, b"Odd one"), (2, 116, b"\xa9 Museum")])]));
    assert_eq!((latin.creator, latin.copyright), (some("Jørgen; Odd one"), some("© Museum")));
    let utf8: [(u8, u8, &[u8]); 3] = [(1, 90, b"\x1b%G"), (2, 80, "Łukasz".as_bytes()), (2, 110, b"a credit line")];
    let utf8 = embedded_rights(&header(&[iptc(&utf8)]));
    assert_eq!((utf8.creator, utf8.copyright, utf8.owner), (some("Łukasz"), None, None));
}

#[test]
fn iptc_may_go_on_in_a_second_segment() {
    let (_, whole) = iptc(&[(2, 80, b"Somebody with a long name"), (2, 116, b"A line")]);
    let content = &whole[14..];
    for cut in 1..content.len() {
        let found = embedded_rights(&header(&[photoshop(&content[..cut]), photoshop(&content[cut..])]));
        assert_eq!(found.creator, some("Somebody with a long name"), "{cut}");
        assert_eq!(found.copyright, some("A line"), "{cut}");
    }
}

#[test]
fn exif_and_its_blanks() {
    let found = embedded_rights(&header(&[exif(&[
        (ARTIST, b"Ann Artist\0old garbage\0"),
        (COPYRIGHT, b"by photographer\0by editor\0"),
    ])]));
    assert_eq!((found.creator, found.copyright), (some("Ann Artist"), some("by photographer; by editor")));
    let blank = embedded_rights(&header(&[exif(&[(ARTIST, b"          \0"), (COPYRIGHT, b" \0by editor\0")])]));
    assert_eq!((blank.creator, blank.copyright), (None, some("by editor")));
}

#[test]
fn xmp_before_iptc_before_exif_field_by_field() {
    let camera = exif(&[(ARTIST, b"of Exif\0"), (COPYRIGHT, b"of Exif\0")]);
    let agency = iptc(&[(2, 80, b"of IPTC"), (2, 116, b"of IPTC")]);
    let newest = xmp(&packet("<rdf:Description dc:creator='of XMP' dc:rights='  '/>"));
    let of = |segments: &[(u8, Vec<u8>)]| {
        let found = embedded_rights(&header(segments));
        (found.creator.unwrap(), found.copyright.unwrap())
    };
    let pair = |creator: &str, copyright: &str| (creator.to_owned(), copyright.to_owned());
    assert_eq!(of(&[camera.clone(), agency.clone(), newest.clone()]), pair("of XMP", "of IPTC"));
    assert_eq!(of(&[newest, camera.clone()]), pair("of XMP", "of Exif"));
    assert_eq!(of(&[camera, agency]), pair("of IPTC", "of IPTC"));
}
