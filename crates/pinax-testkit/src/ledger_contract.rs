//! The contract of [`Ledger`], clause by clause, for any ledger. An adapter runs all of it with
//! [`ledger_contract_tests!`](crate::ledger_contract_tests).

pub mod batches;
pub mod listing;
pub mod reading;
pub mod recording;
pub mod retrying;
pub mod sources;
pub mod working;

use std::path::Path;

use pinax_core::nouns::batch::{Batch, BatchId, BatchItem, Identity, NewItem, Outcome, Stage};
use pinax_core::nouns::change::{ChangeTarget, NewChange};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::{Derivative, ObjectKey, Variant};
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::nouns::uri::PublicUrl;
use pinax_core::ports::ledger::{ItemFilter, Known, Ledger};
use serde_json::json;
use tempfile::TempDir;

/// Opens the ledger that is kept in a folder to write; it is made when there is none.
pub type Open = fn(&Path) -> Box<dyn Ledger>;

/// Makes a `#[test]` of every clause for the ledger that the function `$open` (an [`Open`]) opens.
#[macro_export]
macro_rules! ledger_contract_tests {
    ($open:path) => {
        $crate::ledger_contract_tests!($open;
            batches: begun_once, ended_or_gone, by_profile;
            listing: new_then_on_its_way_then_unchanged, waiting_only_if_worth_another_try, any_name_is_kept,
                change_after_the_end, change_on_the_way, change_of_what_waits, profiles_are_apart;
            retrying: taken_again, same_answer_changes_nothing, another_answer, published_is_kept,
                another_number_is_made_again;
            working: specimens_stay_whole, order_of_work, saved_as_given, published_with_sizes_and_changes,
                siblings_are_what_is_shown, only_touched_leaves_the_old_item, only_touched_keeps_what_was_written;
            recording: keys_show_one_content, changes_are_settled, intended_twice_is_once,
                all_or_nothing, kept_after_closing;
            reading: counts, what_waits, page_by_page;
            sources: a_tag_tells_contents_apart, statements_are_kept, watermarks_are_remembered, files_are_remembered;
        );
    };
    ($open:path; $($module:ident: $($clause:ident),+;)+) => {
        $(mod $module { $(
            #[test]
            fn $clause() {
                $crate::ledger_contract::$module::$clause($open);
            }
        )+ })+
    };
}

/// The profile of most clauses.
const PROFILE: &str = "tst";

/// A fresh ledger in a folder of its own.
struct Bench {
    ledger: Option<Box<dyn Ledger>>,
    open: Open,
    folder: TempDir,
}

impl Bench {
    fn new(open: Open) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self { ledger: Some(open(folder.path())), open, folder }
    }

    fn ledger(&self) -> &dyn Ledger {
        self.ledger.as_deref().expect("the ledger is open")
    }

    fn reopen(&mut self) {
        self.ledger = None;
        self.ledger = Some((self.open)(self.folder.path()));
    }

    fn begin(&self) -> Batch {
        ok(self.ledger().begin(PROFILE, None, 1_000)).0
    }

    /// Takes files into `batch`, and gives back its items.
    fn take(&self, batch: BatchId, items: &[NewItem]) -> Vec<BatchItem> {
        ok(self.ledger().found(batch, items));
        self.items(batch)
    }

    /// Takes one file in and gives back its item.
    fn take_one(&self, batch: BatchId, item: NewItem) -> BatchItem {
        let locator = item.image.locator.clone();
        let items = self.take(batch, &[item]);
        items.into_iter().rfind(|item| item.image.locator == locator).expect("what was found is in the batch")
    }

    fn items(&self, batch: BatchId) -> Vec<BatchItem> {
        ok(self.ledger().items(&ItemFilter::Batch(batch), None, None, 100_000))
    }

    /// The item as it stands in its batch.
    fn fresh(&self, item: &BatchItem) -> BatchItem {
        let items = self.items(item.batch);
        items.into_iter().find(|other| other.id == item.id).expect("the item is in its batch")
    }

    fn known(&self, image: &SourceImage) -> Known {
        let known = ok(self.ledger().known(PROFILE, std::slice::from_ref(image)));
        assert_eq!(known.len(), 1, "one answer for each file");
        known[0]
    }

    fn ended(&self, item: &BatchItem, outcome: Outcome, code: ReasonCode) -> BatchItem {
        let mut item = item.clone();
        item.end(outcome, Some(Reason::new(code, "because")));
        ok(self.ledger().save(std::slice::from_ref(&item)));
        item
    }

    /// Ends the item as linked, with content `content`.
    fn linked(&self, item: &BatchItem, content: &str) -> BatchItem {
        let mut item = item.clone();
        item.sha256 = Some(Sha256Sum::of(content.as_bytes()));
        item.stage = Stage::Linked;
        item.occid = Some(Occid(7));
        item.record_id = Some(format!("row-of-{}", item.id.0));
        item.end(Outcome::Done, None);
        ok(self.ledger().save_linked(std::slice::from_ref(&item), &[], 2_000));
        item
    }
}

#[track_caller]
fn ok<T>(result: pinax_core::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("the ledger refused: {error}"))
}

fn image(name: impl Into<Vec<u8>>, modified_ns: i64) -> SourceImage {
    SourceImage::new(Locator::new(name), Fingerprint::of_file(10, modified_ns))
}

fn number(text: &str) -> CatalogNumber {
    CatalogNumber::new(text).expect("a catalog number of a test is one")
}

fn identity(text: &str, rank: u32) -> Identity {
    Identity { catalog_number: number(text), suffix: if rank == 0 { String::new() } else { format!("_{rank}") }, rank }
}

/// A file `name` of the first picture of `text`.
fn named(name: &str, text: &str) -> NewItem {
    NewItem { image: image(name, 1), identity: Ok(identity(text, 0)) }
}

/// The same file, changed.
fn changed(item: &NewItem, modified_ns: i64) -> NewItem {
    let mut item = item.clone();
    item.image.fingerprint.modified_ns = modified_ns;
    item
}

/// A file whose name says nothing.
fn nameless(name: &str) -> NewItem {
    NewItem {
        image: image(name, 1),
        identity: Err(Reason::new(ReasonCode::NameNotMatched, "says nothing").hint("mend it")),
    }
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::new(text).expect("a key of a test is one")
}

fn derivative(variant: Variant, at: &str) -> Derivative {
    let public = PublicUrl::new("https://img.example.org/ä", false).expect("the address is one");
    Derivative {
        variant,
        key: Some(key(at)),
        uri: public.join(at).expect("the address is short"),
        size_bytes: 5_000_000_000,
        sha256: Sha256Sum::of(at.as_bytes()),
        md5: "900150983cd24fb0d6963f7d28e17f72".to_owned(),
        width_px: 4,
        height_px: 3,
    }
}

fn put(item: &BatchItem, at: &str) -> NewChange {
    NewChange {
        batch: item.batch,
        item: item.id,
        target: ChangeTarget::Object,
        subject: at.to_owned(),
        before: None,
        after: Some(json!({ "bytes": 3, "sha256": "é" })),
        reverses: None,
    }
}
