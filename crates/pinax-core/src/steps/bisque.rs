//! Addresses of BisQue, the image service of CyVerse: written as Symbiota's harvest writes them, and understood in every
//! form that portals hold (Symbiota, `ImageLocalProcessor`: the harvest of CyVerse).

use percent_encoding::percent_decode_str;
use url::Url;

/// The width of `media.sourceIdentifier`.
const SOURCE_IDENTIFIER_CHARS: usize = 150;
/// No id of BisQue is as long.
const ID_CHARS: usize = 64;
/// In a path it is followed by the id, or by `image` or `images` and the id.
const SERVICE: &str = "image_service";
/// What joins id and file name in a `sourceIdentifier`.
const FILE_NAME: &str = "; filename: ";

/// What an address shows of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The file as it was uploaded.
    Archive,
    /// At most so wide and high.
    Thumbnail {
        /// The longest side.
        px: u32,
    },
    /// Made smaller.
    Resized {
        /// The first number of the operation: the width.
        px: u32,
    },
    /// Asked for with other operations: cut out, turned, in another format.
    Other,
}

/// The address of a picture on a BisQue, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BisqueAddress {
    /// The service: scheme, host and what stands before `image_service`, without `/` at the end.
    pub base: String,
    /// `resource_uniq` of the picture.
    pub id: String,
    /// What is shown of it.
    pub shape: Shape,
}

impl BisqueAddress {
    /// Takes an address apart: `…/image_service/image/ID`, `…/image_service/images/ID` or `…/image_service/ID`, bare, with
    /// operations in the path (`/resize:1250/format:jpeg`) or, as in older rows, in the query
    /// (`?resize=1250&format=jpeg`). `None` when it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let parts: Vec<&str> = url.path_segments()?.collect();
        let service = parts.iter().position(|part| part.eq_ignore_ascii_case(SERVICE))?;
        let mut rest = parts[service + 1..].iter().copied().filter(|part| !part.is_empty());
        let first = rest.next()?;
        let id = if matches!(first, "image" | "images") { rest.next()? } else { first };
        if !is_id(id) {
            return None;
        }
        let in_path = rest.map(|part| operation(part, ':'));
        let in_query = url.query().unwrap_or_default().split('&').filter(|part| !part.is_empty());
        let operations: Vec<(String, String)> = in_path.chain(in_query.map(|part| operation(part, '='))).collect();
        let mut base = format!("{}://{}", url.scheme(), url.host_str()?);
        if let Some(port) = url.port() {
            base.push_str(&format!(":{port}"));
        }
        for part in &parts[..service] {
            base.push('/');
            base.push_str(part);
        }
        Some(Self { base, id: id.to_owned(), shape: shape(&operations) })
    }

    /// Is it of this picture of this service, by http or https?
    #[must_use]
    pub fn is_of(&self, base: &str, id: &str) -> bool {
        let plain = |text: &str| {
            let text = text.trim_end_matches('/').to_ascii_lowercase();
            text.split_once("://").map_or(text.clone(), |(_, rest)| rest.to_owned())
        };
        self.id == id && plain(&self.base) == plain(base)
    }
}

/// The four addresses of a picture, as Symbiota writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BisqueLinks {
    /// `media.url`.
    pub url: String,
    /// `media.thumbnailUrl`.
    pub thumbnail_url: String,
    /// `media.originalUrl`.
    pub original_url: String,
    /// `media.archiveUrl`: the file as it was uploaded.
    pub archive_url: String,
}

impl BisqueLinks {
    /// Of the picture `id` of the service at `base`.
    #[must_use]
    pub fn of(base: &str, id: &str) -> Self {
        let archive_url = format!("{}/{SERVICE}/image/{id}", base.trim_end_matches('/'));
        Self {
            url: format!("{archive_url}/resize:1250/format:jpeg"),
            thumbnail_url: format!("{archive_url}/thumbnail:200,200"),
            original_url: format!("{archive_url}/resize:4000/format:jpeg"),
            archive_url,
        }
    }
}

