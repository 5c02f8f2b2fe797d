//! The flow `rebase` on adapters in memory.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use pinax_core::ErrorKind;
use pinax_core::flows::rebase::{InterruptedRebase, RebaseReport, foresee, rebase};
use pinax_core::flows::run::{Ask, RunContext};
use pinax_core::flows::undo::undo;
use pinax_core::nouns::checksum::md5_hex;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::{MediaRecord, Variant};
use pinax_core::nouns::profile::{AfterLink, Existing, Missing, Profile, Rights};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::converter::NoConverter;
use pinax_core::ports::ledger::{ItemFilter, Ledger as _};
use pinax_core::ports::progress::Silent;
use pinax_core::ports::stop::Never;
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::NamePattern;
use pinax_core::steps::look::LookOptions;
use pinax_core::steps::places::SizePlaces;
use pinax_core::steps::publish::KeyTemplate;
use pinax_core::steps::rebase::Rebase;
use pinax_image::{EncodeOptions, Limits, Renderer, Target, probe};
use pinax_io::clock::SystemClock;
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_sheet::Sheet;
use pinax_testkit::memory_portal::{Call, MemoryPortal, When};
use pinax_testkit::memory_source::MemorySource;
use pinax_testkit::memory_store::MemoryStore;
use pinax_testkit::memory_web::MemoryWeb;
use tempfile::TempDir;

const OLD: &str = "https://old.example.org/herb/";
const NEW: &str = "https://new.example.org/img/";
const BISQUE: &str = "https://bisque.example.org";

struct Bench {
    _folder: TempDir,
    profile: Profile,
    source: MemorySource,
    store: MemoryStore,
    web: MemoryWeb,
    portal: MemoryPortal,
    ledger: SqliteLedger,
}

