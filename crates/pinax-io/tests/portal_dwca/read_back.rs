//! A reader of archives that knows nothing of the writer: it goes by `meta.xml` alone, and refuses what a strict one
//! would.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// The vocabularies a term may be of.
const VOCABULARIES: [&str; 8] = [
    "http://rs.tdwg.org/dwc/terms/",
    "http://rs.tdwg.org/ac/terms/",
    "http://purl.org/dc/terms/",
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/xap/1.0/rights/",
    "http://rs.gbif.org/terms/1.0/",
    "https://symbiota.org/terms/",
    "http://ns.adobe.com/xap/1.0/",
];

/// A row by the terms of its columns; `id` is the core's id.
pub(crate) type Row = BTreeMap<String, String>;

pub(crate) struct ReadArchive {
    pub(crate) core: Vec<Row>,
    pub(crate) row_type: String,
    pub(crate) media: Vec<Row>,
    /// The texts of `eml.xml` by the path of their elements.
    pub(crate) eml: Vec<(String, String)>,
}

#[derive(Default)]
struct Table {
    row_type: String,
    location: String,
    key: usize,
    terms: BTreeMap<usize, String>,
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element.try_get_attribute(name).unwrap();
    let value =
        found.unwrap_or_else(|| panic!("{name} is missing")).normalized_value(quick_xml::XmlVersion::Implicit1_0);
    value.unwrap().into_owned()
}

/// Every text of a document, with the path to it; fails when it is not well-formed.
fn texts(xml: &str, mut element: impl FnMut(&str, &BytesStart<'_>)) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut found) = (Vec::<String>::new(), Vec::<(String, String)>::new());
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                element(&path.join("/"), &start);
                text.clear();
            }
            Event::Empty(empty) => {
                let name = empty.name().as_ref().to_owned();
                element(&format!("{}/{name}", path.join("/")), &empty);
            }
            Event::Text(more) => text += &more,
            Event::GeneralRef(name) => {
                text += quick_xml::escape::resolve_predefined_entity(&name).expect("a known entity");
            }
            Event::End(_) => {
                if !text.trim().is_empty() {
                    found.push((path.join("/"), std::mem::take(&mut text)));
                }
                text.clear();
                path.pop().unwrap();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty(), "{path:?} has no end");
    found
}

pub(crate) fn read(path: &Path) -> ReadArchive {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let names: HashSet<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names.len(), 4);
    let mut file = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let mut tables: Vec<Table> = Vec::new();
    let locations = texts(&file("meta.xml"), |path, element| match path {
        "archive" => {
            assert_eq!(attribute(element, "xmlns"), "http://rs.tdwg.org/dwc/text/");
            assert_eq!(attribute(element, "metadata"), "eml.xml");
        }
        "archive/core" | "archive/extension" => {
            for (name, value) in [
                ("encoding", "UTF-8"),
                ("fieldsTerminatedBy", ","),
                ("linesTerminatedBy", "\\n"),
                ("fieldsEnclosedBy", "\""),
                ("ignoreHeaderLines", "1"),
            ] {
                assert_eq!(attribute(element, name), value);
            }
            tables.push(Table { row_type: attribute(element, "rowType"), ..Table::default() });
        }
        "archive/core/id" | "archive/extension/coreid" => {
            tables.last_mut().unwrap().key = attribute(element, "index").parse().unwrap();
        }
        "archive/core/field" | "archive/extension/field" => {
            let term = attribute(element, "term");
            assert!(VOCABULARIES.iter().any(|known| term.starts_with(known)), "{term}");
            let before = tables.last_mut().unwrap().terms.insert(attribute(element, "index").parse().unwrap(), term);
            assert_eq!(before, None, "two terms for one column");
        }
        _ => {}
    });
    for (table, (_, location)) in tables.iter_mut().zip(locations) {
        table.location = location;
    }
    let [core, media] = <[Table; 2]>::try_from(tables).ok().expect("a core and one extension");
    let rows = |table: &Table, text: &str| -> Vec<Row> {
        assert!(!text.contains('\r') && text.ends_with('\n') && !text.starts_with('\u{feff}'));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        // As a portal compares them.
        for (at, term) in &table.terms {
            assert_eq!(header[*at].to_lowercase(), term.rsplit('/').next().unwrap().to_lowercase());
        }
        assert_eq!(header.len(), table.terms.len() + 1, "a column without a term");
        assert!(!table.terms.contains_key(&table.key));
        let row = |record: csv::StringRecord| {
            let named = table.terms.iter().map(|(at, term)| (term.clone(), record[*at].to_owned()));
            named.chain([("id".to_owned(), record[table.key].to_owned())]).collect()
        };
        reader.records().map(|record| row(record.unwrap())).collect()
    };
    assert_eq!(core.row_type, "http://rs.tdwg.org/dwc/terms/Occurrence");
    let read = ReadArchive {
        core: rows(&core, &file(&core.location)),
        media: rows(&media, &file(&media.location)),
        row_type: media.row_type,
        eml: texts(&file("eml.xml"), |_, _| {}),
    };
    let ids: HashSet<&str> = read.core.iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(ids.len(), read.core.len(), "a record stands twice in the core");
    let used: HashSet<&str> = read.media.iter().map(|row| row["id"].as_str()).collect();
    assert_eq!(used, ids, "pictures without a record, or records without a picture");
    read
}
