//! A store that holds whatever it is asked for, and a profile that publishes there. Reading objects back is no part of
//! linking: the content of every object is its own key.

use std::sync::Arc;

use async_trait::async_trait;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::profile::{AfterLink, Existing, Missing, Profile, Rights};
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::store::{ObjectDigest, Put, Store};
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::NamePattern;
use pinax_core::steps::look::LookOptions;
use pinax_core::steps::places::SizePlaces;
use pinax_core::steps::publish::KeyTemplate;
use pinax_core::{Error, ErrorKind, Result};

/// The profile whose pictures are linked.
pub(crate) fn profile() -> Result<Profile> {
    Ok(Profile {
        name: "tst".to_owned(),
        collection: "TST:VASC".parse()?,
        pattern: Arc::new(NamePattern::new(r"/^(TST\d{8})\D*/", None)?),
        match_on: vec![MatchField::CatalogNumber],
        missing: Missing::Review,
        existing: Existing::Skip,
        recipe: DerivativeRecipe::default(),
        keys: KeyTemplate::default(),
        places: SizePlaces::default(),
        rights: Rights {
            rights: Some("http://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
            copyright: Some("Test Herbarium".to_owned()),
            ..Rights::default()
        },
        rights_map: None,
        rights_from_picture: false,
        look: LookOptions::nothing(),
        skeletal: true,
        after: AfterLink::Keep,
        max_pixels: 1_000_000,
        max_source_bytes: 1_000_000,
    })
}

/// The store.
pub(crate) struct Shelf {
    public_url: PublicUrl,
}

impl Shelf {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { public_url: PublicUrl::new("https://img.example.org/herbarium/tst", false)? })
    }

    /// Sum of what lies under `key`.
    pub(crate) fn sha256(key: &ObjectKey) -> Sha256Sum {
        Sha256Sum::of(key.as_str().as_bytes())
    }
}

#[async_trait]
impl Store for Shelf {
    fn describe(&self) -> String {
        "shelf".to_owned()
    }

    async fn check(&self) -> Result<()> {
        Ok(())
    }

    async fn put_new(&self, _key: &ObjectKey, _bytes: &[u8]) -> Result<Put> {
        Err(Error::new(ErrorKind::Internal, "nothing is published while linking is measured"))
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
        Ok(Some(ObjectDigest { size_bytes: key.as_str().len() as u64, sha256: Self::sha256(key) }))
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
        Ok(Some(key.as_str().as_bytes().to_vec()))
    }

    async fn delete(&self, _key: &ObjectKey) -> Result<()> {
        Ok(())
    }

    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri> {
        self.public_url.join(key.as_str())
    }
}
