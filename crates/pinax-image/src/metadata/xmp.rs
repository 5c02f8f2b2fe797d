//! XMP: an RDF document in APP1 (ISO 16684-1). Only the plain shape XMP allows is read: properties of the nodes
//! directly below `rdf:RDF`, as attribute, text, `rdf:resource` or list. Names are compared by namespace, whatever
//! the prefix. No entity but the five of XML is known, so none can grow.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, XmlVersion};

use super::text;

pub(crate) const SIGNATURE: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const XMP_RIGHTS: &str = "http://ns.adobe.com/xap/1.0/rights/";
/// What comes earlier is believed before what comes later.
const PROPERTIES: [(&str, &str, Property); 15] = [
    (DC, "creator", Property::Creator),
    (DC, "rights", Property::Copyright),
    (XMP_RIGHTS, "UsageTerms", Property::UsageTerms),
    (XMP_RIGHTS, "Owner", Property::Owner),
    ("http://creativecommons.org/ns#", "license", Property::Licence),
    ("http://web.resource.org/cc/", "license", Property::Licence),
    ("http://purl.org/dc/terms/", "license", Property::OtherLicence),
    ("http://ns.adobe.com/xap/1.0/", "License", Property::OtherLicence),
    ("http://ns.useplus.org/ldf/xmp/1.0/", "License", Property::OtherLicence),
    (XMP_RIGHTS, "WebStatement", Property::WebStatement),
    ("http://ns.adobe.com/exif/1.0/", "DateTimeOriginal", Property::Original),
    ("http://ns.adobe.com/photoshop/1.0/", "DateCreated", Property::Created),
    ("http://ns.adobe.com/xap/1.0/", "CreateDate", Property::Digitised),
    ("http://ns.adobe.com/tiff/1.0/", "Make", Property::Make),
    ("http://ns.adobe.com/tiff/1.0/", "Model", Property::Model),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    Creator,
    Copyright,
    UsageTerms,
    Owner,
    Licence,
    OtherLicence,
    WebStatement,
    /// Three dates.
    Original,
    Created,
    Digitised,
    Make,
    Model,
}

/// What a packet says.
#[derive(Debug, Default)]
pub(super) struct Xmp {
    pub(super) creator: Option<String>,
    pub(super) rights: Option<String>,
    pub(super) usage_terms: Option<String>,
    pub(super) copyright: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) taken: Option<String>,
    pub(super) camera_make: Option<String>,
    pub(super) camera_model: Option<String>,
}

