//! A collection: the set of records, of one institution, inside which a catalog number is looked up.

use std::fmt;
use std::str::FromStr;

use super::error::{Error, ErrorKind};

/// How a person names a collection: by its codes (`TST:VASC`, `TST`) or by the portal's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectionKey {
    /// `omcollections.collID`.
    Collid(u32),
    /// institutionCode and, where there is one, collectionCode.
    Code {
        /// Darwin Core institutionCode.
        institution_code: String,
        /// Darwin Core collectionCode.
        collection_code: Option<String>,
    },
}

impl FromStr for CollectionKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (institution, collection) = match text.split_once(':') {
            Some((institution, collection)) => (institution.trim(), collection.trim()),
            None => (text.trim(), ""),
        };
        if institution.is_empty() {
            return Err(Error::new(ErrorKind::Config, format!("`{text}` is not a collection code"))
                .hint("write institutionCode:collectionCode, for example TST:VASC"));
        }
        Ok(Self::Code {
            institution_code: institution.to_owned(),
            collection_code: (!collection.is_empty()).then(|| collection.to_owned()),
        })
    }
}

impl fmt::Display for CollectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Collid(collid) => write!(f, "collid {collid}"),
            Self::Code { institution_code, collection_code: Some(code) } => write!(f, "{institution_code}:{code}"),
            Self::Code { institution_code, collection_code: None } => f.write_str(institution_code),
        }
    }
}

/// A collection as the portal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// `omcollections.collID`; `None` where the portal's number is not known (a downloaded file).
    pub collid: Option<u32>,
    /// Darwin Core institutionCode.
    pub institution_code: String,
    /// Darwin Core collectionCode.
    pub collection_code: Option<String>,
    /// Its full name; Symbiota writes it as owner of a picture.
    pub name: String,
}
