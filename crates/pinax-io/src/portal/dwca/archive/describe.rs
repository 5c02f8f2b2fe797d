//! The two documents of an archive: which column is which term (`meta.xml`, Darwin Core text guide), and what it is
//! (`eml.xml`, Ecological Metadata Language 2.1.1).

use std::collections::BTreeSet;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{ArchiveLabel, CORE_FILE, MEDIA_FILE};
use crate::portal::dwca::options::DwcaExtension;
use crate::portal::dwca::row::DwcaRow;
use crate::portal::dwca::terms::{CATALOG_NUMBER, OCCURRENCE};

type Xml = Writer<Vec<u8>>;

/// Which column is which term.
pub(super) fn meta(extension: DwcaExtension) -> Vec<u8> {
    document(|xml| {
        let archive = [("xmlns", "http://rs.tdwg.org/dwc/text/"), ("metadata", "eml.xml")];
        let terms: Vec<&str> = extension.terms().iter().map(|term| term.uri()).collect();
        xml.create_element("archive").with_attributes(archive).write_inner_content(|xml| {
            table(xml, "core", OCCURRENCE, CORE_FILE, "id", &[CATALOG_NUMBER])?;
            table(xml, "extension", extension.row_type(), MEDIA_FILE, "coreid", &terms)
        })?;
        Ok(())
    })
}

fn table(xml: &mut Xml, kind: &str, row_type: &str, file: &str, key: &str, terms: &[&str]) -> io::Result<()> {
    let form = [
        ("encoding", "UTF-8"),
        ("fieldsTerminatedBy", ","),
        // Told with a backslash, as the text guide has it.
        ("linesTerminatedBy", "\\n"),
        ("fieldsEnclosedBy", "\""),
        ("ignoreHeaderLines", "1"),
        ("rowType", row_type),
    ];
    xml.create_element(kind).with_attributes(form).write_inner_content(|xml| {
        xml.create_element("files").write_inner_content(|xml| text(xml, "location", file))?;
        xml.create_element(key).with_attribute(("index", "0")).write_empty()?;
        for (at, term) in terms.iter().enumerate() {
            let index = (at + 1).to_string();
            xml.create_element("field").with_attributes([("index", index.as_str()), ("term", *term)]).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// What the archive is, whose, of when, and under which rights.
pub(super) fn eml(label: &ArchiveLabel, rows: &[&DwcaRow]) -> Vec<u8> {
    let licences: BTreeSet<&str> = rows.iter().map(|row| row.cell("rights")).filter(|text| !text.is_empty()).collect();
    let licences = licences.into_iter().collect::<Vec<_>>().join(" ");
    document(|xml| {
        let root = [
            ("xmlns:eml", "eml://ecoinformatics.org/eml-2.1.1"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "eml://ecoinformatics.org/eml-2.1.1 http://rs.gbif.org/schema/eml-gbif-profile/1.1/eml.xsd",
            ),
            ("packageId", label.name.as_str()),
            ("system", "https://symbiota.org"),
            ("scope", "system"),
            ("xml:lang", "en"),
        ];
        xml.create_element("eml:eml").with_attributes(root).write_inner_content(|xml| {
            xml.create_element("dataset").write_inner_content(|xml| dataset(xml, label, rows.len(), &licences))?;
            Ok(())
        })?;
        Ok(())
    })
}

fn dataset(xml: &mut Xml, label: &ArchiveLabel, pictures: usize, licences: &str) -> io::Result<()> {
    text(xml, "title", &format!("Pictures of {}: {}", label.collection, label.name))?;
    for role in ["creator", "metadataProvider"] {
        xml.create_element(role).write_inner_content(|xml| text(xml, "organizationName", &label.collection))?;
    }
    text(xml, "pubDate", &label.date)?;
    text(xml, "language", "eng")?;
    let about = format!("Links to {pictures} pictures of specimens that are in the collection's records already.");
    xml.create_element("abstract").write_inner_content(|xml| text(xml, "para", &about))?;
    if !licences.is_empty() {
        xml.create_element("intellectualRights").write_inner_content(|xml| text(xml, "para", licences))?;
    }
    xml.create_element("contact").write_inner_content(|xml| text(xml, "organizationName", &label.collection))?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}

fn document(content: impl FnOnce(&mut Xml) -> io::Result<()>) -> Vec<u8> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written =
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).and_then(|()| content(&mut xml));
    written.expect("writing to memory does not fail");
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    bytes
}
