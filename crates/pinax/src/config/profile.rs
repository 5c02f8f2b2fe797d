//! The options of a profile, checked and turned into the rules of a run.

use std::sync::Arc;

use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::profile::{AfterLink, BarcodePolicy, Existing, Missing, Profile, QualityPolicy, Rights};
use pinax_core::nouns::uri::PublicUrl;
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::{BarcodeRule, CheckDigit, NamePattern};
use pinax_core::steps::look::{LookOptions, Symbology};
use pinax_core::steps::places::{AddressTemplate, SizeFrom, SizePlaces};
use pinax_core::steps::publish::KeyTemplate;
use pinax_core::steps::rights::RightsColumn;

use super::options::{
    BarcodeKind, BarcodeOption, DeriveOptions, ExistingOption, LimitOptions, LinkOptions, MissingOption,
    ProfileOptions, QualityOption,
};

use super::source::After;
use super::store::StoreOptions;

const MEGA: u64 = 1_000_000;

pub(super) fn build(name: &str, options: &ProfileOptions, limits: &LimitOptions) -> Result<Profile> {
    let replace = options.identify.replace.as_ref().map(|replace| (replace.pattern.as_str(), replace.with.as_str()));
    // Built again where the store is wired; here it is only checked.
    if let Some((public_url, allow_http)) = options.store.as_ref().and_then(StoreOptions::address) {
        PublicUrl::new(public_url, allow_http)?;
    }
    let places = places(options)?;
    let (after, done) = options.source.after();
    Ok(Profile {
        name: name.to_owned(),
        collection: collection(options)?,
        pattern: Arc::new(NamePattern::new(&options.identify.pattern, replace)?),
        match_on: match_on(&options.identify.match_on)?,
        missing: match options.link.missing {
            MissingOption::Review => Missing::Review,
            MissingOption::Skip => Missing::Skip,
            MissingOption::Create => Missing::Create,
        },
        existing: match options.link.existing {
            ExistingOption::Skip => Existing::Skip,
            ExistingOption::KeepBoth => Existing::KeepBoth,
            ExistingOption::Replace => Existing::Replace,
        },
        look: look(options)?,
        recipe: recipe(&options.derive)?,
        keys: match options.store.as_ref().and_then(StoreOptions::key) {
            Some(key) => KeyTemplate::new(key)?,
            None => KeyTemplate::default(),
        },
        places,
        rights: rights(&options.link)?,
        // Read where the profile is wired.
        rights_map: None,
        rights_from_picture: options.link.rights_from_picture,
        skeletal: options.source.skeletal(),
        after: match (after, done) {
            (After::Keep, None) => AfterLink::Keep,
            (After::Move, Some(_)) => AfterLink::Move,
            (After::Delete, None) => AfterLink::Delete,
            (After::Move, None) => {
                return Err(config("source.after = \"move\" needs to know where to").hint("add done = \"/folder\""));
            }
            (After::Keep | After::Delete, Some(_)) => {
                return Err(config("source.done is only used with after = \"move\""));
            }
        },
        max_pixels: limits.max_megapixels.unwrap_or(400).saturating_mul(MEGA),
        max_source_bytes: limits.max_source_mb.unwrap_or(500).saturating_mul(MEGA),
    })
}

/// Which sizes are made, and which lie somewhere already.
fn places(options: &ProfileOptions) -> Result<SizePlaces> {
    let from = |size: &str, text: Option<&str>| match text {
        None | Some("make") => Ok(SizeFrom::Make),
        Some("none") => Ok(SizeFrom::Nothing),
        Some(template) => {
            AddressTemplate::new(template).map(SizeFrom::At).map_err(|error| error.context(format!("map.{size}")))
        }
    };
    let map = &options.map;
    let places = SizePlaces {
        original: from("original", map.original.as_deref())?,
        medium: from("medium", map.medium.as_deref())?,
        thumbnail: from("thumbnail", map.thumbnail.as_deref())?,
        archive: match from("archive", map.archive.as_deref())? {
            SizeFrom::At(template) => Some(template),
            SizeFrom::Make | SizeFrom::Nothing => None,
        },
        allow_http: map.allow_http,
    };
    if map.archive.as_deref() == Some("make") {
        return Err(
            config("map.archive is \"make\"").hint("the file as it came is published with derive.archive = true")
        );
    }
    if places.original == SizeFrom::Nothing {
        return Err(
            config("map.original is \"none\"; a picture has an address at least").hint("\"make\", or an address")
        );
    }
    if options.store.is_none() && places.makes() {
        let hint = "add store = { … }; or say in map where each size lies already, or \"none\"";
        return Err(config("sizes are made, and there is no store to put them in").hint(hint));
    }
    Ok(places)
}

fn match_on(fields: &[MatchField]) -> Result<Vec<MatchField>> {
    let names = MatchField::ALL.map(MatchField::as_str).join(", ");
    if fields.is_empty() {
        return Err(config("identify.match_on is empty").hint(format!("name one or more of {names}")));
    }
    let mut seen = Vec::new();
    for field in fields {
        if seen.contains(field) {
            return Err(config(format!("identify.match_on names {field} twice")));
        }
        seen.push(*field);
    }
    Ok(seen)
}

