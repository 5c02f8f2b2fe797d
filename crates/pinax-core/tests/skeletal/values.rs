//! Values -> what the columns hold.

use pinax_core::nouns::skeletal::{FieldKind, OccurrenceField};

use crate::{places, taken, value};

#[test]
fn numbers_are_checked() {
    for (column, written, kept) in [
        ("decimalLatitude", "-47.50", "-47.50"),
        ("decimalLatitude", "+47", "47"),
        ("decimalLatitude", "\u{2212}47.5", "-47.5"),
        ("decimalLatitude", "90", "90"),
        ("decimalLatitude", "90.0001", "-"),
        ("decimalLatitude", "47,5", "-"),
        ("decimalLatitude", "47°30'N", "-"),
        ("decimalLatitude", "47.5.1", "-"),
        ("decimalLatitude", "1e1", "-"),
        ("decimalLatitude", "NaN", "-"),
        ("decimalLatitude", "inf", "-"),
        ("decimalLatitude", ".5", "-"),
        ("decimalLatitude", "--5", "-"),
        ("decimalLongitude", "-180", "-180"),
        ("decimalLongitude", "180.5", "-"),
        ("coordinatePrecision", "0.0000001", "0.0000001"),
        ("coordinatePrecision", "0.00000001", "-"),
        ("coordinateUncertaintyInMeters", "30", "30"),
        ("coordinateUncertaintyInMeters", "-1", "-"),
        ("coordinateUncertaintyInMeters", "4294967296", "-"),
        ("coordinateUncertaintyInMeters", "99999999999999999999", "-"),
        ("coordinateUncertaintyInMeters", "30 m", "-"),
        ("coordinateUncertaintyInMeters", "1,200", "-"),
        ("minimumElevationInMeters", "-86", "-86"),
        ("minimumElevationInMeters", "12000", "-"),
        ("maximumElevationInMeters", "100.5", "-"),
        ("year", "1899", "1899"),
        ("year", "99", "-"),
        ("month", "007", "7"),
        ("month", "13", "-"),
        ("day", "0", "-"),
        ("endDayOfYear", "366", "366"),
        ("cultivationStatus", "2", "-"),
        ("georeferencedDate", "7/14/1999", "1999-07-14"),
        ("eventDate2", "summer", "-"),
        ("dateIdentified", "summer 1899", "summer 1899"),
    ] {
        let file = taken(format!("catalogNumber|{column}|country\nTST1|{written}|Peru\n"));
        assert_eq!(value(&file.records[0], column), kept, "{column} {written}");
        assert_eq!(value(&file.records[0], "country"), "Peru", "the rest of the row is used");
        assert_eq!(file.refusals.len(), usize::from(kept == "-"), "{column} {written}");
        assert!(file.refusals.iter().all(|refusal| refusal.message.contains(column)));
    }
    let hint = taken("catalogNumber|lat\nTST1|47,5\n").refusals[0].hint.clone().unwrap();
    assert!(hint.contains("point"), "{hint}");
}

#[test]
fn every_width_is_held_to_the_character() {
    for field in OccurrenceField::ALL {
        let most = match field.kind() {
            FieldKind::Text { max_chars } => max_chars,
            FieldKind::LongText { max_bytes } => max_bytes / 2,
            _ => continue,
        };
        let header = format!("catalogNumber,{field}");
        let fits = taken(format!("{header}\nTST1,{}\n", "é".repeat(most)));
        assert_eq!(fits.records[0].fields[field].chars().count(), most, "{field}");
        let wide = taken(format!("{header}\nTST1,{}\n", "é".repeat(most + 1)));
        assert_eq!(places(&wide), [format!("2 {field}")]);
        assert!(wide.records[0].fields.is_empty() && wide.refusals[0].message.chars().count() < 200, "{field}");
    }
}

#[test]
fn values_are_trimmed_and_control_characters_refused() {
    let file = taken(
        "catalogNumber|country|county|habitat\nTST1| \u{a0}Peru |\"a\nb\"|\"a\r\nb\"\nTST2|a\tb|\u{1b}[31m|a\u{7}\n",
    );
    let first = &file.records[0];
    assert_eq!((value(first, "country"), value(first, "habitat")), ("Peru", "a\nb"), "text may have several lines");
    assert_eq!(places(&file), ["2 county", "5 country", "5 county", "5 habitat"]);
    assert!(file.records[1].fields.is_empty());
    assert!(file.refusals.iter().all(|refusal| !refusal.message.chars().any(char::is_control)), "{file:?}");
}

#[test]
fn only_columns_that_a_file_may_fill_are_known() {
    for header in [
        "occid",
        "collid",
        "dbpk",
        "recordID",
        "occurrenceID",
        "tidInterpreted",
        "catalogNumber",
        "processingStatus",
        "recordEnteredBy",
        "dateEntered",
        "dateLastModified",
        "observerUid",
        "modified",
        "institutionCode",
        "collectionCode",
        "vitality",
        "recordSecurity",
        "localitySecurity",
        "",
    ] {
        assert_eq!(OccurrenceField::parse(header), None, "{header}");
    }
}