impl Bench {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let ledger = SqliteLedger::open(&folder.path().join("ledger"), "a test").unwrap();
        let profile = Profile {
            match_on: vec![MatchField::CatalogNumber],
            missing: Missing::Review,
            existing: Existing::Skip,
            name: "tst".to_owned(),
            collection: "TST:VASC".parse().unwrap(),
            pattern: Arc::new(NamePattern::new(r"/^(TST\d{8})\D*/", None).unwrap()),
            look: LookOptions::nothing(),
            recipe: DerivativeRecipe { medium_px: 200, thumbnail_px: Some(50), ..DerivativeRecipe::default() },
            keys: KeyTemplate::default(),
            places: SizePlaces::default(),
            rights: Rights::default(),
            skeletal: false,
            rights_map: None,
            rights_from_picture: false,
            after: AfterLink::Keep,
            max_pixels: 10_000_000,
            max_source_bytes: 10_000_000,
        };
        Self {
            _folder: folder,
            profile,
            source: MemorySource::new(),
            store: MemoryStore::new(),
            web: MemoryWeb::new(),
            portal: MemoryPortal::with_records(20),
            ledger,
        }
    }

    fn context(&self) -> RunContext<'_> {
        RunContext {
            profile: &self.profile,
            source: &self.source,
            ask: Ask::default(),
            store: &self.store,
            web: &self.web,
            converter: &NoConverter,
            portal: &self.portal,
            ledger: &self.ledger,
            progress: &Silent,
            clock: &SystemClock,
            stop: &Never,
            workers: 2,
            pixel_memory_bytes: 100_000_000,
        }
    }

    fn try_rebase(&self, what: &Rebase) -> Result<RebaseReport, Box<InterruptedRebase>> {
        wait(rebase(self.context(), what))
    }

    fn rebase(&self, what: &Rebase) -> RebaseReport {
        self.try_rebase(what).unwrap()
    }

    /// A row that shows this picture at the old address; nothing is said of its sum.
    fn row(&self, occid: u64, bytes: Vec<u8>) {
        let address = format!("{OLD}{occid}.jpg");
        self.portal.add_row(MediaRecord {
            occid,
            record_id: format!("row-{occid}"),
            url: address.replace("https", "http"),
            original_url: address.clone(),
            owner: Some("theirs".to_owned()),
            sort_occurrence: 9,
            ..MediaRecord::default()
        });
        self.web.show_file(address.replace("https", "http"), "image/jpeg", bytes.clone());
        self.web.show_file(address, "image/jpeg", bytes);
    }

    fn shows(&self, occid: u64, bytes: Vec<u8>) {
        self.web.show_file(format!("{NEW}{occid}.jpg"), "image/jpeg", bytes);
    }

    fn rows(&self) -> Vec<MediaRecord> {
        self.portal.rows().into_iter().map(|row| row.record).collect()
    }

    fn addresses(&self) -> Vec<String> {
        self.rows().into_iter().map(|row| row.original_url).collect()
    }

    fn waiting(&self) -> BTreeMap<String, ReasonCode> {
        let items = self.ledger.items(&ItemFilter::Waiting(None), None, None, 1000).unwrap();
        items.into_iter().map(|item| (item.image.locator.to_string(), item.reason.unwrap().code)).collect()
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

fn by_rule() -> Rebase {
    Rebase::new(OLD, Some(NEW), false).unwrap()
}

fn rehost() -> Rebase {
    Rebase::new(BISQUE, None, false).unwrap()
}

fn jpeg(seed: u64) -> Vec<u8> {
    let options = EncodeOptions { quality: 88, ..EncodeOptions::default() };
    Sheet::made_up(&format!("TST{seed:08}"), seed).size(400, 600).draw().to_jpeg(&options)
}

fn coded_anew(picture: &[u8]) -> Vec<u8> {
    let probe = probe(picture, &Limits::default()).unwrap();
    let target = Target { width_px: 400, quality: 60 };
    Renderer::new(Limits::default()).render(picture, &probe, &[target]).unwrap().remove(0).bytes
}

#[test]
fn only_addresses_that_show_the_same_picture_move_and_all_of_it_goes_back() {
    let bench = Bench::new();
    for occid in 1..=4 {
        bench.row(occid, jpeg(occid));
    }
    bench.shows(1, jpeg(1));
    bench.shows(2, coded_anew(&jpeg(2)));
    // Upside down in lightness: another picture of the same shape.
    bench.shows(3, Sheet::made_up("X", 77).size(600, 400).draw().to_jpeg(&EncodeOptions::default()));
    bench.web.show_file(format!("{NEW}4.jpg"), "text/html", b"<html>Soon here</html>".to_vec());
    let before = bench.rows();

    let plan = wait(foresee(bench.context(), &by_rule(), 2)).unwrap();
    assert_eq!((plan.rows, plan.first.len()), (4, 4), "two addresses of each of two rows");
    assert_eq!(
        (plan.first[0].before.as_str(), plan.first[0].after.as_str()),
        (&*format!("{OLD}1.jpg"), &*format!("{NEW}1.jpg"))
    );
    assert_eq!(bench.rows(), before);

    let report = bench.rebase(&by_rule());
    assert_eq!((report.found, report.moved, report.review), (4, 2, 2), "{report:?}");
    let after = bench.rows();
    let new = |occid: u64| format!("{NEW}{occid}.jpg");
    assert_eq!((&after[0].original_url, &after[0].url), (&new(1), &new(1)));
    assert_eq!(after[1].original_url, new(2));
    assert_eq!((after[0].owner.as_deref(), after[0].sort_occurrence), (Some("theirs"), 9));
    assert_eq!(after[2..], before[2..], "what was not proved stays");
    assert!(bench.waiting().values().all(|code| *code == ReasonCode::WrongPicture), "{:?}", bench.waiting());

    // What waits is looked at again, and nothing twice.
    bench.shows(4, jpeg(4));
    let again = bench.rebase(&by_rule());
    assert_eq!((again.found, again.moved, again.review), (2, 1, 1), "{again:?}");
    for batch in [again.batch, report.batch] {
        wait(undo(bench.context(), batch.unwrap())).unwrap();
    }
    assert_eq!(bench.rows(), before);
    assert_eq!(bench.rebase(&by_rule()).moved, 0, "what was taken back stays so");
}

#[test]
fn where_the_old_picture_is_gone_the_row_itself_or_another_size_must_tell() {
    let bench = Bench::new();
    for occid in 1..=3 {
        bench.row(occid, jpeg(occid));
        bench.shows(occid, jpeg(occid));
        bench.web.remove(&format!("{OLD}{occid}.jpg"));
        bench.web.remove(&format!("{OLD}{occid}.jpg").replace("https", "http"));
    }
    let small = coded_anew(&jpeg(2));
    bench.web.show_file("https://thumbs.example.org/2.jpg", "image/jpeg", small);
    bench.portal.edit_rows(|row| match row.record.occid {
        1 => row.record.media_md5 = Some(md5_hex(&jpeg(1)).to_uppercase()),
        2 => row.record.thumbnail_url = Some("https://thumbs.example.org/2.jpg".to_owned()),
        _ => {}
    });
    let report = bench.rebase(&by_rule());
    assert_eq!((report.moved, report.review), (2, 1), "{report:?} {:?}", bench.waiting());
    assert!(bench.addresses()[2].starts_with(OLD));
    assert_eq!(bench.rows()[1].thumbnail_url.as_deref(), Some("https://thumbs.example.org/2.jpg"));
}

#[test]
fn a_row_that_somebody_changed_meanwhile_is_kept() {
    let bench = Bench::new();
    for occid in 1..=2 {
        bench.row(occid, jpeg(occid));
        bench.shows(occid, jpeg(occid));
    }
    // The first rebase lists, and stops where it would change.
    bench.web.fail(1, ErrorKind::Unavailable);
    let stopped = bench.try_rebase(&by_rule()).unwrap_err();
    assert_eq!(stopped.error.kind(), ErrorKind::Unavailable);
    let other = Rebase::new(OLD, Some("https://third.example.org/"), false).unwrap();
    let refused = bench.try_rebase(&other).unwrap_err();
    assert_eq!(refused.error.kind(), ErrorKind::Conflict);
    assert!(refused.error.hint_text().unwrap().contains(&format!("pinax rebase tst --from {OLD} --to {NEW}")));
    bench.portal.edit_rows(|row| {
        if row.record.occid == 2 {
            row.record.original_url = "https://mine.example.org/2.jpg".to_owned();
        }
    });
    let report = bench.rebase(&by_rule());
    assert_eq!((report.resumed, report.moved, report.skipped), (true, 1, 1), "{report:?}");
    assert_eq!(bench.addresses()[1], "https://mine.example.org/2.jpg");
}

#[test]
fn what_was_written_before_a_loss_is_seen_to_be_written() {
    let bench = Bench::new();
    let before = {
        bench.row(1, jpeg(1));
        bench.shows(1, jpeg(1));
        bench.rows()
    };
    let lost = pinax_core::Error::new(ErrorKind::Unavailable, "lost");
    bench.portal.fail(Call::Apply, 1, When::After, lost);
    bench.try_rebase(&by_rule()).unwrap_err();
    let report = bench.rebase(&by_rule());
    assert_eq!((report.moved, report.skipped), (1, 0), "{report:?}");
    wait(undo(bench.context(), report.batch.unwrap())).unwrap();
    assert_eq!(bench.rows(), before);
}

#[test]
fn pictures_of_a_bisque_are_copied_from_every_form_of_their_addresses() {
    let bench = Bench::new();
    let base = format!("{BISQUE}/image_service");
    for (occid, original, archive) in [
        (1, format!("{base}/image/00-a1/resize:4000/format:jpeg"), Some(format!("{base}/image/00-a1"))),
        (2, format!("{base}/00-a2?resize=4000&format=jpeg").replace("https", "http"), None),
        (3, format!("{base}/images/00-a3?resize=4000&format=jpeg"), None),
        (4, format!("{base}/image/00-a4/resize:4000/format:jpeg"), None),
    ] {
        let mut row = MediaRecord {
            occid,
            record_id: format!("row-{occid}"),
            url: original.replace("4000", "1250"),
            original_url: original.clone(),
            source_identifier: Some(format!("00-a{occid}; filename: TST{occid:08}.jpg")),
            rights: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
            ..MediaRecord::default()
        };
        if let Some(archive) = archive {
            row.set_address(Variant::Archive, archive);
        }
        bench.portal.add_row(row);
    }
    bench.web.show_file(format!("{base}/image/00-a1"), "image/jpeg", jpeg(1));
    bench.web.show_file(format!("{base}/image/00-a2").replace("https", "http"), "image/jpeg", jpeg(2));
    bench.web.show_file(format!("{base}/image/00-a3"), "image/jpeg", jpeg(3)[..5_000].to_vec());
    let before = bench.rows();
    let report = bench.rebase(&rehost());
    assert_eq!((report.found, report.moved, report.failed), (4, 2, 2), "{report:?} {:?}", bench.waiting());
    let after = bench.rows();
    for (row, old) in after.iter().zip(&before).take(2) {
        assert!(row.addresses().all(|address| !address.contains("bisque")), "{row:?}");
        assert_eq!(row.media_md5, Some(md5_hex(&jpeg(row.occid))));
        assert_eq!((row.pixel_x_dimension, row.pixel_y_dimension), (Some(400), Some(600)));
        assert_eq!(
            (&row.record_id, &row.source_identifier, &row.rights),
            (&old.record_id, &old.source_identifier, &old.rights)
        );
        assert!(row.original_url.ends_with(&format!("TST{:08}.jpg", row.occid)), "{row:?}");
    }
    assert!(after[0].archive_url().is_some() && after[1].archive_url().is_none());
    assert_eq!(after[2..], before[2..]);
    // The half one is whole, and the missing one is there: the next time they come too.
    bench.web.show_file(format!("{base}/image/00-a3"), "image/jpeg", jpeg(3));
    bench.web.show_file(format!("{base}/image/00-a4"), "image/jpeg", jpeg(4));
    let again = bench.rebase(&rehost());
    assert_eq!((again.found, again.moved), (2, 2), "{again:?} {:?}", bench.waiting());
    for batch in [report.batch, again.batch] {
        wait(undo(bench.context(), batch.unwrap())).unwrap();
    }
    assert_eq!(bench.rows(), before);
}
