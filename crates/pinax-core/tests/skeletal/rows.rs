//! Rows -> records: numbers, several lines about one specimen, names, dates, exsiccatae.

use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::steps::skeletal::{SkeletalLimits, read};

use crate::{limits, number_of, places, taken, value};

#[test]
fn the_number_goes_through_the_given_rule() {
    let digits = |text: &str| {
        let refuse = || Reason::new(ReasonCode::NumberRefused, "no digits").hint("write some");
        CatalogNumber::new(text.trim_start_matches("TST-")).map_err(|_| refuse())
    };
    let text = "country,catalogNumber\nPeru, TST-7 \nPeru,TST-\nPeru,\nPeru,\"TST\n1\"\nPeru,123456\n";
    let file = read(text.as_bytes(), &digits, &SkeletalLimits { catalog_number_max_chars: 5, ..limits() }).unwrap();
    assert_eq!(file.records.len(), 1);
    assert_eq!(file.records[0].catalog_number.as_str(), "7");
    assert_eq!(places(&file), ["3 row", "4 row", "5 row", "7 row"]);
    assert_eq!(file.refusals[0].hint.as_deref(), Some("write some"));
    assert!(file.refusals[3].message.contains("6 characters; the portal holds 5"), "{file:?}");
}

#[test]
fn several_lines_about_one_specimen_make_one_record() {
    let file =
        taken("catalogNumber,country,county,day\nTST1,Peru,,4\nTST2,Chile\nTST1,Peru,Cusco,5\nTST1,Ecuador,Lima,04\n");
    assert_eq!(file.records.len(), 2);
    let first = &file.records[0];
    assert_eq!((value(first, "country"), value(first, "county"), value(first, "day")), ("Peru", "Cusco", "4"));
    assert_eq!(places(&file), ["4 day", "5 country", "5 county"]);
    assert!(file.refusals[1].message.contains("`Ecuador` contradicts `Peru` of line 2"), "{file:?}");
}

#[test]
fn sciname_is_made_of_its_parts() {
    let header = "catalogNumber,sciname,genus,specificEpithet,taxonRank,infraspecificEpithet,scientificName";
    for (row, sciname, author) in [
        ("Quercus rubra,Quercus,alba,,,Quercus alba L.", "Quercus rubra", "-"),
        (",Quercus,alba,variety,repanda,Quercus rubra L.", "Quercus alba var. repanda", "-"),
        (",Quercus,,,,", "Quercus", "-"),
        (",,,,,Quercus alba L.", "Quercus alba", "L."),
        (",,alba,,,", "-", "-"),
    ] {
        let file = taken(format!("{header}\nTST1,{row}\n"));
        let record = &file.records[0];
        assert_eq!((value(record, "sciname"), value(record, "scientificNameAuthorship")), (sciname, author), "{row}");
        assert_eq!(file.refusals, []);
    }
    let file = taken(format!("{header}\nTST1,,Quercus,alba\nTST1,,,,,,Quercus alba L.\n"));
    assert_eq!(value(&file.records[0], "specificEpithet"), "alba");
    assert_eq!(value(&file.records[0], "scientificName"), "Quercus alba L.");
    assert_eq!(file.refusals, [], "what is made is made of all lines, and contradicts none");
}

#[test]
fn an_author_that_was_given_stays() {
    let file = taken("catalogNumber,scientificName,author\nTST1,Quercus alba L.,Linnaeus\n");
    assert_eq!(value(&file.records[0], "scientificNameAuthorship"), "Linnaeus");
}

#[test]
fn names_in_doubt_are_told() {
    let file = taken("catalogNumber,scientificName\nTST1,Quercus alba minor\n");
    assert_eq!(places(&file), ["2 scientificName"]);
    assert_eq!(value(&file.records[0], "sciname"), "-");
    assert_eq!(value(&file.records[0], "scientificName"), "Quercus alba minor");
    let long = "a".repeat(130);
    let file = taken(format!("catalogNumber,genus,specificEpithet\nTST1,A{long},{long}\n"));
    assert_eq!(places(&file), ["2 sciname"]);
}

