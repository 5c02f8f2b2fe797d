//! A key template: how the keys of a store are built, from a small set of tokens.

use std::fmt;

use super::{KeyParts, shard, stem};
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::{ObjectKey, Variant};

/// Symbiota's layout.
const SYMBIOTA: &str = "{shard}/{stem}{size}.jpg";

/// How the keys of a store are built. Tokens: `{shard}` (Symbiota's folder for the catalog number), `{stem}` (the file
/// name, made safe), `{catalogNumber}`, `{size}` (nothing, `_med`, `_tn` or `_archive`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTemplate(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Shard,
    Stem,
    CatalogNumber,
    Size,
}

impl KeyTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when a token is unknown, when `{size}` or every token that tells specimens apart is
    /// missing, when it does not end in `.jpg`, or when it could leave the root of the store.
    pub fn new(text: &str) -> Result<Self> {
        let refuse = |why: String| {
            Err(Error::new(ErrorKind::Config, format!("store.key `{text}` {why}")).hint(format!(
                "tokens are {{shard}}, {{stem}}, {{catalogNumber}} and {{size}}; the default is {SYMBIOTA}"
            )))
        };
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let Some(length) = rest[open..].find('}') else {
                return refuse("has a { without its }".to_owned());
            };
            pieces.push(match &rest[open + 1..open + length] {
                "shard" => Piece::Shard,
                "stem" => Piece::Stem,
                "catalogNumber" => Piece::CatalogNumber,
                "size" => Piece::Size,
                other => return refuse(format!("has the unknown token {{{other}}}")),
            });
            rest = &rest[open + length + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        if !pieces.contains(&Piece::Size) {
            return refuse("lacks {size}, so the three sizes would share one name".to_owned());
        }
        if !pieces.contains(&Piece::Stem) {
            return refuse("lacks {stem}, so two pictures of one specimen would share one name".to_owned());
        }
        if !text.ends_with(".jpg") && !text.ends_with(".jpeg") {
            return refuse("does not end in .jpg".to_owned());
        }
        let template = Self(pieces);
        if template.fill(|_| "x").is_none() {
            return refuse("is no relative path".to_owned());
        }
        Ok(template)
    }

    /// The key of one size; `mark` is put behind the file name.
    pub(super) fn key(&self, parts: KeyParts<'_>, mark: &str, variant: Variant) -> Option<ObjectKey> {
        let shard = shard(parts.catalog_number, parts.batch_started_ms);
        let stem = stem(parts.file_name) + mark;
        let catalog_number = super::stem(&parts.catalog_number.as_str().replace('.', "_"));
        let size = match variant {
            Variant::Original => "",
            Variant::Medium => "_med",
            Variant::Thumbnail => "_tn",
            Variant::Archive => "_archive",
        };
        self.fill(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Shard => &shard,
            Piece::Stem => &stem,
            Piece::CatalogNumber => &catalog_number,
            Piece::Size => size,
        })
    }

    fn fill<'a>(&'a self, value: impl Fn(&'a Piece) -> &'a str) -> Option<ObjectKey> {
        let key: String = self
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                token => value(token),
            })
            .collect();
        ObjectKey::new(key)
    }
}

impl Default for KeyTemplate {
    fn default() -> Self {
        Self::new(SYMBIOTA).expect("Symbiota's layout is a template")
    }
}

impl fmt::Display for KeyTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Shard => f.write_str("{shard}"),
            Piece::Stem => f.write_str("{stem}"),
            Piece::CatalogNumber => f.write_str("{catalogNumber}"),
            Piece::Size => f.write_str("{size}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::KeyTemplate;

    #[test]
    fn templates_that_would_mix_pictures_up_are_refused() {
        for bad in [
            "{stem}.jpg",
            "{shard}/{size}.jpg",
            "{catalogNumber}{size}.jpg",
            "{stem}{size}",
            "../{stem}{size}.jpg",
            "/{stem}{size}.jpg",
            "{stem}{size}{oops}.jpg",
            "{stem{size}.jpg",
        ] {
            assert!(KeyTemplate::new(bad).is_err(), "{bad}");
        }
        let text = "herb/{catalogNumber}/{stem}{size}.jpg";
        assert_eq!(KeyTemplate::new(text).unwrap().to_string(), text);
    }
}
