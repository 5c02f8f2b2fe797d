//! Places: where each size of a picture lies already, when it is not made: the institution's own server, or a service
//! that gives sizes by address (IIIF, BisQue).
//!
//! Symbiota's profiles say it as "map to source" for each size, with the suffixes `_tn`, `_lg`.

use std::fmt;

use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::Variant;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::SourceImage;
use crate::nouns::uri::AccessUri;

const TOKENS: &str = "{address}, {stem}, {extension}, {name}, {id}, {catalogNumber}, {told}";

/// Where one size comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SizeFrom {
    /// It is made and published (default).
    #[default]
    Make,
    /// There is none.
    Nothing,
    /// It lies at this address already.
    At(AddressTemplate),
}

/// Where each size comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SizePlaces {
    /// `originalUrl`.
    pub original: SizeFrom,
    /// `url`.
    pub medium: SizeFrom,
    /// `thumbnailUrl`.
    pub thumbnail: SizeFrom,
    /// `archiveUrl`, besides the file as it came.
    pub archive: Option<AddressTemplate>,
    /// Addresses may be http.
    pub allow_http: bool,
}

impl SizePlaces {
    /// Is the large file linked where it lies?
    #[must_use]
    pub fn in_place(&self) -> bool {
        matches!(self.original, SizeFrom::At(_))
    }

    /// Is anything made, so that a store is needed?
    #[must_use]
    pub fn makes(&self) -> bool {
        [&self.original, &self.medium, &self.thumbnail].contains(&&SizeFrom::Make)
    }

    /// The template of one size.
    #[must_use]
    pub fn template(&self, variant: Variant) -> Option<&AddressTemplate> {
        let from = match variant {
            Variant::Original => &self.original,
            Variant::Medium => &self.medium,
            Variant::Thumbnail => &self.thumbnail,
            Variant::Archive => return self.archive.as_ref(),
        };
        match from {
            SizeFrom::At(template) => Some(template),
            SizeFrom::Make | SizeFrom::Nothing => None,
        }
    }

    /// Is this file, by its name, a size of another one that is found by suffix?
    #[must_use]
    pub fn is_size_of_another(&self, image: &SourceImage) -> bool {
        let name = image.locator.file_name();
        let stem = name.rsplitn(2, |byte| *byte == b'.').last().unwrap_or(name);
        Variant::ALL.into_iter().filter_map(|variant| self.template(variant)?.suffix()).any(|suffix| {
            stem.len() > suffix.len() && stem[stem.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
        })
    }
}

/// What an address is made from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The file in its source, with what the source says of it.
    pub image: &'a SourceImage,
    /// Where the source shows it to everybody, percent-encoded.
    pub address: Option<&'a str>,
    /// The specimen.
    pub catalog_number: &'a CatalogNumber,
}

/// An address with tokens: `{address}` (the file's own), `{stem}` (that without its ending), `{extension}` (the ending
/// with its dot), `{name}` (the file name without ending), `{id}` (the folder the file lies in: the name of a picture in
/// services), `{catalogNumber}`, `{told}` (what the source's table says for the column; with it the size may be missing).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressTemplate(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Address,
    Stem,
    Extension,
    Name,
    Id,
    CatalogNumber,
    Told,
}

impl AddressTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// `Config` when a token is unknown, or the addresses of all pictures would be one.
    pub fn new(text: &str) -> Result<Self> {
        let refuse = |why: String| {
            Err(Error::new(ErrorKind::Config, format!("the address `{text}` {why}")).hint(format!(
                "tokens are {TOKENS}; \"{{address}}\" is the file itself, \"{{stem}}_tn{{extension}}\" one beside it"
            )))
        };
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some(open) = rest.find('{') {
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let Some(length) = rest[open..].find('}') else { return refuse("has a { without its }".to_owned()) };
            pieces.push(match &rest[open + 1..open + length] {
                "address" => Piece::Address,
                "stem" => Piece::Stem,
                "extension" => Piece::Extension,
                "name" => Piece::Name,
                "id" => Piece::Id,
                "catalogNumber" => Piece::CatalogNumber,
                "told" => Piece::Told,
                other => return refuse(format!("has the unknown token {{{other}}}")),
            });
            rest = &rest[open + length + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        if pieces.iter().all(|piece| matches!(piece, Piece::Text(_) | Piece::Extension | Piece::CatalogNumber)) {
            return refuse("would be one address for several pictures".to_owned());
        }
        Ok(Self(pieces))
    }

    /// What stands between the stem and the ending of a file beside another.
    fn suffix(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Stem, Piece::Text(suffix), Piece::Extension] => Some(suffix.as_str()),
            [Piece::Stem, Piece::Text(suffix)] => suffix.rsplit_once('.').map(|(suffix, _)| suffix),
            _ => None,
        }
        .filter(|suffix| !suffix.is_empty() && !suffix.contains('/'))
    }

    /// The address of `variant`; `None` when a table tells none.
    ///
    /// # Errors
    /// Why it is no address a portal's row can hold.
    pub fn fill(&self, variant: Variant, place: Place<'_>, allow_http: bool) -> Result<Option<AccessUri>, Reason> {
        let refused = |why: &str| Reason::new(ReasonCode::UriRefused, format!("no {}: {why}", variant.column()));
        let own = || {
            place.address.ok_or_else(|| {
                refused("the source shows its files to nobody")
                    .hint("give the source a public_url, or write the address with {name} or {told}")
            })
        };
        let name = String::from_utf8_lossy(place.image.locator.file_name()).into_owned();
        let bare = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Address => text.push_str(own()?),
                Piece::Stem => text.push_str(parts(own()?).0),
                Piece::Extension => text.push_str(parts(own()?).1),
                Piece::Name => text.push_str(&AccessUri::encoded_part(bare)),
                Piece::Id => {
                    let folder = String::from_utf8_lossy(place.image.locator.folder()).into_owned();
                    text.push_str(&AccessUri::encoded_part(folder.rsplit('/').next().unwrap_or_default()));
                }
                Piece::CatalogNumber => text.push_str(&AccessUri::encoded_part(place.catalog_number.as_str())),
                Piece::Told => {
                    let told = place.image.statement.as_ref().and_then(|says| says.media.get(variant.column()));
                    let Some(told) = told.filter(|told| !told.is_empty()) else { return Ok(None) };
                    text.push_str(told);
                }
            }
        }
        AccessUri::new(&text, allow_http)
            .map(Some)
            .map_err(|error| Reason::from_error(ReasonCode::UriRefused, &error.context(variant.column())))
    }
}

