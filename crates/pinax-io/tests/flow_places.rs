//! The flow `run` over pictures that are linked where they lie.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use pinax_core::flows::run::{Ask, RunContext, RunReport, run};
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::profile::{AfterLink, Existing, Missing, Profile, Rights};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::converter::NoConverter;
use pinax_core::ports::ledger::{ItemFilter, Ledger as _};
use pinax_core::ports::progress::Silent;
use pinax_core::ports::stop::Never;
use pinax_core::ports::store::{NoStore, Store};
use pinax_core::ports::web::Seen;
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::NamePattern;
use pinax_core::steps::look::LookOptions;
use pinax_core::steps::places::{AddressTemplate, SizeFrom, SizePlaces};
use pinax_core::steps::publish::KeyTemplate;
use pinax_image::{EncodeOptions, Limits, Renderer, Target, probe};
use pinax_io::clock::SystemClock;
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_sheet::Sheet;
use pinax_testkit::memory_portal::MemoryPortal;
use pinax_testkit::memory_source::MemorySource;
use pinax_testkit::memory_store::MemoryStore;
use pinax_testkit::memory_web::MemoryWeb;
use tempfile::TempDir;

const HOST: &str = "https://img.example.org/herb";

struct Bench {
    _folder: TempDir,
    profile: Profile,
    source: MemorySource,
    store: Box<dyn Store>,
    web: MemoryWeb,
    portal: MemoryPortal,
    ledger: SqliteLedger,
}

fn at(text: &str) -> SizeFrom {
    SizeFrom::At(AddressTemplate::new(text).unwrap())
}

/// All three sizes lie on the server.
fn on_the_server() -> SizePlaces {
    SizePlaces {
        original: at("https://img.example.org/herb/{name}.jpg"),
        medium: at("https://img.example.org/herb/{name}_med.jpg"),
        thumbnail: at("https://img.example.org/herb/{name}_tn.jpg"),
        ..SizePlaces::default()
    }
}

