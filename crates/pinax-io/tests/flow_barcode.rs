//! The flow `run` over drawn sheets whose barcodes agree with their names, or do not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use pinax_core::flows::review;
use pinax_core::flows::run::{Ask, RunContext, RunReport, run};
use pinax_core::nouns::batch::{BatchItem, Outcome, ReviewDecision, Verdict};
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::profile::{AfterLink, BarcodePolicy, Existing, Missing, Profile, QualityPolicy, Rights};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::converter::NoConverter;
use pinax_core::ports::ledger::{ItemFilter, Ledger as _};
use pinax_core::ports::progress::Silent;
use pinax_core::ports::stop::Never;
use pinax_core::ports::web::NoWeb;
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::{BarcodeRule, NamePattern};
use pinax_core::steps::look::{LookOptions, Symbology};
use pinax_core::steps::places::SizePlaces;
use pinax_core::steps::publish::KeyTemplate;
use pinax_io::clock::SystemClock;
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_sheet::Sheet;
use pinax_testkit::memory_portal::MemoryPortal;
use pinax_testkit::memory_source::MemorySource;
use pinax_testkit::memory_store::MemoryStore;
use tempfile::TempDir;

struct Bench {
    _folder: TempDir,
    profile: Profile,
    source: MemorySource,
    store: MemoryStore,
    portal: MemoryPortal,
    ledger: SqliteLedger,
}

impl Bench {
    fn new(records: u64, barcode: BarcodePolicy) -> Self {
        let folder = TempDir::new().unwrap();
        let ledger = SqliteLedger::open(&folder.path().join("ledger"), "a test").unwrap();
        let pattern = r"/^(TST\d{8})\D*/";
        let look = LookOptions {
            barcode,
            rule: Arc::new(BarcodeRule::new(pattern, None).unwrap()),
            symbologies: vec![Symbology::Code128],
            quality: QualityPolicy::Report,
        };
        let profile = Profile {
            match_on: vec![MatchField::CatalogNumber],
            missing: Missing::Review,
            existing: Existing::Skip,
            name: "tst".to_owned(),
            collection: "TST:VASC".parse().unwrap(),
            pattern: Arc::new(NamePattern::new(pattern, None).unwrap()),
            look,
            recipe: DerivativeRecipe { medium_px: 200, thumbnail_px: Some(50), ..DerivativeRecipe::default() },
            keys: KeyTemplate::default(),
            places: SizePlaces::default(),
            rights: Rights::default(),
            skeletal: true,
            rights_map: None,
            rights_from_picture: false,
            after: AfterLink::Keep,
            max_pixels: 10_000_000,
            max_source_bytes: 10_000_000,
        };
        let portal = MemoryPortal::with_records(records);
        Self { _folder: folder, profile, source: MemorySource::new(), store: MemoryStore::new(), portal, ledger }
    }

