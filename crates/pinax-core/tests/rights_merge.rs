//! Rights: the table, and the merging of table, picture and profile.

use pinax_core::nouns::profile::Rights;
use pinax_core::nouns::source_image::Locator;
use pinax_core::steps::rights::{RightsMap, RightsRow, merge, of_profile};
use pinax_image::EmbeddedRights;

const BY: &str = "https://creativecommons.org/licenses/by/4.0/";
const BY_NC: &str = "https://creativecommons.org/licenses/by-nc/4.0/";
const ZERO: &str = "https://creativecommons.org/publicdomain/zero/1.0/";

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn table(text: &str) -> RightsMap {
    RightsMap::read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(bytes: &[u8]) -> String {
    match RightsMap::read(bytes) {
        Ok(_) => panic!("should be refused: {}", String::from_utf8_lossy(bytes)),
        Err(error) => error.to_string(),
    }
}

/// The creator a table gives a picture.
fn creator(map: &RightsMap, path: &str, number: Option<&str>) -> Option<String> {
    map.find(&Locator::new(path), number).and_then(|row| written(&row).creator)
}

fn written(row: &RightsRow) -> Rights {
    merge(&Rights::default(), None, Some(row)).rights
}

fn profile() -> Rights {
    Rights {
        owner: some("Herbarium"),
        creator: some("Staff"),
        rights: some(ZERO),
        copyright: some("© Herbarium"),
        access_rights: None,
    }
}

#[test]
fn by_path_then_by_name_then_by_number() {
    let map = table(
        "file,catalogNumber,creator\na/1.jpg,,of the path\n1.jpg,,of the name\n,A1,of the number\n3.jpg,A3,of the file\n",
    );
    assert_eq!(creator(&map, "a/1.jpg", Some("A1")), some("of the path"));
    assert_eq!(creator(&map, "b/1.jpg", Some("A1")), some("of the name"));
    assert_eq!(creator(&map, "b/2.jpg", Some("A1")), some("of the number"));
    assert_eq!(creator(&map, "b/2.jpg", Some("A2")), None);
    assert_eq!(creator(&map, "3_b.jpg", Some("A3")), None, "a row with a file name is about that file alone");
    assert_eq!(map.find(&Locator::new(&b"\xff.jpg"[..]), None), None);
}

#[test]
fn case_matters_only_where_it_must() {
    let map = table("file,creator\nA.jpg,one\nB.jpg,large\nb.jpg,small\nC.jpg,same\nc.jpg,same\nÄ.jpg,two\n");
    assert_eq!(creator(&map, "a.JPG", None), some("one"));
    assert_eq!(creator(&map, "ä.jpg", None), some("two"));
    assert_eq!((creator(&map, "B.jpg", None), creator(&map, "b.jpg", None)), (some("large"), some("small")));
    assert_eq!(creator(&map, "B.JPG", None), None, "nobody can say which");
    assert_eq!(creator(&map, "C.JPG", None), some("same"));
    let told: Vec<&str> = map.findings().iter().map(|finding| finding.message.as_str()).collect();
    assert!(matches!(told[..], [one] if one.contains("`B.jpg` and `b.jpg` in lines 3 and 4")), "{told:?}");
}

#[test]
fn columns_have_several_names_and_separators() {
    let synonyms = "\u{feff}Source File;Photographer;License;Usage_Terms;dcterms:copyright;owner;Remarks\r\n\
                    ./d\\1.jpg;\"Doe; J.\";CC BY 4.0;ask us;© me;the museum;x\r\n;;;;;;\r\n";
    let map = table(synonyms);
    let wanted = Rights {
        owner: some("the museum"),
        creator: some("Doe; J."),
        rights: some(BY),
        copyright: some("© me"),
        access_rights: some("ask us"),
    };
    assert_eq!(written(&map.find(&Locator::new("d/1.jpg"), None).unwrap()), wanted);
    assert!(map.findings()[0].message.contains("not used: Remarks"), "{:?}", map.findings());
    let tabs = table("catalogNumber\trights\nA1\tcc0\n");
    assert_eq!(written(&tabs.find(&Locator::new("x"), Some("A1")).unwrap()).rights, some(ZERO));
}

#[test]
fn what_cannot_be_a_table_is_refused_with_its_line() {
    for (text, says) in [
        (&b"file,creator\na,1\nb,2\na,3\n"[..], "lines 2 and 4 say different things of `a`"),
        (b"catalogNumber,creator\nA,1\nA,2\n", "lines 2 and 3"),
        (b"file,creator\na,1\nb\n", "line 3 has 1 columns"),
        (b"file,creator\n,somebody\n", "line 2 has neither"),
        (b"file,creator\na,J\xf8rgen\n", "line 2 is not UTF-8"),
        (b"\xff\xfef\0i\0l\0e\0", "UTF-16"),
        (b"creator\nx\n", "which picture"),
        (b"file,remarks\na,b\n", "about rights"),
        (b"file,license,rights\na,b,c\n", "`rights` and `license`"),
        (b"", "which picture"),
    ] {
        let error = refused(text);
        assert!(error.contains(says), "{error}");
    }
    let unclosed = format!("file,creator\na,\"never closed\n{}", "b,c\n".repeat(50_000));
    assert!(refused(unclosed.as_bytes()).contains("line 2"));
    assert_eq!(table("file,creator\na,1\na,1\n").findings(), &[], "said twice, and the same");
}

#[test]
fn findings_of_a_table_are_told_once_for_each_value() {
    let long = "x".repeat(101);
    let text = format!("file,creator,rights\na,{long},mine\nb,{long},mine\nc,\"two\nlines\",https://h/\n");
    let map = table(&text);
    let told: Vec<&str> = map.findings().iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].contains("line 2") && told[0].contains("more than the 100 characters"), "{}", told[0]);
    assert!(told[1].contains("`mine`") && map.findings()[1].hint.as_ref().unwrap().contains(ZERO), "{}", told[1]);
    assert!(told[2].contains("line 4") && told[2].contains("line break"), "{}", told[2]);
    let row = map.find(&Locator::new("b"), None).unwrap();
    let merged = merge(&profile(), None, Some(&row));
    assert_eq!(merged.rights.creator, None, "the profile's creator is somebody else");
    assert_eq!((merged.rights.rights, merged.rights.owner), (some("mine"), some("Herbarium")));

    let many: String = (0..100).map(|number| format!("{number},licence {number}\n")).collect();
    assert_eq!(table(&format!("file,rights\n{many}")).findings().len(), 21);
}