impl Bench {
    fn new(places: SizePlaces, store: impl Store + 'static) -> Self {
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
            places,
            rights: Rights::default(),
            skeletal: false,
            rights_map: None,
            rights_from_picture: false,
            after: AfterLink::Keep,
            max_pixels: 10_000_000,
            max_source_bytes: 10_000_000,
        };
        let (source, store, web) = (MemorySource::new(), Box::new(store), MemoryWeb::new());
        Self { _folder: folder, profile, source, store, web, portal: MemoryPortal::with_records(20), ledger }
    }

    fn run(&self) -> RunReport {
        let context = RunContext {
            profile: &self.profile,
            source: &self.source,
            ask: Ask::default(),
            store: self.store.as_ref(),
            web: &self.web,
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

    /// A sheet in the source, and its three sizes on the server.
    fn sheet(&self, number: u64) {
        let picture = jpeg(number);
        let name = format!("TST{number:08}");
        self.source.put(format!("{name}.jpg"), picture.clone());
        self.show(&format!("{name}_med.jpg"), smaller(&picture, 200));
        self.show(&format!("{name}_tn.jpg"), smaller(&picture, 50));
        self.show(&format!("{name}.jpg"), picture);
    }

    fn show(&self, name: &str, bytes: Vec<u8>) {
        self.web.show_file(format!("{HOST}/{name}"), "image/jpeg", bytes);
    }

    fn waiting(&self) -> BTreeMap<String, ReasonCode> {
        let items = self.ledger.items(&ItemFilter::Waiting(None), None, None, 1000).unwrap();
        items.into_iter().map(|item| (item.image.locator.to_string(), item.reason.unwrap().code)).collect()
    }

    fn rows(&self) -> Vec<MediaRecord> {
        self.portal.rows().into_iter().map(|row| row.record).collect()
    }
}

fn jpeg(seed: u64) -> Vec<u8> {
    let options = EncodeOptions { quality: 88, ..EncodeOptions::default() };
    Sheet::made_up(&format!("TST{seed:08}"), seed).size(400, 600).draw().to_jpeg(&options)
}

fn smaller(picture: &[u8], width_px: u32) -> Vec<u8> {
    let probe = probe(picture, &Limits::default()).unwrap();
    let target = Target { width_px, quality: 80 };
    Renderer::new(Limits::default()).render(picture, &probe, &[target]).unwrap().remove(0).bytes
}

#[test]
fn nothing_is_made_where_all_sizes_lie_on_the_server() {
    let bench = Bench::new(on_the_server(), NoStore);
    (1..=3).for_each(|number| bench.sheet(number));
    assert_eq!(bench.run().linked, 3);
    let row = bench.rows().into_iter().find(|row| row.original_url.contains("TST00000001")).unwrap();
    let shown = [row.original_url.as_str(), &row.url, row.thumbnail_url.as_deref().unwrap()];
    let name = format!("{HOST}/TST00000001");
    assert_eq!(shown, [format!("{name}.jpg"), format!("{name}_med.jpg"), format!("{name}_tn.jpg")]);
    assert_eq!((row.pixel_x_dimension, row.pixel_y_dimension), (Some(400), Some(600)));
    assert_eq!(row.media_md5.unwrap(), pinax_core::nouns::checksum::md5_hex(&jpeg(1)));
    let before = bench.web.calls();
    assert_eq!(bench.run().unchanged, 3);
    assert_eq!(bench.web.calls(), before, "nobody looks again at what is linked");
}

#[test]
fn sizes_that_are_not_there_are_made_and_published() {
    let places = SizePlaces { medium: SizeFrom::Make, thumbnail: SizeFrom::Make, ..on_the_server() };
    let bench = Bench::new(places, MemoryStore::new());
    bench.sheet(1);
    assert_eq!(bench.run().linked, 1);
    let row = bench.rows().remove(0);
    assert_eq!(row.original_url, format!("{HOST}/TST00000001.jpg"));
    assert!(row.url.ends_with("/TST00000/TST00000001_med.jpg") && !row.url.starts_with(HOST), "{}", row.url);
    let bench = Bench::new(SizePlaces { medium: SizeFrom::Nothing, ..on_the_server() }, NoStore);
    bench.sheet(1);
    assert_eq!((bench.run().linked, bench.rows().remove(0).url.as_str()), (1, ""));
}

#[test]
fn what_is_no_picture_or_another_one_is_never_linked() {
    let bench = Bench::new(on_the_server(), NoStore);
    (1..=10).for_each(|number| bench.sheet(number));
    let page = b"<!DOCTYPE html><title>Not found</title>".to_vec();
    let uri = |name: &str| format!("{HOST}/{name}");
    bench.web.show_file(uri("TST00000002.jpg"), "text/html", page.clone());
    bench.web.show_file(uri("TST00000003_med.jpg"), "image/jpeg", page.clone());
    bench.show("TST00000004_tn.jpg", Vec::new());
    let log_in = Some("https://login.example.org/cas".to_owned());
    bench.web.show(uri("TST00000005.jpg"), Seen { status: 200, redirected_to: log_in, bytes: page, ..Seen::default() });
    bench.web.remove(&uri("TST00000006_med.jpg"));
    // The thumbnail of another sheet, and one of another shape.
    bench.show("TST00000007_tn.jpg", smaller(&pattern(), 50));
    let wide = Sheet::made_up("TST00000008", 8).size(600, 400).draw().to_jpeg(&EncodeOptions::default());
    bench.show("TST00000008_med.jpg", smaller(&wide, 200));
    // Cut off on its way to the server, and exchanged behind our back.
    bench.show("TST00000009_med.jpg", smaller(&jpeg(9), 200)[..500].to_vec());
    bench.show("TST00000010.jpg", jpeg(11));
    assert_eq!(bench.run().linked, 1);
    use ReasonCode::{NotShown, Vanished, WrongPicture};
    let expected = [
        (2, NotShown),
        (3, NotShown),
        (4, NotShown),
        (5, NotShown),
        (6, Vanished),
        (7, WrongPicture),
        (8, WrongPicture),
        (9, NotShown),
        (10, WrongPicture),
    ];
    let expected = expected.into_iter().map(|(number, code)| (format!("TST{number:08}.jpg"), code)).collect();
    assert_eq!(bench.waiting(), expected);
    assert_eq!(bench.rows().len(), 1);
}

/// A picture that has nothing in common with a sheet.
fn pattern() -> Vec<u8> {
    let sheet = Sheet::made_up("TST00000099", 99).size(600, 400).draw();
    sheet.turned(1).to_jpeg(&EncodeOptions::default())
}

#[test]
fn what_vanished_is_told_and_stays_linked() {
    let bench = Bench::new(on_the_server(), NoStore);
    (1..=4).for_each(|number| bench.sheet(number));
    assert_eq!(bench.run().linked, 4);
    bench.source.remove("TST00000003.jpg");
    let report = bench.run();
    let told: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(told, ["1 file that was there before is not at the source any more: TST00000003.jpg"]);
    assert_eq!(bench.rows().len(), 4);
}