    fn run(&self) -> RunReport {
        let context = RunContext {
            profile: &self.profile,
            source: &self.source,
            store: &self.store,
            ask: Ask::default(),
            web: &NoWeb,
            converter: &NoConverter,
            portal: &self.portal,
            ledger: &self.ledger,
            progress: &Silent,
            clock: &SystemClock,
            stop: &Never,
            workers: 2,
            pixel_memory_bytes: 100_000_000,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(run(context)).unwrap()
    }

    /// What waits: name of the file and why.
    fn waiting(&self) -> BTreeMap<String, ReasonCode> {
        let items = self.ledger.items(&ItemFilter::Waiting(None), None, None, 1000).unwrap();
        items.into_iter().map(|item| (item.image.locator.to_string(), item.reason.unwrap().code)).collect()
    }

    fn waiting_for(&self, code: ReasonCode) -> Vec<BatchItem> {
        let items = self.ledger.items(&ItemFilter::Waiting(None), Some(Outcome::Review), None, 1000).unwrap();
        items.into_iter().filter(|item| item.reason.as_ref().is_some_and(|reason| reason.code == code)).collect()
    }

    /// Of each picture that is linked: the number of its name, and that of its record.
    fn linked(&self) -> Vec<(u64, u64)> {
        let name = |url: &str| {
            let at = url.rfind("/TST").unwrap() + "/TST".len();
            url[at..at + 8].parse().unwrap()
        };
        let mut linked: Vec<(u64, u64)> =
            self.portal.rows().iter().map(|row| (name(&row.record.original_url), row.record.occid)).collect();
        linked.sort_unstable();
        linked
    }
}

fn number(number: u64) -> String {
    format!("TST{number:08}")
}

/// A small sheet with the barcode of a number, or with none that can be read.
fn sheet(shown: Option<u64>, seed: u64) -> pinax_sheet::Picture {
    let says = shown.map_or("no barcode here: é".to_owned(), number);
    Sheet::made_up(&says, seed).size(700, 1050).draw()
}

fn jpeg(picture: &pinax_sheet::Picture) -> Vec<u8> {
    let options = pinax_image::EncodeOptions { quality: 90, ..pinax_image::EncodeOptions::default() };
    pinax_image::encode_rgb(picture.width_px, picture.height_px, &picture.rgb, &options).unwrap()
}

fn decision(verdict: Verdict) -> ReviewDecision {
    ReviewDecision { verdict, catalog_number: None, occid: None, who: "test".to_owned(), decided_ms: 1 }
}

#[test]
fn every_wrong_pair_of_a_shifted_batch_is_caught_and_no_right_one_is_held_back() {
    const PICTURES: u64 = 300;
    const LEFT_OUT: u64 = 151;
    let unread = [10, 22, 50, 51, 120, 200, 201, 280];
    let swapped = [(20, 21), (77, 78)];
    let truth = |name: u64| {
        let other = swapped.iter().find_map(|(one, other)| match name {
            name if name == *one => Some(*other),
            name if name == *other => Some(*one),
            _ => None,
        });
        other.unwrap_or(if name < LEFT_OUT { name } else { name + 1 })
    };
    let bench = Bench::new(PICTURES + 1, BarcodePolicy::Check);
    for name in 1..=PICTURES {
        let shown = (!unread.contains(&name)).then(|| truth(name));
        bench.source.put(format!("{}.jpg", number(name)), jpeg(&sheet(shown, truth(name))));
    }
    let report = bench.run();

    let wrong: Vec<u64> = (1..=PICTURES).filter(|name| truth(*name) != *name).collect();
    let right: Vec<(u64, u64)> = (1..=PICTURES).filter(|name| truth(*name) == *name).map(|name| (name, name)).collect();
    assert_eq!(bench.linked(), right);
    assert_eq!((report.linked, report.review), (right.len() as u64, wrong.len() as u64));
    let waiting = bench.waiting();
    let expected: BTreeMap<String, ReasonCode> = wrong
        .iter()
        .map(|name| {
            let code = if *name < LEFT_OUT { ReasonCode::BarcodeContradicts } else { ReasonCode::Shifted };
            (format!("{}.jpg", number(*name)), code)
        })
        .collect();
    assert_eq!(waiting, expected);
    let told: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.message.contains("in a row"))
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "150 pictures in a row, TST00000151.jpg to TST00000300.jpg, show the sheet 1 place after the one of their name: \
          the first is TST00000152"
        ]
    );

    // Nothing more is known the next time.
    let again = bench.run();
    assert_eq!((again.linked, again.unchanged), (0, PICTURES));

    let shifted = bench.waiting_for(ReasonCode::Shifted);
    review::decide(&bench.ledger, &shifted, &decision(Verdict::Accept)).unwrap();
    assert_eq!(bench.run().linked, shifted.len() as u64);
    let of_their_sheets: Vec<u64> =
        bench.linked().iter().filter(|(name, _)| *name >= LEFT_OUT).map(|(_, record)| *record).collect();
    assert_eq!(of_their_sheets, (LEFT_OUT + 1..=PICTURES + 1).collect::<Vec<_>>());
}