/// What Symbiota writes as `sourceIdentifier`; a file name that would be too long for the column is cut.
#[must_use]
pub fn source_identifier(id: &str, file_name: &str) -> String {
    format!("{id}{FILE_NAME}{file_name}").chars().take(SOURCE_IDENTIFIER_CHARS).collect()
}

/// Reads id and file name out of a `sourceIdentifier`; the name is empty when it is not said, and may have been cut.
#[must_use]
pub fn read_source_identifier(text: &str) -> Option<(String, String)> {
    let (id, name) = text.trim().split_once(';').unwrap_or((text.trim(), ""));
    let name = name.trim_start();
    let name = name.strip_prefix(FILE_NAME.trim_start_matches("; ").trim_end()).unwrap_or(name).trim();
    // Anything may stand in that column; without a file name only the usual form of an id is believed.
    let is_usual = id.starts_with("00-") || !name.is_empty() && text.contains(FILE_NAME.trim_end());
    (is_usual && is_id(id)).then(|| (id.to_owned(), name.to_owned()))
}

/// May it be an id: letters, digits, `-` and `_`?
#[must_use]
pub fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.len() <= ID_CHARS && text.chars().all(fits)
}

/// Name and numbers of an operation.
fn operation(part: &str, between: char) -> (String, String) {
    let part = percent_decode_str(part).decode_utf8_lossy();
    let (name, value) = part.split_once(between).unwrap_or((&part, ""));
    (name.to_ascii_lowercase(), value.to_owned())
}

