//! The list a server answers PROPFIND with (RFC 4918, 13).

use std::time::UNIX_EPOCH;

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

/// What is told of a thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Properties {
    /// It is a folder.
    pub(crate) is_folder: bool,
    /// Bytes.
    pub(crate) size_bytes: Option<u64>,
    /// Last change, in seconds since 1970.
    pub(crate) modified_s: Option<i64>,
    /// The server's name for the content, without `W/`.
    pub(crate) etag: Option<String>,
}

/// One thing of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Response {
    /// Its address: whole, or only the path.
    pub(super) href: String,
    pub(super) properties: Properties,
}

/// What is being read.
#[derive(Debug, Default)]
struct Reading {
    all: Vec<Response>,
    now: Response,
    /// Of the group of properties that is read; they count when its status is a success.
    group: Properties,
    group_is_fine: bool,
    /// Text of the element that is read.
    text: String,
    /// Names of open elements, those of other name spaces as "".
    open: Vec<String>,
    is_list: bool,
}

/// Elements are not nested deeper.
const DEEPEST: usize = 32;

/// Reads a list; `None` when it is none, or broken.
pub(super) fn read(body: &[u8]) -> Option<Vec<Response>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = NsReader::from_str(text);
    let mut reading = Reading::default();
    loop {
        let (space, event) = reader.read_resolved_event().ok()?;
        let ours = matches!(space, ResolveResult::Bound(Namespace(space)) if is_dav(space));
        match event {
            Event::Start(tag) => reading.opens(if ours { tag.local_name().into_inner() } else { "" })?,
            Event::Empty(tag) => {
                reading.opens(if ours { tag.local_name().into_inner() } else { "" })?;
                reading.closes()?;
            }
            Event::End(_) => reading.closes()?,
            Event::Text(text) => reading.text.push_str(&text.xml10_content()),
            Event::CData(text) => reading.text.push_str(&text),
            Event::GeneralRef(reference) => reading.text.push_str(&character(&reference)?),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    (reading.is_list && reading.open.is_empty()).then_some(reading.all)
}

fn is_dav(space: impl AsRef<[u8]>) -> bool {
    space.as_ref() == b"DAV:"
}

/// `&amp;`, `&#228;`; nothing else is defined here.
fn character(reference: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    quick_xml::escape::resolve_xml_entity(reference).map(str::to_owned)
}

impl Reading {
    fn opens(&mut self, name: &str) -> Option<()> {
        if self.open.len() >= DEEPEST {
            return None;
        }
        self.text.clear();
        match name {
            "multistatus" if self.open.is_empty() => self.is_list = true,
            "response" => self.now = Response::default(),
            "propstat" => (self.group, self.group_is_fine) = (Properties::default(), true),
            "collection" if self.open.last().is_some_and(|above| above == "resourcetype") => {
                self.group.is_folder = true;
            }
            _ => {}
        }
        self.open.push(name.to_owned());
        Some(())
    }

    fn closes(&mut self) -> Option<()> {
        let name = self.open.pop()?;
        let above = self.open.last().map(String::as_str).unwrap_or_default();
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        match (above, name.as_str()) {
            ("response", "href") => text.clone_into(&mut self.now.href),
            ("propstat", "status") => self.group_is_fine = text.split_whitespace().nth(1)?.starts_with('2'),
            ("prop", "getcontentlength") => self.group.size_bytes = text.parse().ok(),
            ("prop", "getlastmodified") => self.group.modified_s = seconds(text),
            ("prop", "getetag") if !text.is_empty() => {
                self.group.etag = Some(text.trim_start_matches("W/").to_owned());
            }
            ("response", "propstat") if self.group_is_fine => {
                let group = std::mem::take(&mut self.group);
                let known = &mut self.now.properties;
                known.is_folder |= group.is_folder;
                known.size_bytes = known.size_bytes.or(group.size_bytes);
                known.modified_s = known.modified_s.or(group.modified_s);
                known.etag = known.etag.take().or(group.etag);
            }
            ("multistatus", "response") => self.all.push(std::mem::take(&mut self.now)),
            _ => {}
        }
        Some(())
    }
}

fn seconds(date: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(date).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::{Properties, Response, read};

    #[test]
    fn lists_are_read_whatever_they_call_the_name_space() {
        let list = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\" xmlns:ns0=\"DAV:\">\
            <D:response xmlns:lp1=\"DAV:\"><D:href>/dav/a/</D:href><D:propstat><D:prop>\
            <lp1:resourcetype><D:collection/></lp1:resourcetype><lp1:getetag>\"1000-5\"</lp1:getetag></D:prop>\
            <D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><D:getcontentlength>7</D:getcontentlength></D:prop>\
            <D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>\
            <D:response><D:href>https://h/dav/a/b&amp;c%20&#228;.jpg</D:href><D:propstat><D:prop>\
            <D:resourcetype/><D:getcontentlength> 26 </D:getcontentlength><D:getetag>W/\"x\"</D:getetag>\
            <D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified><x:size xmlns:x=\"urn:x\">9</x:size></D:prop>\
            <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>";
        let folder = Properties { is_folder: true, etag: Some("\"1000-5\"".into()), ..Properties::default() };
        let file = Properties {
            is_folder: false,
            size_bytes: Some(26),
            modified_s: Some(784_111_777),
            etag: Some("\"x\"".into()),
        };
        assert_eq!(
            read(list.as_bytes()).unwrap(),
            [
                Response { href: "/dav/a/".into(), properties: folder },
                Response { href: "https://h/dav/a/b&c%20\u{e4}.jpg".into(), properties: file },
            ]
        );
    }

    #[test]
    fn what_is_no_whole_list_is_refused() {
        let deep = format!("<multistatus xmlns=\"DAV:\">{}", "<response>".repeat(1_000));
        for bad in [
            "",
            "<html></html>",
            "{}",
            "<multistatus/>",
            "<multistatus xmlns=\"DAV:\"><response><href>/a",
            "<multistatus xmlns=\"DAV:\"></response>",
            "<multistatus xmlns=\"DAV:\">&lol;</multistatus>",
            deep.as_str(),
        ] {
            assert!(read(bad.as_bytes()).is_none(), "{bad}");
        }
        assert_eq!(read(b"<multistatus xmlns=\"DAV:\"/>").unwrap(), []);
    }
}