/// What is read on pictures.
fn look(options: &ProfileOptions) -> Result<LookOptions> {
    let identify = &options.identify;
    let barcode = match identify.barcode {
        BarcodeOption::Off => BarcodePolicy::Off,
        BarcodeOption::Check => BarcodePolicy::Check,
        BarcodeOption::Require => BarcodePolicy::Require,
        BarcodeOption::InsteadOfName => BarcodePolicy::InsteadOfName,
    };
    let keys = [
        ("barcode_pattern", identify.barcode_pattern.is_some()),
        ("barcode_prefix", identify.barcode_prefix.is_some()),
        ("barcode_check_digit", identify.barcode_check_digit.is_some()),
        ("barcode_kinds", identify.barcode_kinds.is_some()),
    ];
    if let (BarcodePolicy::Off, Some((key, _))) = (barcode, keys.into_iter().find(|(_, given)| *given)) {
        return Err(config(format!("identify.{key} is not used while barcodes are not read"))
            .hint("add barcode = \"check\" (or \"require\", \"instead-of-name\"), or take it out"));
    }
    if barcode != BarcodePolicy::Off && identify.replace.is_some() && identify.barcode_pattern.is_none() {
        return Err(config("identify.replace changes the numbers of file names, not those of barcodes")
            .hint("say with barcode_pattern (and barcode_prefix) what a catalog number looks like in a barcode"));
    }
    let check = identify.barcode_check_digit.as_deref().map(check_digit).transpose()?;
    let pattern = identify.barcode_pattern.as_ref().unwrap_or(&identify.pattern);
    let rule = BarcodeRule::new(pattern, check)?.with_prefix(identify.barcode_prefix.as_deref().unwrap_or_default());
    let symbologies = match identify.barcode_kinds.as_deref() {
        None => Symbology::ALL.to_vec(),
        Some([]) => return Err(config("identify.barcode_kinds is empty").hint("leave it out to read all kinds")),
        Some(kinds) => kinds.iter().map(|kind| symbology(*kind)).collect(),
    };
    let quality = match options.derive.quality_check {
        QualityOption::Off => QualityPolicy::Off,
        QualityOption::Report => QualityPolicy::Report,
        QualityOption::Review => QualityPolicy::Review,
    };
    Ok(LookOptions { barcode, rule: Arc::new(rule), symbologies, quality })
}

fn check_digit(name: &str) -> Result<CheckDigit> {
    let names = CheckDigit::NAMES.map(|(name, _)| name).join(", ");
    CheckDigit::named(name).ok_or_else(|| {
        config(format!("identify.barcode_check_digit is {name:?}")).hint(format!("it is one of {names}"))
    })
}

fn symbology(kind: BarcodeKind) -> Symbology {
    match kind {
        BarcodeKind::Code128 => Symbology::Code128,
        BarcodeKind::Code39 => Symbology::Code39,
        BarcodeKind::Codabar => Symbology::Codabar,
        BarcodeKind::Interleaved2Of5 => Symbology::Itf,
        BarcodeKind::Qr => Symbology::QrCode,
        BarcodeKind::DataMatrix => Symbology::DataMatrix,
    }
}

fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}

fn collection(options: &ProfileOptions) -> Result<CollectionKey> {
    match (&options.collection, options.collid) {
        (Some(code), None) => code.parse(),
        (None, Some(collid)) => Ok(CollectionKey::Collid(collid)),
        (None, None) => Err(config("does not say which collection")
            .hint("add collection = \"institutionCode:collectionCode\", or collid = 1")),
        (Some(_), Some(_)) => Err(config("has both collection and collid").hint("keep one of them")),
    }
}

fn recipe(options: &DeriveOptions) -> Result<DerivativeRecipe> {
    let usual = DerivativeRecipe::default();
    let quality = options.quality.unwrap_or_else(|| usual.quality.into());
    let refused = || config(format!("derive.quality is {quality}; it goes from 1 to 100"));
    let quality = u8::try_from(quality).ok().filter(|quality| (1..=100).contains(quality)).ok_or_else(refused)?;
    let recipe = DerivativeRecipe {
        thumbnail_px: match options.thumbnail {
            Some(0) => None,
            Some(width) => Some(width),
            None => usual.thumbnail_px,
        },
        medium_px: options.medium.unwrap_or(usual.medium_px),
        large_px: options.large.unwrap_or(usual.large_px),
        quality,
        large_max_bytes: options.large_max_bytes.unwrap_or(usual.large_max_bytes),
        medium_max_bytes: options.medium_max_bytes.unwrap_or(usual.medium_max_bytes),
        metadata: options.metadata.unwrap_or(usual.metadata),
        keep_location: options.keep_location.unwrap_or(usual.keep_location),
        archive: options.archive,
    };
    let widths = [recipe.thumbnail_px.unwrap_or(1), recipe.medium_px, recipe.large_px];
    if widths[0] == 0 || !widths.is_sorted() || recipe.large_px > 65_500 {
        return Err(config(format!(
            "derive widths thumbnail {}, medium {}, large {} are not in order of size",
            widths[0], widths[1], widths[2]
        ))
        .hint("thumbnail <= medium <= large <= 65500; thumbnail = 0 makes none"));
    }
    Ok(recipe)
}

fn rights(options: &LinkOptions) -> Result<Rights> {
    let fits = |column: RightsColumn, value: &Option<String>| {
        let value = value.clone().filter(|text| !text.trim().is_empty());
        match value.as_deref().and_then(|text| column.objection(text)) {
            Some(objection) => Err(config(format!("link.{}: {objection}", column.name()))),
            None => Ok(value),
        }
    };
    Ok(Rights {
        owner: fits(RightsColumn::Owner, &options.owner)?,
        creator: fits(RightsColumn::Creator, &options.creator)?,
        rights: fits(RightsColumn::Rights, &options.rights)?,
        copyright: fits(RightsColumn::Copyright, &options.copyright)?,
        access_rights: fits(RightsColumn::AccessRights, &options.access_rights)?,
    })
}
