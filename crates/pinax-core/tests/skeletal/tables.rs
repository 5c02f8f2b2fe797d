//! Text -> header and rows: separators, quotes, lines, limits.

use pinax_core::nouns::reason::ReasonCode;
use pinax_core::steps::skeletal::{SkeletalLimits, read};

use crate::{limits, number_of, places, refused, taken, value};

#[test]
fn the_header_tells_the_separator() {
    for text in [
        "catalogNumber,locality,country\nTST1,\"a, b\",Peru\n",
        "catalogNumber\tlocality\tcountry\nTST1\ta, b\tPeru\n",
        "catalogNumber|locality|country\nTST1|a, b|Peru\n",
        "\"catalogNumber\"|\"locality\"|\"country\"\n\"TST1\"|\"a, b\"|\"Peru\"\n",
        "catalogNumber\tlocality\tcountry\tfoo|bar,baz\nTST1\ta, b\tPeru\t\n",
    ] {
        let file = taken(text);
        assert_eq!(value(&file.records[0], "locality"), "a, b", "{text}");
        assert_eq!(value(&file.records[0], "country"), "Peru", "{text}");
    }
    assert_eq!(taken("catalogNumber\nTST1\nTST2\n").records.len(), 2);
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text =
            ["", "catalogNumber,habitat,country", "TST1,\"a", "", "\"\"b\"\"\",Peru", "", " , ,", "TST2,x,Chile"];
        let file = taken(text.join(end));
        assert_eq!(file.records.iter().map(|record| record.line).collect::<Vec<_>>(), [3, 8], "{end:?}");
        assert_eq!(value(&file.records[0], "habitat"), "a\n\n\"b\"");
        assert_eq!(value(&file.records[1], "country"), "Chile");
        assert_eq!(file.refusals, []);
    }
}

#[test]
fn quotes_inside_a_cell_are_text() {
    let file =
        taken("catalogNumber,locality\nTST1,5\" of \"rain\"\nTST2, \"a,b\" \nTST3,\"\"\nTST4,\"say \"\"no\"\"\"");
    let values: Vec<_> = file.records.iter().map(|record| value(record, "locality")).collect();
    assert_eq!(values, ["5\" of \"rain\"", "a,b", "-", "say \"no\""]);
}

#[test]
fn text_behind_a_closing_quote_costs_the_row() {
    let file = taken("catalogNumber\tlocality\nTST1\t\"Big\" tree\tx\nTST2\t\"a\nb\"c\nTST3\tok\n");
    assert_eq!(places(&file), ["2 row", "3 row"]);
    assert!(file.refusals[1].message.contains("line 4"), "{file:?}");
    assert_eq!(file.records.len(), 1);
    assert_eq!(file.records[0].line, 5);
}

#[test]
fn a_quote_that_never_closes_costs_the_file() {
    for (text, line) in [
        ("catalogNumber,locality\nTST1,ok\nTST2,\"a\nb\nc", "line 3"),
        ("\"catalogNumber,locality\nTST1,a\n", "line 1"),
        ("catalogNumber,locality\nTST1,\"", "line 2"),
        ("catalogNumber,locality\nTST1,\"a\"\"", "line 2"),
    ] {
        let reason = refused(text);
        assert_eq!(reason.code, ReasonCode::SkeletalUnusable);
        assert!(reason.message.contains(line), "{reason:?}");
    }
}