#[test]
fn a_picture_of_several_specimens_is_linked_to_each_without_a_copy() {
    let bench = Bench::new(3, BarcodePolicy::Check);
    let (mut both, below) = (sheet(Some(1), 1), sheet(Some(2), 2));
    both.rgb.extend_from_slice(&below.rgb);
    both.height_px += below.height_px;
    bench.source.put("TST00000001.jpg", jpeg(&both));
    bench.source.put("TST00000003.jpg", jpeg(&sheet(Some(3), 3)));
    let report = bench.run();
    assert_eq!((report.found, report.shared, report.linked), (2, 1, 3), "{report:?}");
    assert_eq!(bench.linked(), [(1, 1), (1, 2), (3, 3)]);
    let rows = bench.portal.rows();
    let of = |occid: u64| rows.iter().find(|row| row.record.occid == occid).unwrap();
    assert_eq!(of(1).record.original_url, of(2).record.original_url);
    assert_ne!(of(1).record.record_id, of(2).record.record_id);
    let again = bench.run();
    assert_eq!((again.linked, again.shared, again.unchanged), (0, 0, 2));
    assert_eq!(bench.portal.rows().len(), 3);
}

#[test]
fn a_barcode_may_be_required_or_be_the_name() {
    let bench = Bench::new(9, BarcodePolicy::Require);
    bench.source.put("TST00000001.jpg", jpeg(&sheet(Some(1), 1)));
    bench.source.put("TST00000002.jpg", jpeg(&sheet(None, 2)));
    assert_eq!(bench.run().linked, 1);
    assert_eq!(bench.waiting(), BTreeMap::from([("TST00000002.jpg".to_owned(), ReasonCode::NoBarcode)]));
    let waiting = bench.waiting_for(ReasonCode::NoBarcode);
    review::decide(&bench.ledger, &waiting, &decision(Verdict::Accept)).unwrap();
    assert_eq!(bench.run().linked, 1);
    assert_eq!(bench.linked(), [(1, 1), (2, 2)]);

    let bench = Bench::new(9, BarcodePolicy::InsteadOfName);
    bench.source.put("DSC_0001.jpg", jpeg(&sheet(Some(7), 1)));
    bench.source.put("DSC_0002.jpg", jpeg(&sheet(None, 2)));
    bench.source.put("DSC_0003.jpg", jpeg(&sheet(Some(12), 3)));
    let report = bench.run();
    assert_eq!((report.linked, report.review), (1, 2));
    assert_eq!(bench.portal.rows()[0].record.occid, 7);
    let expected = [("DSC_0002.jpg", ReasonCode::NoBarcode), ("DSC_0003.jpg", ReasonCode::NoRecord)];
    assert_eq!(bench.waiting(), expected.map(|(name, code)| (name.to_owned(), code)).into());
}

#[test]
fn a_person_knows_better_than_a_barcode() {
    let bench = Bench::new(9, BarcodePolicy::Check);
    bench.source.put("TST00000001.jpg", jpeg(&sheet(Some(5), 1)));
    bench.source.put("TST00000002.jpg", jpeg(&sheet(Some(6), 2)));
    assert_eq!(bench.run().review, 2);
    let waiting = bench.waiting_for(ReasonCode::BarcodeContradicts);
    for item in &waiting {
        let reading = bench.ledger.reading(item.id).unwrap().unwrap();
        assert!(pinax_image::sniff(&reading.crop.unwrap()).is_some(), "the barcode is there to be looked at");
    }
    review::decide(&bench.ledger, &waiting[..1], &decision(Verdict::Accept)).unwrap();
    let assigned = ReviewDecision {
        catalog_number: Some(CatalogNumber::new("TST00000006").unwrap()),
        ..decision(Verdict::Assign)
    };
    review::decide(&bench.ledger, &waiting[1..], &assigned).unwrap();
    assert_eq!(bench.run().linked, 2);
    let mut records: Vec<u64> = bench.portal.rows().iter().map(|row| row.record.occid).collect();
    records.sort_unstable();
    assert_eq!(records, [1, 6]);
}