/// Reads a packet (the APP1 payload after its signature), up to the first thing that is not XML.
pub(super) fn read(packet: &[u8]) -> Xmp {
    let packet = String::from_utf8_lossy(packet);
    let mut reader = NsReader::from_str(&packet);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => walk.open(&reader, &start),
            Ok(Event::End(_)) => walk.close(),
            Ok(Event::Text(part)) => walk.take(&part),
            Ok(Event::CData(part)) => walk.take(&part),
            Ok(Event::GeneralRef(name)) => match name.resolve_char_ref() {
                Ok(Some(character)) => walk.take(character.encode_utf8(&mut [0; 4])),
                Ok(None) => walk.take(quick_xml::escape::resolve_xml_entity(&name).unwrap_or_default()),
                Err(_) => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    walk.found()
}

/// One value of a property; lists have several.
#[derive(Debug)]
struct Value {
    property: Property,
    text: String,
    default_language: bool,
}

/// Where in the document we are: `rdf:RDF`, below it nodes, properties, lists, items.
#[derive(Debug, Default)]
struct Walk {
    depth: usize,
    /// The depth of the open `rdf:RDF`.
    rdf: Option<usize>,
    /// The open property, if it is one of ours.
    property: Option<Property>,
    /// Whether the open property had a list, and whether an item of it is open, and in the default language.
    listed: bool,
    item: Option<bool>,
    text: String,
    values: Vec<Value>,
}

const NODE: usize = 1;
const PROPERTY: usize = 2;
const ITEM: usize = 4;

impl Walk {
    /// How far below `rdf:RDF`; 0 outside of it.
    fn below(&self) -> usize {
        self.rdf.map_or(0, |rdf| self.depth - rdf)
    }

    fn open(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        self.depth += 1;
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let is_rdf = |wanted: &str| is(&namespace, RDF) && name.as_ref() == wanted;
        let attributes = || start.attributes().with_checks(false).map_while(Result::ok).collect::<Vec<_>>();
        if self.rdf.is_none() {
            self.rdf = is_rdf("RDF").then_some(self.depth);
            return;
        }
        match self.below() {
            NODE => {
                for attribute in attributes() {
                    let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
                    if let Some(property) = property(&namespace, name.as_ref()) {
                        self.add(property, &value(&attribute), false);
                    }
                }
            }
            PROPERTY => {
                self.property = property(&namespace, name.as_ref());
                (self.listed, self.item) = (false, None);
                self.text.clear();
            }
            ITEM if self.property.is_some() && is_rdf("li") => {
                let language = attributes().into_iter().find(|attribute| attribute.key.as_ref() == "xml:lang");
                self.item = Some(language.is_some_and(|language| value(&language).eq_ignore_ascii_case("x-default")));
                self.listed = true;
                self.text.clear();
            }
            _ => return,
        }
        if let (PROPERTY | ITEM, Some(property)) = (self.below(), self.property) {
            for attribute in attributes() {
                let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
                if is(&namespace, RDF) && name.as_ref() == "resource" {
                    self.add(property, &value(&attribute), false);
                }
            }
        }
    }

    fn take(&mut self, part: &str) {
        let here = self.below() == PROPERTY || (self.below() == ITEM && self.item.is_some());
        if self.property.is_some() && here {
            self.text.push_str(part);
        }
    }

    fn close(&mut self) {
        match (self.below(), self.property) {
            (ITEM, Some(property)) => {
                if let Some(default_language) = self.item.take() {
                    let text = std::mem::take(&mut self.text);
                    self.add(property, &text, default_language);
                }
            }
            (PROPERTY, Some(property)) => {
                let text = std::mem::take(&mut self.text);
                if !self.listed {
                    self.add(property, &text, false);
                }
                self.property = None;
            }
            (0, _) if self.rdf == Some(self.depth) => self.rdf = None,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn add(&mut self, property: Property, text: &str, default_language: bool) {
        if let Some(text) = text::plain(text) {
            self.values.push(Value { property, text, default_language });
        }
    }

    fn found(self) -> Xmp {
        let of = |property| self.values.iter().filter(move |value| value.property == property);
        let list = |property| text::list(of(property).map(|value| value.text.as_str()));
        let one = |property| {
            let chosen = of(property).find(|value| value.default_language).or_else(|| of(property).next());
            chosen.map(|value| value.text.clone())
        };
        let licences = [Property::Licence, Property::OtherLicence, Property::WebStatement];
        Xmp {
            creator: list(Property::Creator),
            rights: licences.into_iter().find_map(one),
            usage_terms: one(Property::UsageTerms),
            copyright: one(Property::Copyright),
            owner: list(Property::Owner),
            taken: [Property::Original, Property::Created, Property::Digitised].into_iter().find_map(one),
            camera_make: one(Property::Make),
            camera_model: one(Property::Model),
        }
    }
}

fn is(found: &ResolveResult<'_>, wanted: &str) -> bool {
    *found == ResolveResult::Bound(Namespace(wanted))
}

fn property(namespace: &ResolveResult<'_>, name: &str) -> Option<Property> {
    let mut ours = PROPERTIES.iter().filter(|(_, wanted, _)| *wanted == name);
    ours.find(|(wanted, _, _)| is(namespace, wanted)).map(|(_, _, property)| *property)
}

/// The value of an attribute; empty when it holds an entity nobody knows.
fn value(attribute: &Attribute<'_>) -> String {
    attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default().into_owned()
}
