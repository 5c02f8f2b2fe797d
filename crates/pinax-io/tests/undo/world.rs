//! Everything a run works with, and a look at all of it.

use std::sync::Arc;

use pinax_core::flows::run::{Ask, Interrupted, RunContext, RunReport, run};
use pinax_core::flows::undo::{InterruptedUndo, UndoReport, undo};
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::profile::{AfterLink, Existing, Missing, Profile, Rights};
use pinax_core::ports::converter::NoConverter;
use pinax_core::ports::portal::Portal;
use pinax_core::ports::progress::Silent;
use pinax_core::ports::stop::Never;
use pinax_core::ports::web::NoWeb;
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::NamePattern;
use pinax_core::steps::look::LookOptions;
use pinax_core::steps::places::SizePlaces;
use pinax_core::steps::publish::KeyTemplate;
use pinax_io::clock::SystemClock;
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::memory_source::MemorySource;
use pinax_testkit::memory_store::MemoryStore;
use tempfile::TempDir;

/// Tables a run may write to.
pub(crate) const TABLES: [&str; 6] =
    ["omoccurrences", "omoccuridentifiers", "media", "mediametadata", "omexsiccatinumbers", "omexsiccatiocclink"];

pub(crate) struct World {
    _folder: TempDir,
    pub(crate) profile: Profile,
    pub(crate) source: MemorySource,
    pub(crate) store: MemoryStore,
    pub(crate) portal: Box<dyn Portal>,
    pub(crate) ledger: SqliteLedger,
}

impl World {
    /// A fresh ledger, source and store before the portal in `server`.
    pub(crate) fn new(server: &TestMariadb) -> Self {
        let folder = TempDir::new().unwrap();
        let ledger = SqliteLedger::open(&folder.path().join("ledger"), "a test").unwrap();
        let options = MariadbOptions::new(server.url(), Some(TestMariadb::PASSWORD.to_owned()));
        Self {
            _folder: folder,
            profile: profile(),
            source: MemorySource::new(),
            store: MemoryStore::new(),
            portal: Box::new(MariadbPortal::new(&options).unwrap()),
            ledger,
        }
    }

    pub(crate) fn context(&self) -> RunContext<'_> {
        RunContext {
            profile: &self.profile,
            source: &self.source,
            store: &self.store,
            ask: Ask::default(),
            web: &NoWeb,
            converter: &NoConverter,
            portal: self.portal.as_ref(),
            ledger: &self.ledger,
            progress: &Silent,
            clock: &SystemClock,
            stop: &Never,
            workers: 2,
            pixel_memory_bytes: 100_000_000,
        }
    }

    pub(crate) async fn run(&self) -> RunReport {
        run(self.context()).await.unwrap_or_else(|error: Box<Interrupted>| panic!("the run stopped: {}", error.error))
    }

    pub(crate) async fn undo(&self, batch: BatchId) -> UndoReport {
        self.try_undo(batch).await.unwrap_or_else(|error| panic!("the undo stopped: {}", error.error))
    }

    pub(crate) async fn try_undo(&self, batch: BatchId) -> Result<UndoReport, Box<InterruptedUndo>> {
        undo(self.context(), batch).await
    }
}

fn profile() -> Profile {
    Profile {
        name: "tst".to_owned(),
        collection: "TST:VASC".parse().unwrap(),
        pattern: Arc::new(NamePattern::new(r"/^(TST\d+)\D*/", None).unwrap()),
        match_on: vec![MatchField::CatalogNumber],
        missing: Missing::Review,
        existing: Existing::Skip,
        recipe: DerivativeRecipe::default(),
        keys: KeyTemplate::default(),
        places: SizePlaces::default(),
        rights: Rights::default(),
        rights_map: None,
        rights_from_picture: false,
        look: LookOptions::nothing(),
        skeletal: true,
        after: AfterLink::Keep,
        max_pixels: 1_000_000,
        max_source_bytes: 1_000_000,
    }
}

/// A small picture; other seeds give other bytes.
pub(crate) fn picture(seed: u64) -> Vec<u8> {
    let [red, green, blue, ..] = seed.to_le_bytes();
    let pixels: Vec<u8> = [red, green, blue].repeat(24 * 32);
    pinax_image::encode_rgb(24, 32, &pixels, &pinax_image::EncodeOptions::default()).unwrap()
}