#[test]
fn a_written_date_never_replaces_a_verbatim_one() {
    let header = "catalogNumber,eventDate,verbatimEventDate";
    for (rows, date, verbatim, refusals) in [
        ("TST1,summer,On Mt. Foo in summer", "-", "On Mt. Foo in summer", 1),
        ("TST1,summer\nTST1,,early summer", "-", "early summer", 1),
        ("TST1,7/4/1899,April 7 1899", "1899-07-04", "April 7 1899", 0),
        ("TST1,,4.VII.1899", "1899-07-04", "4.VII.1899", 0),
        ("TST1,,7/4/1899", "-", "7/4/1899", 0),
        ("TST1,,summer", "-", "summer", 0),
        ("TST1,4 Jul 1899\nTST1,1899-07-04", "1899-07-04", "-", 0),
        ("TST1,4 Jul 1899\nTST1,1899-07-05", "1899-07-04", "-", 1),
    ] {
        let file = taken(format!("{header}\n{rows}\n"));
        let record = &file.records[0];
        assert_eq!((value(record, "eventDate"), value(record, "verbatimEventDate")), (date, verbatim), "{rows}");
        assert_eq!(file.refusals.len(), refusals, "{rows}");
    }
}

#[test]
fn exsiccatae() {
    for (rows, expected, refusals) in [
        ("TST1,Flora Exsiccata,12", Some(("Flora Exsiccata", Some("12"))), 0),
        ("TST1,Flora Exsiccata,# 12", Some(("Flora Exsiccata", Some("12"))), 0),
        ("TST1,Flora Exsiccata,", Some(("Flora Exsiccata", None)), 0),
        ("TST1,,12", None, 1),
        ("TST1,Flora Exsiccata,\nTST1,,12", Some(("Flora Exsiccata", Some("12"))), 0),
        ("TST1,Flora Exsiccata,12\nTST1,Flora Exsiccata,13", Some(("Flora Exsiccata", Some("12"))), 1),
        ("TST1,Flora Exsiccata,12\nTST1,Other,12", Some(("Flora Exsiccata", Some("12"))), 1),
        ("TST1,,", None, 0),
    ] {
        let file = taken(format!("catalogNumber,exsiccatiTitle,exsNumber\n{rows}\n"));
        let got = file.records[0].exsiccati.as_ref().map(|one| (one.title.as_str(), one.number.as_deref()));
        assert_eq!((got, file.refusals.len()), (expected, refusals), "{rows}");
    }
    let file = taken(format!("catalogNumber,exsTitle,exsNumber\nTST1,{},1\n", "x".repeat(151)));
    assert_eq!(places(&file), ["2 exsTitle", "2 exsNumber"]);
}

#[test]
fn a_record_whose_locality_must_be_hidden_is_not_made() {
    for header in ["recordSecurity", "localitySecurity", "localitySecurityReason"] {
        let file = taken(format!("catalogNumber,{header}\nTST1\nTST2,1\nTST3,0\nTST1,yes\n"));
        let numbers: Vec<_> = file.records.iter().map(|record| record.catalog_number.as_str()).collect();
        assert_eq!(numbers, ["TST3"], "{header}");
        assert_eq!(places(&file), ["3 row", "5 row"], "{header}");
    }
}

/// Files cut and changed at every place: whatever comes out, nothing panics, lines stay inside the file, and no value
/// is empty.
#[test]
fn damaged_files_do_no_harm() {
    let whole = "catalogNumber,eventDate,scientificName,decimalLatitude,exsTitle,exsNumber,habitat\r\n\
                 TST1,4.VII.1899,Quercus alba L. var. x,-47.5,Flora,#1,\"a, \"\"b\"\"\r\nc\"\n\
                 TST1,July 4th; 1899,× Aus bus,47°,,2,é𝄞\u{85}\rTST2,1899-07,Q. a,,,,\"\"\n"
        .as_bytes();
    let lines = whole.len() as u64;
    let try_one = |bytes: &[u8]| {
        let Ok(file) = read(bytes, &number_of, &limits()) else { return 0 };
        for record in &file.records {
            assert!((2..=lines).contains(&record.line));
            assert!(record.fields.values().all(|value| !value.is_empty() && value.trim() == value));
        }
        assert!(file.refusals.iter().all(|refusal| (2..=lines).contains(&refusal.line)));
        file.records.len()
    };
    let mut records = 0;
    for cut in 0..=whole.len() {
        records += try_one(&whole[..cut]) + try_one(&whole[cut..]);
    }
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let spice = b"\"\",\t|\n\r\0\xff\xe9 -/.0V\x85";
    for _ in 0..20_000 {
        let mut bytes = whole.to_vec();
        for _ in 0..=random(4) {
            let place = random(bytes.len());
            match random(3) {
                0 => bytes[place] = spice[random(spice.len())],
                1 => bytes.insert(place, spice[random(spice.len())]),
                _ => drop(bytes.drain(place..(place + random(20)).min(bytes.len()))),
            }
        }
        records += try_one(&bytes);
    }
    assert!(records > 1_000, "only {records} records: the damage is too great to show anything");
}