/// An address up to its ending, and the ending with its dot.
fn parts(address: &str) -> (&str, &str) {
    let name = address.rfind('/').map_or(0, |slash| slash + 1);
    match address[name..].rfind('.') {
        Some(dot) if dot > 0 => address.split_at(name + dot),
        _ => (address, ""),
    }
}

impl fmt::Display for AddressTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| {
            f.write_str(match piece {
                Piece::Text(text) => text,
                Piece::Address => "{address}",
                Piece::Stem => "{stem}",
                Piece::Extension => "{extension}",
                Piece::Name => "{name}",
                Piece::Id => "{id}",
                Piece::CatalogNumber => "{catalogNumber}",
                Piece::Told => "{told}",
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressTemplate, Place, SizeFrom, SizePlaces};
    use crate::nouns::media::Variant;
    use crate::nouns::occurrence::CatalogNumber;
    use crate::nouns::source_image::{Fingerprint, Locator, SourceImage, SourceStatement};

    fn image(locator: &str) -> SourceImage {
        let media = [("url".to_owned(), "https://h/told.jpg".to_owned())].into();
        let statement = SourceStatement { catalog_number: None, media };
        let image = SourceImage::new(Locator::new(locator), Fingerprint::of_file(1, 1));
        SourceImage { statement: Some(Box::new(statement)), ..image }
    }

    #[test]
    fn addresses_are_beside_the_file_or_of_a_service() {
        let catalog_number = CatalogNumber::new("A 1").unwrap();
        let fill = |text: &str| {
            let image = image("00-xy/A 1#a.tif");
            let address = Some("https://h/d.x/A%201%23a.tif");
            let place = Place { image: &image, address, catalog_number: &catalog_number };
            let uri = AddressTemplate::new(text).unwrap().fill(Variant::Medium, place, false);
            uri.map(|uri| uri.map(|uri| uri.to_string()))
        };
        let is = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(fill("{address}"), is("https://h/d.x/A%201%23a.tif"));
        assert_eq!(fill("{stem}_med.jpg"), is("https://h/d.x/A%201%23a_med.jpg"));
        assert_eq!(fill("{stem}_med{extension}"), is("https://h/d.x/A%201%23a_med.tif"));
        let iiif = "https://iiif.example.org/{name}/full/1400,/0/default.jpg";
        assert_eq!(fill(iiif), is("https://iiif.example.org/A%201%23a/full/1400,/0/default.jpg"));
        assert_eq!(fill("https://b/image/{id}/thumbnail:200,200"), is("https://b/image/00-xy/thumbnail:200,200"));
        assert_eq!(fill("https://h/{catalogNumber}/{name}"), is("https://h/A%201/A%201%23a"));
        assert_eq!(fill("{told}"), is("https://h/told.jpg"));
        assert!(fill("ftp://h/{name}").is_err() && fill("http://h/{name}").is_err());
        assert!(fill(&format!("https://h/{}{{name}}", "x".repeat(255))).is_err());
        let silent = SourceImage::new(Locator::new("a"), Fingerprint::of_file(1, 1));
        let place = Place { image: &silent, address: None, catalog_number: &catalog_number };
        let template = |text| AddressTemplate::new(text).unwrap();
        assert_eq!(template("{told}").fill(Variant::Medium, place, false).unwrap(), None);
        assert!(template("{address}").fill(Variant::Medium, place, false).is_err());
    }

    #[test]
    fn templates_that_mean_nothing_are_refused() {
        for bad in ["", "https://h/x.jpg", "{addres}", "{address", "https://h/{catalogNumber}.jpg"] {
            assert!(AddressTemplate::new(bad).is_err(), "{bad}");
        }
        let text = "https://h/{id}/{name}{extension}?x={told}";
        assert_eq!(AddressTemplate::new(text).unwrap().to_string(), text);
    }

    #[test]
    fn files_beside_the_picture_are_no_pictures_of_their_own() {
        let at = |text| SizeFrom::At(AddressTemplate::new(text).unwrap());
        let places = SizePlaces {
            original: at("{address}"),
            medium: at("{stem}_web.jpg"),
            thumbnail: at("{stem}_tn{extension}"),
            ..SizePlaces::default()
        };
        let is_one = |name: &str| places.is_size_of_another(&image(name));
        assert!(is_one("a/T1_tn.jpg") && is_one("T1_WEB.JPG"));
        assert!(!is_one("T1.jpg") && !is_one("_tn.jpg") && !is_one("T1_tnx.jpg") && !is_one("T1tn"));
    }
}
