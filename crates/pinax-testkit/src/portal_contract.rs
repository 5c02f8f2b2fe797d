//! The contract of the port `portal`, clause by clause, for any adapter: `portal_contract!(Harness)` makes a test of each.

mod link;
mod look_up;
mod records;
mod update;

use std::collections::BTreeMap;

use async_trait::async_trait;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::media::{MediaFile, MediaRecord, Variant};
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::ports::portal::Portal;

pub use link::{
    a_batch_can_be_ended_again, a_refused_row_holds_up_no_other, inserting_twice_is_once,
    many_rows_are_answered_in_order, nothing_asked_is_nothing_done, rows_are_as_wanted,
};
pub use look_up::{
    a_collection_is_found_by_code_and_number, a_good_portal_is_found_good, a_thousand_numbers_and_more,
    accents_tell_numbers_apart, an_unknown_collection_is_not_found, case_and_spaces_do_not_tell_numbers_apart,
    codes_of_several_are_refused, leading_zeros_may_be_missing_on_the_record, numbers_are_answered_in_order,
    only_records_of_the_collection_are_found, rows_are_listed_by_their_addresses, rows_of_the_records_are_given,
};
pub use records::{
    a_filling_is_taken_back_exactly, a_record_is_removed_only_untouched, a_record_that_is_gone_is_not_filled,
    a_record_with_a_picture_is_not_removed, a_refused_record_holds_up_no_other, an_edit_since_is_kept,
    coverage_counts_and_lists, creating_twice_is_once, many_records_are_answered_in_order,
    only_what_is_empty_is_filled, records_are_made_as_wanted,
};
pub use update::{a_row_changed_by_others_is_kept, updating_keeps_the_row, updating_twice_is_once};

/// A record the portal holds before a test.
#[derive(Debug, Clone)]
pub struct SeedRecord {
    /// Its collection: 1 is TST:VASC "Test Herbarium", 2 is TST:MOSS "Test Mosses", 3 is OTH "Other".
    pub collid: u32,
    /// Its key.
    pub occid: u64,
    /// Its catalog number.
    pub catalog_number: String,
}

/// What the portal holds before a test.
#[derive(Debug, Clone, Default)]
pub struct Seed {
    /// Records.
    pub records: Vec<SeedRecord>,
    /// Picture rows.
    pub rows: Vec<MediaRecord>,
}

impl Seed {
    /// Records of collection 1.
    #[must_use]
    pub fn numbers(numbers: &[(u64, &str)]) -> Self {
        let record = |(occid, number): &(u64, &str)| SeedRecord {
            collid: 1,
            occid: *occid,
            catalog_number: (*number).to_owned(),
        };
        Self { records: numbers.iter().map(record).collect(), rows: Vec::new() }
    }

    /// `records` records of collection 1; occid 1 is TST00000001, and so on.
    #[must_use]
    pub fn counted(records: u64) -> Self {
        let record = |occid| SeedRecord { collid: 1, occid, catalog_number: format!("TST{occid:08}") };
        Self { records: (1..=records).map(record).collect(), rows: Vec::new() }
    }
}

/// The collections every portal under test holds: collid, institutionCode, collectionCode, name.
pub const COLLECTIONS: [(u32, &str, Option<&str>, &str); 3] =
    [(1, "TST", Some("VASC"), "Test Herbarium"), (2, "TST", Some("MOSS"), "Test Mosses"), (3, "OTH", None, "Other")];

/// A portal under test and a look at what is behind it.
#[async_trait]
pub trait PortalHarness: Sized + Send + Sync {
    /// What of a row this door cannot carry: `creator`, `files`, or `recordID` where the portal makes another one and ours
    /// becomes the row's `sourceIdentifier`.
    const CANNOT_CARRY: &'static [&'static str] = &[];

    /// Makes a portal that holds [`COLLECTIONS`] and `seed`.
    async fn open(seed: &Seed) -> Self;

    /// The portal.
    fn portal(&self) -> &dyn Portal;

    /// All picture rows there are, seen without the portal's help.
    async fn rows(&self) -> Vec<MediaRecord>;
}

/// The batch under which tests write.
const BATCH: BatchId = BatchId(1);

