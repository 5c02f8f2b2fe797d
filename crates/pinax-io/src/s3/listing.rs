//! A page of a listing (`ListObjectsV2`).

use pinax_core::{Error, ErrorKind, Result};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use super::{keys, time};

/// One object as it is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Object {
    /// Its key.
    pub(crate) key: String,
    /// Length.
    pub(crate) size_bytes: u64,
    /// When it was written, whole seconds since 1970.
    pub(crate) modified_s: i64,
    /// Its entity tag, in quotes or not; some servers list none.
    pub(crate) etag: Option<String>,
    /// Where the provider keeps it: `STANDARD`, `GLACIER`, …
    pub(crate) storage_class: String,
}

/// A page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// At most a thousand.
    pub(crate) objects: Vec<Object>,
    /// Where the next page begins; `None` when this is the last.
    pub(crate) next: Option<String>,
}

/// Reads a page.
///
/// # Errors
/// [`ErrorKind::Corrupt`] when it is no listing, or makes no sense.
pub(super) fn read(body: &[u8]) -> Result<Page> {
    let corrupt = |why: &str| {
        Error::new(ErrorKind::Corrupt, format!("the listing of the bucket cannot be understood: {why}"))
            .hint("is the endpoint that of an S3 server, and not its web page?")
    };
    let text = std::str::from_utf8(body).map_err(|_| corrupt("it is no text"))?;
    let mut reader = Reader::from_str(text);
    let mut page = Page::default();
    let (mut path, mut words): (Vec<String>, String) = (Vec::new(), String::new());
    let mut object = Object::default();
    let (mut is_encoded, mut is_cut, mut is_listing) = (false, false, false);
    loop {
        match reader.read_event().map_err(|error| corrupt(&error.to_string()))? {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                words.clear();
                is_listing |= path == ["ListBucketResult"];
                if path == ["ListBucketResult", "Contents"] {
                    object = Object::default();
                }
            }
            Event::Text(part) => words.push_str(&part),
            Event::CData(part) => words.push_str(&part),
            Event::GeneralRef(name) => {
                words.push_str(&character(&name).ok_or_else(|| corrupt("an unknown entity"))?);
            }
            Event::End(_) => {
                let path_now: Vec<&str> = path.iter().map(String::as_str).collect();
                match path_now[..] {
                    ["ListBucketResult", "EncodingType"] => is_encoded = words.trim() == "url",
                    ["ListBucketResult", "IsTruncated"] => is_cut = words.trim() == "true",
                    ["ListBucketResult", "NextContinuationToken"] => page.next = Some(words.clone()),
                    ["ListBucketResult", "Contents", "Key"] => object.key = words.clone(),
                    ["ListBucketResult", "Contents", "ETag"] => {
                        object.etag = Some(words.trim().to_owned()).filter(|etag| !etag.is_empty());
                    }
                    ["ListBucketResult", "Contents", "StorageClass"] => object.storage_class = words.trim().to_owned(),
                    ["ListBucketResult", "Contents", "Size"] => {
                        object.size_bytes = words.trim().parse().map_err(|_| corrupt("a length is no number"))?;
                    }
                    ["ListBucketResult", "Contents", "LastModified"] => {
                        object.modified_s = time::extended(words.trim()).ok_or_else(|| corrupt("a time is no time"))?;
                    }
                    ["ListBucketResult", "Contents"] => page.objects.push(std::mem::take(&mut object)),
                    _ => {}
                }
                path.pop();
                words.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !is_listing || !path.is_empty() {
        return Err(corrupt("it is cut off, or something else"));
    }
    if is_encoded {
        for object in &mut page.objects {
            object.key = keys::decode(&object.key).ok_or_else(|| corrupt("a key is no text"))?;
        }
    }
    if !is_cut {
        page.next = None;
    } else if page.next.is_none() {
        return Err(corrupt("it goes on, but does not say where"));
    }
    Ok(page)
}

/// What a reference stands for: the five of XML, and numbers.
pub(super) fn character(name: &BytesRef<'_>) -> Option<String> {
    match name.resolve_char_ref() {
        Ok(Some(character)) => Some(character.to_string()),
        Ok(None) => resolve_xml_entity(name).map(str::to_owned),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_page_is_read_encoded_or_not() {
        let page = |encoding: &str, key: &str, more: &str| {
            format!(
                "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{encoding}{more}\
                 <Contents><Key>{key}</Key><LastModified>2013-05-24T00:00:00.000Z</LastModified>\
                 <ETag>&quot;abc&quot;</ETag><Size>7</Size></Contents></ListBucketResult>"
            )
        };
        let encoding = "<EncodingType>url</EncodingType>";
        let last = "<IsTruncated>false</IsTruncated>";
        let read_page = read(page(encoding, "a+b%2Bc/%C3%A9.jpg", last).as_bytes()).unwrap();
        let object = &read_page.objects[0];
        assert_eq!((object.key.as_str(), object.size_bytes, object.modified_s), ("a b+c/é.jpg", 7, 1_369_353_600));
        assert_eq!((object.etag.as_deref(), read_page.next), (Some("\"abc\""), None));
        assert_eq!(read(page("", "a+b &amp; &#233;%2B", last).as_bytes()).unwrap().objects[0].key, "a+b & é%2B");
        let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>t==</NextContinuationToken>";
        assert_eq!(read(page("", "a", more).as_bytes()).unwrap().next.as_deref(), Some("t=="));
        let endless = "<IsTruncated>true</IsTruncated>";
        let cut = page("", "a", last);
        for wrong in [page("", "a", endless), "<html></html>".to_owned(), cut[..cut.len() - 30].to_owned()] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