#[test]
fn the_table_before_the_picture_before_the_profile() {
    let map = table("file,creator\na,of the table\n");
    let row = map.find(&Locator::new("a"), None).unwrap();
    let picture = EmbeddedRights {
        creator: some("of the picture"),
        rights: some("CC BY-NC"),
        usage_terms: some("terms"),
        ..EmbeddedRights::default()
    };
    let merged = merge(&profile(), Some(&picture), Some(&row));
    let wanted = Rights {
        owner: some("Herbarium"),
        creator: some("of the table"),
        rights: some(BY_NC),
        copyright: some("© Herbarium"),
        access_rights: some("terms"),
    };
    assert_eq!((merged.rights, merged.findings), (wanted, vec![]));
    assert_eq!(merge(&profile(), None, None).rights, profile());
}

#[test]
fn a_profile_licence_is_written_by_its_uri_or_kept_with_a_finding() {
    let of = |text: &str| of_profile(&Rights { rights: some(text), ..profile() });
    assert_eq!(of("cc-by"), (Rights { rights: some(BY), ..profile() }, vec![]));
    let (kept, findings) = of("all rights reserved");
    assert_eq!(kept.rights, some("all rights reserved"));
    assert!(findings[0].message.contains("`all rights reserved` of the profile is not a licence URI"), "{findings:?}");
    assert_eq!(of_profile(&Rights::default()), (Rights::default(), vec![]));
}

#[test]
fn a_picture_s_own_terms_never_become_the_profile_s_licence() {
    let picture = EmbeddedRights { rights: some("all rights reserved"), ..EmbeddedRights::default() };
    let merged = merge(&profile(), Some(&picture), None);
    assert_eq!((merged.rights.rights, merged.rights.access_rights), (None, some("all rights reserved")));
    assert!(merged.findings[0].message.contains("written as usage terms"), "{:?}", merged.findings);

    let picture = EmbeddedRights { usage_terms: some("ask"), ..picture };
    let merged = merge(&profile(), Some(&picture), None);
    assert_eq!((merged.rights.rights, merged.rights.access_rights), (None, some("ask")));
    assert!(merged.findings[0].message.contains("left out"), "{:?}", merged.findings);

    let map = table("file,rights\na,CC BY\n");
    let row = map.find(&Locator::new("a"), None).unwrap();
    let merged = merge(&profile(), Some(&picture), Some(&row));
    assert_eq!((merged.rights.rights, merged.findings), (some(BY), vec![]), "the table has the last word");

    let page = EmbeddedRights { rights: some("https://h/rights"), ..EmbeddedRights::default() };
    let merged = merge(&profile(), Some(&page), None);
    assert_eq!(merged.rights.rights, some("https://h/rights"));
    assert_eq!(merged.findings.len(), 1);
}

#[test]
fn what_does_not_fit_is_left_out_and_never_cut() {
    let long = Some("é".repeat(256));
    let picture = EmbeddedRights {
        creator: long.clone(),
        rights: some(&format!("https://h/{}", "a".repeat(250))),
        usage_terms: long.clone(),
        copyright: Some("é".repeat(255)),
        owner: long,
    };
    let merged = merge(&profile(), Some(&picture), None);
    assert_eq!(merged.rights, Rights { copyright: Some("é".repeat(255)), ..Rights::default() });
    assert_eq!(merged.findings.len(), 4, "{:#?}", merged.findings);
}

#[test]
fn a_hundred_thousand_rows() {
    let rows: String =
        (0..100_000).map(|n| format!("d{}/P{n:06}.jpg,photographer {},CC BY\n", n % 7, n % 50)).collect();
    let map = table(&format!("path,creator,licence\n{rows}"));
    for n in [0, 1, 49_999, 99_999] {
        let path = format!("D{}/p{n:06}.JPG", n % 7);
        assert_eq!(creator(&map, &path, None), Some(format!("photographer {}", n % 50)), "{path}");
    }
    assert_eq!(creator(&map, "d0/P100000.jpg", None), None);
}
