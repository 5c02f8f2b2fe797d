//! An answer of the data service: XML that names pictures.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A picture as the service names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// `resource_uniq`; the service's name of it.
    pub(super) id: String,
    /// The file name it was uploaded with.
    pub(super) name: String,
    /// When it was uploaded and last changed, as written; empty when it is not said.
    pub(super) times: String,
}

/// Reads an answer whole; says why not otherwise. A picture without id or name has an empty one.
pub(super) fn read(body: &[u8]) -> Result<Vec<Row>, String> {
    let text = std::str::from_utf8(body).map_err(|_| "it is no text".to_owned())?;
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Err("it is a web page".to_owned());
    }
    let mut reader = Reader::from_str(text);
    let (mut depth, mut rows, mut is_list) = (0_usize, Vec::new(), false);
    loop {
        let event = reader.read_event().map_err(|error| format!("it is no XML, or cut off ({error})"))?;
        match event {
            Event::Start(start) => {
                is_list |= look(&start, depth, &mut rows)?;
                depth += 1;
            }
            Event::Empty(start) => is_list |= look(&start, depth, &mut rows)?,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => break,
            _ => {}
        }
    }
    match (is_list, depth) {
        (true, 0) => Ok(rows),
        (true, _) => Err("it is cut off".to_owned()),
        (false, _) => Err("it is no list of pictures".to_owned()),
    }
}

/// Looks at an element; is it the list?
fn look(start: &BytesStart<'_>, depth: usize, rows: &mut Vec<Row>) -> Result<bool, String> {
    let name = start.local_name();
    let is_list = depth == 0 && name.as_ref() == "resource";
    if depth == 1 && name.as_ref() == "image" {
        rows.push(row(start)?);
    }
    Ok(is_list)
}

fn row(start: &BytesStart<'_>) -> Result<Row, String> {
    let mut row = Row::default();
    let (mut value, mut created, mut changed) = (String::new(), String::new(), String::new());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let text = || {
            let text = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            Ok::<_, String>(text.into_owned())
        };
        match attribute.key.as_ref() {
            "name" => row.name = text()?,
            "resource_uniq" => row.id = text()?,
            "value" => value = text()?,
            "created" => created = text()?,
            "ts" => changed = text()?,
            _ => {}
        }
    }
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    row.name = last(&row.name);
    if row.name.is_empty() {
        row.name = last(&value);
    }
    row.times = if created.is_empty() && changed.is_empty() { String::new() } else { format!("{created} {changed}") };
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::{Row, read};

    #[test]
    fn pictures_are_read_with_whatever_else_is_said() {
        let body = br#"<?xml version="1.0" encoding="UTF-8"?>
            <resource uri="https://b.example.org/data_service/image">
            <image name="BOON0012345_a.jpg" resource_uniq="00-fXkw8KPeArtBjNrpPHtvTU"/>
            <image created="2019-07-08T19:24:01" ts="2019-07-09T01:00:00" name="a &amp; b &#252; &quot;1&quot;.jpg" resource_uniq="00-b"
              value="irods://data.cyverse.org/iplant/home/shared/x.jpg"><tag name="filename" value="no"/><image name="no"/></image>
            <image resource_uniq="00-c" value="irods://data.cyverse.org/iplant/home/shared/B 3.jpg"/>
            <image name="d/e.jpg" resource_uniq="00-d"/>
            <file name="no.jpg" resource_uniq="00-e"/></resource>"#;
        let row = |id: &str, name: &str, times: &str| Row { id: id.into(), name: name.into(), times: times.into() };
        let wanted = [
            row("00-fXkw8KPeArtBjNrpPHtvTU", "BOON0012345_a.jpg", ""),
            row("00-b", "a & b \u{fc} \"1\".jpg", "2019-07-08T19:24:01 2019-07-09T01:00:00"),
            row("00-c", "B 3.jpg", ""),
            row("00-d", "e.jpg", ""),
        ];
        assert_eq!(read(body).unwrap(), wanted);
        assert_eq!(read(b"<resource uri='x'/>").unwrap(), []);
    }

    #[test]
    fn what_is_no_whole_answer_is_refused() {
        for (body, why) in [
            (&b""[..], "no list"),
            (b"<html><body>busy</body></html>", "web page"),
            (b"\n<!DOCTYPE html><p>busy", "web page"),
            (b"<error>no</error>", "no list"),
            (b"<resource><image name='a' resource_uniq='b'/>", "cut off"),
            (b"<resource><image name='a' resource_u", "cut off"),
            (b"<resource><image name='a'></resource>", "cut off"),
            (b"{\"resource\": []}", "no list"),
            (b"<resource>\xff</resource>", "no text"),
        ] {
            let told = read(body).unwrap_err();
            assert!(told.contains(why), "{told} {:?}", String::from_utf8_lossy(body));
        }
    }
}
