//! A ledger of pictures that are published and not linked, made by the calls a run makes.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use pinax_core::nouns::batch::{Batch, BatchItem, Identity, NewItem, Stage};
use pinax_core::nouns::change::{ChangeTarget, NewChange};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::media::{Derivative, MediaRecord, ObjectKey, Variant};
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::nouns::profile::Profile;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::ledger::Ledger as _;
use pinax_core::ports::store::Store as _;
use pinax_core::steps::link::wanted_row;
use pinax_core::steps::publish::{KeyParts, base_names};
use pinax_io::ledger::sqlite::SqliteLedger;
use serde_json::json;

use crate::shelf::{Shelf, profile};

/// Every twentieth record gets a picture.
const APART: u64 = 20;
/// Pictures taken in together.
const PART: u64 = 1000;
const NOW_MS: i64 = 1_700_000_000_000;

pub(crate) fn prepare(ledger: &Path, rows: &Path, pictures: u64) -> Result<()> {
    let (profile, shelf) = (profile()?, Shelf::new()?);
    let ledger = SqliteLedger::open(ledger, "link_cost prepare")?;
    let mut rows = BufWriter::new(File::create(rows)?);
    let (batch, _) = ledger.begin(&profile.name, None, NOW_MS)?;
    let occids: Vec<u64> = (1..=pictures).map(|place| place * APART).collect();
    for part in occids.chunks(PART as usize) {
        ledger.found(batch.id, &part.iter().map(|occid| new_item(*occid)).collect::<Result<Vec<_>>>()?)?;
    }
    let mut after = None;
    for part in occids.chunks(PART as usize) {
        let filter = pinax_core::ports::ledger::ItemFilter::Batch(batch.id);
        let items = ledger.items(&filter, None, after, part.len())?;
        after = items.last().map(|item| item.id);
        let mut published = Vec::new();
        for (item, occid) in items.into_iter().zip(part) {
            let derivatives = derivatives(&profile, &shelf, &batch, &item, *occid)?;
            writeln!(rows, "{}", line(&item, &row(&profile, *occid, &derivatives)?)?)?;
            published.push((item, derivatives));
        }
        let puts: Vec<NewChange> = published.iter().flat_map(|(item, files)| puts(&batch, item, files)).collect();
        let ids = ledger.intend(&puts, NOW_MS)?;
        for ((mut item, files), done) in published.into_iter().zip(ids.chunks(SIZES)) {
            let claims: Vec<_> = files.iter().filter_map(|file| Some((file.key.clone()?, file.sha256))).collect();
            ledger.claim(&shelf.describe(), &claims)?;
            item.stage = Stage::Published;
            item.sha256 = files.first().map(|file| file.sha256);
            item.size_px = Some((4000, 6000));
            ledger.save_published(&item, &files, done, NOW_MS)?;
        }
    }
    Ok(rows.flush()?)
}

fn new_item(occid: u64) -> Result<NewItem> {
    let name = format!("2026-11/{:04}/TST{occid:08}.jpg", occid / (PART * APART));
    let fingerprint = Fingerprint::of_file(20_000_000 + occid, NOW_MS * 1_000_000);
    let catalog_number = CatalogNumber::new(&format!("TST{occid:08}"))?;
    Ok(NewItem {
        image: SourceImage::new(Locator::new(name), fingerprint),
        identity: Ok(Identity { catalog_number, suffix: String::new(), rank: 0 }),
    })
}

/// What [`derivatives`] makes of each picture.
const SIZES: usize = 3;

/// Three sizes, all different.
fn derivatives(
    profile: &Profile,
    shelf: &Shelf,
    batch: &Batch,
    item: &BatchItem,
    occid: u64,
) -> Result<Vec<Derivative>> {
    let identity = item.identity.as_ref().context("the item has a number")?;
    let parts = KeyParts {
        catalog_number: &identity.catalog_number,
        file_name: item.image.locator.file_name_text()?,
        batch_started_ms: batch.started_ms,
    };
    let base = base_names(&profile.keys, parts, Sha256Sum::of(b"")).next().context("the picture has a name")?;
    let size = |variant, size_bytes, width_px| {
        let key: ObjectKey = base.key(variant).clone();
        let (uri, sha256) = (shelf.public_uri(&key)?, Shelf::sha256(&key));
        let md5 = sha256.to_string().chars().take(32).collect();
        Ok(Derivative { variant, key: Some(key), uri, size_bytes, sha256, md5, width_px, height_px: width_px * 3 / 2 })
    };
    [(Variant::Original, 2_500_000, 3200), (Variant::Medium, 500_000, 1400), (Variant::Thumbnail, 12_000, 200)]
        .map(|(variant, bytes, width_px)| size(variant, bytes + occid, width_px))
        .into_iter()
        .collect()
}

fn puts(batch: &Batch, item: &BatchItem, files: &[Derivative]) -> Vec<NewChange> {
    let put = |file: &Derivative| NewChange {
        batch: batch.id,
        item: item.id,
        target: ChangeTarget::Object,
        subject: file.key.as_ref().map_or("", ObjectKey::as_str).to_owned(),
        before: None,
        after: Some(json!({ "store": "shelf", "bytes": file.size_bytes, "sha256": file.sha256.to_string() })),
        reverses: None,
    };
    files.iter().map(put).collect()
}

/// The row the flow will want, without its taxon: that comes from the record.
fn row(profile: &Profile, occid: u64, derivatives: &[Derivative]) -> Result<MediaRecord> {
    let collection = Collection {
        collid: Some(1),
        institution_code: "TST".to_owned(),
        collection_code: Some("VASC".to_owned()),
        name: "Test Herbarium".to_owned(),
    };
    let occurrence = Occurrence::numbered(Occid(occid), format!("TST{occid:08}"));
    wanted_row(&collection, &occurrence, &profile.rights, 0, derivatives).context("the picture has all sizes")
}

/// A line of the file: catalog number, what the row of `media` holds, length and MD5 of each size.
fn line(item: &BatchItem, row: &MediaRecord) -> Result<String> {
    let identity = item.identity.as_ref().context("the item has a number")?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<u32>| number.unwrap_or_default().to_string();
    let mut cells = vec![
        identity.catalog_number.to_string(),
        row.record_id.clone(),
        row.url.clone(),
        text(&row.thumbnail_url),
        row.original_url.clone(),
        row.format.clone(),
        text(&row.owner),
        text(&row.rights),
        text(&row.copyright),
        text(&row.media_md5),
        number(row.pixel_x_dimension),
        number(row.pixel_y_dimension),
        row.sort_occurrence.to_string(),
    ];
    cells.extend(row.files.iter().flat_map(|file| [file.bytes.to_string(), file.md5.clone()]));
    Ok(cells.join("\t"))
}