#[test]
fn short_rows_are_taken_and_long_ones_refused() {
    let file = taken("catalogNumber,country,county\nTST1\nTST2,Peru\nTST3,Peru,a,b\nTST4,Peru,a,,\n");
    assert_eq!(places(&file), ["4 row"]);
    assert_eq!(file.records.iter().map(|record| record.fields.len()).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_header_alone_is_an_empty_file() {
    for text in ["catalogNumber", "catalogNumber,locality\r\n", "\n\ncatalogNumber\n\n,,,\n"] {
        let file = taken(text);
        assert!(file.records.is_empty() && file.refusals.is_empty());
    }
}

#[test]
fn files_that_are_no_skeletal_files_are_refused() {
    for (text, says) in [
        ("", "empty"),
        ("\n\r\n \n", "empty"),
        ("Read me first.\nThese are pictures.\n", "no column catalogNumber"),
        ("locality,country\na,b\n", "no column catalogNumber"),
        ("catalogNumber;locality\nTST1;a\n", "no column catalogNumber"),
        ("catalogNumber,locality,Locality\nTST1,a,b\n", "`locality` and `Locality`"),
        ("catalogNumber,recordedBy,collector\nTST1,a,b\n", "`recordedBy` and `collector`"),
        ("catalogNumber,catalog_number\nTST1,a\n", "mean the same"),
        ("catalogNumber,exsTitle,exsiccatiTitle\n", "mean the same"),
    ] {
        let reason = refused(text);
        assert_eq!(reason.code, ReasonCode::SkeletalUnusable);
        assert!(reason.message.contains(says) && reason.hint.is_some(), "{text}: {reason:?}");
    }
    assert!(refused("catalogNumber;locality\nTST1;a\n").hint.unwrap().contains("semicolons"));
}

#[test]
fn headers_are_read_as_people_write_them() {
    for (header, column) in [
        ("RECORDEDBY", "recordedBy"),
        ("Recorded By", "recordedBy"),
        ("recorded_by", "recordedBy"),
        ("dwc:recordedBy", "recordedBy"),
        ("Collector", "recordedBy"),
        ("collector number", "recordNumber"),
        ("Collection Date", "eventDate"),
        ("date", "eventDate"),
        ("latitude", "decimalLatitude"),
        ("Longitude", "decimalLongitude"),
        ("scientificNameAuthorship", "scientificNameAuthorship"),
        ("state", "stateProvince"),
        ("notes", "occurrenceRemarks"),
    ] {
        let file = taken(format!("Catalog Number,{header}\nTST1,7\n"));
        assert_eq!(file.unknown_columns, Vec::<String>::new(), "{header}");
        assert!(value(&file.records[0], column) == "7" || places(&file) == [format!("2 {header}")], "{header}");
    }
}

#[test]
fn unknown_columns_are_told_once() {
    let file = taken("catalogNumber,Shelf,occid,tidInterpreted,dbpk,Shelf,\"a\nb\",,\nTST1,1,2,3,4,5,6,7\nTST2,1\n");
    assert_eq!(file.unknown_columns, ["Shelf", "occid", "tidInterpreted", "dbpk", "a b"]);
    assert_eq!(places(&file), ["3 row"], "a value without a header is not dropped in silence");
    let file = taken("catalogNumber,,country\nTST1,x,Peru\nTST2,y,Peru\n");
    assert_eq!(file.unknown_columns, ["column 2"]);
    assert_eq!(taken("catalogNumber,,country\nTST1,,Peru\n").unknown_columns, Vec::<String>::new());
}

#[test]
fn limits_hold() {
    let tight =
        SkeletalLimits { max_rows: 2, max_columns: 3, max_values: 5, max_cell_bytes: 8, max_refusals: 1, ..limits() };
    let read = |text: &str| read(text.as_bytes(), &number_of, &tight);
    assert!(read("catalogNumber,a,b\nTST1\n\n,,\nTST2\n").is_ok());
    assert_eq!(read("catalogNumber,a\nTST1\nTST2\nTST3\n").unwrap_err().code, ReasonCode::TooLarge);
    assert!(read("catalogNumber,a,b\nTST1,a,b\nTST2,a,\n").is_ok());
    assert_eq!(read("catalogNumber,a,b\nTST1,a,b\nTST2,a,b\n").unwrap_err().code, ReasonCode::TooLarge);
    assert_eq!(read("catalogNumber,a,b,c\n").unwrap_err().code, ReasonCode::TooLarge);
    let file = read("catalogNumber,country\nTST1,123456789\nTST2,12345678\n").unwrap();
    assert_eq!(places(&file), ["2 country"]);
    assert_eq!(value(&file.records[1], "country"), "12345678");
    let file = read("catalogNumber,day,month\nTST1,x,y\nTST2,x\n").unwrap();
    assert_eq!((file.refusals.len(), file.refusals_left_out), (1, 2));
}