fn shape(operations: &[(String, String)]) -> Shape {
    // What a thumbnail is when no size is said.
    const THUMBNAIL_PX: u32 = 128;
    let px = |value: &str| value.split(',').next().and_then(|first| first.trim().parse().ok());
    let mut shape = Shape::Archive;
    for (name, value) in operations {
        shape = match (name.as_str(), shape) {
            ("format", Shape::Thumbnail { .. } | Shape::Resized { .. }) => continue,
            // Before the size, or alone: the picture itself, coded anew.
            ("format", Shape::Archive | Shape::Other) => Shape::Other,
            ("thumbnail", Shape::Archive | Shape::Other) => Shape::Thumbnail { px: px(value).unwrap_or(THUMBNAIL_PX) },
            ("resize", Shape::Archive | Shape::Other) => match px(value) {
                Some(px) => Shape::Resized { px },
                None => return Shape::Other,
            },
            _ => return Shape::Other,
        };
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::{BisqueAddress, BisqueLinks, Shape, read_source_identifier, source_identifier};

    const ID: &str = "00-fXkw8KPeArtBjNrpPHtvTU";

    #[test]
    fn every_form_that_portals_hold_is_read_back() {
        let host = "https://bisque.cyverse.org";
        let resized = |px| Shape::Resized { px };
        for (address, base, shape) in [
            (format!("{host}/image_service/image/{ID}"), host, Shape::Archive),
            (format!("{host}/image_service/image/{ID}/"), host, Shape::Archive),
            (format!("{host}/image_service/images/{ID}"), host, Shape::Archive),
            (format!("{host}/image_service/{ID}"), host, Shape::Archive),
            (format!("{host}/image_service/image/{ID}/resize:1250/format:jpeg"), host, resized(1250)),
            (format!("{host}/image_service/image/{ID}/resize:4000/format:jpeg"), host, resized(4000)),
            (format!("{host}/image_service/image/{ID}/resize:800,0,BC/format:jpeg"), host, resized(800)),
            (format!("{host}/image_service/image/{ID}/resize%3A1250/format%3Ajpeg"), host, resized(1250)),
            (format!("{host}/image_service/image/{ID}/format:jpeg/resize:1250"), host, resized(1250)),
            (format!("{host}/image_service/image/{ID}/thumbnail:200,200"), host, Shape::Thumbnail { px: 200 }),
            (format!("{host}/image_service/image/{ID}/thumbnail"), host, Shape::Thumbnail { px: 128 }),
            (format!("{host}/image_service/image/{ID}?resize=1250&format=jpeg"), host, resized(1250)),
            (format!("{host}/image_service/images/{ID}?resize=4000&format=jpeg"), host, resized(4000)),
            (format!("{host}/image_service/{ID}?thumbnail=200,200"), host, Shape::Thumbnail { px: 200 }),
            (format!("{host}/image_service/{ID}?thumbnail=200%2C200&format=jpeg"), host, Shape::Thumbnail { px: 200 }),
            (format!("{host}/image_service/image/{ID}/format:jpeg"), host, Shape::Other),
            (format!("{host}/image_service/image/{ID}/rotate:90/resize:1250"), host, Shape::Other),
            (format!("{host}/image_service/image/{ID}/resize:x"), host, Shape::Other),
            (
                format!("http://bovary.iplantcollaborative.org/image_service/image/{ID}?resize=1250&format=jpeg"),
                "http://bovary.iplantcollaborative.org",
                resized(1250),
            ),
            (
                format!("http://127.0.0.1:8080/a/b/image_service/image/{ID}"),
                "http://127.0.0.1:8080/a/b",
                Shape::Archive,
            ),
            (format!("HTTPS://BisQue.CyVerse.org/image_service/image/{ID} "), host, Shape::Archive),
        ] {
            let read = BisqueAddress::read(&address).unwrap_or_else(|| panic!("{address}"));
            assert_eq!((read.base.as_str(), read.id.as_str(), read.shape), (base, ID, shape), "{address}");
        }
        let number = BisqueAddress::read(&format!("{host}/image_service/images/123456?thumbnail")).unwrap();
        assert_eq!(number.id, "123456");
    }

    #[test]
    fn other_addresses_are_none() {
        for other in [
            "",
            "/image_service/image/00-abc",
            "https://bisque.cyverse.org/image_service/image/",
            "https://bisque.cyverse.org/image_service/image/a.b",
            "https://bisque.cyverse.org/image_service/image/a%2Fb",
            "https://bisque.cyverse.org/data_service/00-abc",
            "https://img.example.org/00-abc.jpg",
            "https://me:pass@bisque.cyverse.org/image_service/image/00-abc",
            "ftp://bisque.cyverse.org/image_service/image/00-abc",
        ] {
            assert_eq!(BisqueAddress::read(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_written_is_what_symbiota_writes_and_reads_back() {
        let links = BisqueLinks::of("https://bisque.cyverse.org/", ID);
        let start = format!("https://bisque.cyverse.org/image_service/image/{ID}");
        assert_eq!(links.url, format!("{start}/resize:1250/format:jpeg"));
        assert_eq!(links.thumbnail_url, format!("{start}/thumbnail:200,200"));
        assert_eq!(links.original_url, format!("{start}/resize:4000/format:jpeg"));
        assert_eq!(links.archive_url, start);
        for (address, shape) in [
            (&links.url, Shape::Resized { px: 1250 }),
            (&links.thumbnail_url, Shape::Thumbnail { px: 200 }),
            (&links.original_url, Shape::Resized { px: 4000 }),
            (&links.archive_url, Shape::Archive),
        ] {
            let read = BisqueAddress::read(address).unwrap();
            assert_eq!(read.shape, shape, "{address}");
            assert!(read.is_of("http://BISQUE.cyverse.org", ID) && !read.is_of("https://bisque.cyverse.org", "00-x"));
        }
    }

    #[test]
    fn source_identifiers_say_id_and_file_name() {
        let told = source_identifier(ID, "BOON 0012345; a.jpg");
        assert_eq!(told, format!("{ID}; filename: BOON 0012345; a.jpg"));
        let name = |text: &str| read_source_identifier(text);
        assert_eq!(name(&told), Some((ID.to_owned(), "BOON 0012345; a.jpg".to_owned())));
        assert_eq!(name(ID), Some((ID.to_owned(), String::new())));
        assert_eq!(name("123; filename: a.jpg"), Some(("123".to_owned(), "a.jpg".to_owned())));
        for other in ["", "7b3c1e9a-0000-4000-8000-000000000000", "a.jpg", "x y; filename: a.jpg", "BOON; a.jpg"] {
            assert_eq!(name(other), None, "{other}");
        }
        let long = source_identifier(ID, &"ü".repeat(200));
        assert_eq!(long.chars().count(), 150);
        assert!(name(&long).is_some_and(|(id, name)| id == ID && name.starts_with("üü")));
    }
}