async fn herbarium(harness: &impl PortalHarness) -> Collection {
    let key: CollectionKey = "TST:VASC".parse().expect("a code");
    harness.portal().collection(&key).await.expect("the collection is there")
}

fn numbers(texts: &[&str]) -> Vec<CatalogNumber> {
    texts.iter().map(|text| CatalogNumber::new(text).expect("a catalog number")).collect()
}

/// A row as a run wants it; `name` tells pictures of one record apart.
#[must_use]
pub fn wanted(occid: u64, name: &str) -> MediaRecord {
    let address = |end: &str| format!("https://img.example.org/tst/{occid}_{name}{end}.jpg");
    let file = |variant, bytes, digit: &str| MediaFile { variant, bytes, md5: digit.repeat(32) };
    let mut letters = [0_u8; 6];
    letters.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
    let [a, b, c, d, e, f] = letters;
    MediaRecord {
        occid,
        record_id: format!("{occid:08x}-0000-5000-8000-{a:02x}{b:02x}{c:02x}{d:02x}{e:02x}{f:02x}"),
        url: address("_med"),
        thumbnail_url: Some(address("_tn")),
        original_url: address(""),
        format: "image/jpeg".to_owned(),
        tid: None,
        owner: Some("Test Herbarium".to_owned()),
        creator: Some("Ann O'Nymous, \"Nan\"".to_owned()),
        rights: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
        copyright: None,
        access_rights: None,
        source_identifier: None,
        media_md5: Some("a".repeat(32)),
        pixel_x_dimension: Some(4000),
        pixel_y_dimension: Some(6000),
        sort_occurrence: 5,
        files: vec![
            file(Variant::Original, 6_000_000, "a"),
            file(Variant::Medium, 500_000, "b"),
            file(Variant::Thumbnail, 15_000, "c"),
        ],
        more: BTreeMap::new(),
    }
}

/// What this door must carry of a row.
fn carried<H: PortalHarness>(record: &MediaRecord) -> [String; 10] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let unless = |column: &str, text: String| if H::CANNOT_CARRY.contains(&column) { String::new() } else { text };
    [
        record.occid.to_string(),
        unless("recordID", record.record_id.clone()),
        record.url.clone(),
        text(&record.thumbnail_url),
        record.original_url.clone(),
        record.format.clone(),
        text(&record.owner),
        unless("creator", text(&record.creator)),
        text(&record.rights),
        record.sort_occurrence.to_string(),
    ]
}

/// Makes a test of every clause for the harness of one adapter.
#[macro_export]
macro_rules! portal_contract {
    ($harness:ty) => {
        $crate::portal_contract!(@each $harness;
            a_collection_is_found_by_code_and_number,
            a_good_portal_is_found_good,
            an_unknown_collection_is_not_found,
            codes_of_several_are_refused,
            numbers_are_answered_in_order,
            leading_zeros_may_be_missing_on_the_record,
            case_and_spaces_do_not_tell_numbers_apart,
            accents_tell_numbers_apart,
            only_records_of_the_collection_are_found,
            a_thousand_numbers_and_more,
            rows_of_the_records_are_given,
            rows_are_as_wanted,
            inserting_twice_is_once,
            a_refused_row_holds_up_no_other,
            many_rows_are_answered_in_order,
            nothing_asked_is_nothing_done,
            a_batch_can_be_ended_again,
            updating_keeps_the_row,
            updating_twice_is_once,
            a_row_changed_by_others_is_kept,
            creating_twice_is_once,
            records_are_made_as_wanted,
            a_refused_record_holds_up_no_other,
            many_records_are_answered_in_order,
            only_what_is_empty_is_filled,
            a_filling_is_taken_back_exactly,
            an_edit_since_is_kept,
            a_record_that_is_gone_is_not_filled,
            a_record_is_removed_only_untouched,
            a_record_with_a_picture_is_not_removed,
            coverage_counts_and_lists,
            rows_are_listed_by_their_addresses,
        );
    };
    (@each $harness:ty; $($clause:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $clause() {
                $crate::portal_contract::$clause::<$harness>().await;
            }
        )*
    };
}
