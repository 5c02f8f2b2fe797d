//! The flow `run` over a source, store and portal in memory that fail when told to, with a real ledger.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use pinax_core::flows::run::{Ask, Interrupted, RunContext, RunReport, run};
use pinax_core::nouns::batch::Outcome;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::profile::{AfterLink, Existing, Missing, Profile, Rights};
use pinax_core::ports::converter::NoConverter;
use pinax_core::ports::ledger::{ItemFilter, Ledger as _};
use pinax_core::ports::progress::Silent;
use pinax_core::ports::stop::Never;
use pinax_core::ports::web::NoWeb;
use pinax_core::steps::derive::DerivativeRecipe;
use pinax_core::steps::identify::NamePattern;
use pinax_core::steps::look::LookOptions;
use pinax_core::steps::places::SizePlaces;
use pinax_core::steps::publish::KeyTemplate;
use pinax_core::{Error, ErrorKind};
use pinax_image::{Embed, Taken, embed, picture_facts};
use pinax_io::clock::SystemClock;
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_testkit::memory_portal::{Call, MemoryPortal, When};
use pinax_testkit::memory_source::{MemorySource, SourceCall};
use pinax_testkit::memory_store::{MemoryStore, StoreCall};
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
    fn new(pictures: u64) -> Self {
        let folder = TempDir::new().unwrap();
        let ledger = SqliteLedger::open(&folder.path().join("ledger"), "a test").unwrap();
        let source = MemorySource::new();
        for number in 1..=pictures {
            source.put(format!("TST{number:08}.jpg"), picture(number));
        }
        let profile = Profile {
            match_on: vec![MatchField::CatalogNumber],
            missing: Missing::Review,
            existing: Existing::Skip,
            name: "tst".to_owned(),
            collection: "TST:VASC".parse().unwrap(),
            pattern: Arc::new(NamePattern::new(r"/^(TST\d+)\D*/", None).unwrap()),
            recipe: DerivativeRecipe::default(),
            keys: KeyTemplate::default(),
            places: SizePlaces::default(),
            rights: Rights::default(),
            skeletal: true,
            rights_map: None,
            rights_from_picture: false,
            look: LookOptions::nothing(),
            after: AfterLink::Keep,
            max_pixels: 1_000_000,
            max_source_bytes: 1_000_000,
        };
        let (store, portal) = (MemoryStore::new(), MemoryPortal::with_records(pictures));
        Self { _folder: folder, profile, source, store, portal, ledger }
    }

    fn run(&self) -> Result<RunReport, Box<Interrupted>> {
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
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(context))
    }

    fn reasons(&self) -> Vec<String> {
        let items = self.ledger.items(&ItemFilter::Waiting(None), Some(Outcome::Failed), None, 100).unwrap();
        items.into_iter().map(|item| item.reason.unwrap().code.to_string()).collect()
    }

    /// Every row shows objects that are there, and every picture has one row.
    fn assert_whole(&self, pictures: usize) {
        let (rows, objects) = (self.portal.rows(), self.store.objects());
        assert_eq!(rows.len(), pictures);
        for row in rows {
            let key = row.record.original_url.rsplit_once("TST00000/").unwrap().1;
            assert!(objects.contains_key(&format!("TST00000/{key}")), "{key}");
        }
    }
}

fn picture(seed: u64) -> Vec<u8> {
    let colour = u8::try_from(seed % 251).unwrap();
    pinax_image::encode_rgb(40, 60, &[colour; 40 * 60 * 3], &pinax_image::EncodeOptions::default()).unwrap()
}

fn gone() -> Error {
    Error::new(ErrorKind::Unavailable, "gone")
}

#[test]
fn what_reads_back_different_is_never_linked_and_tried_again() {
    let bench = Bench::new(5);
    bench.store.spoil(3);
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.failed), (4, 1));
    assert_eq!(bench.reasons(), ["not-published"]);
    bench.assert_whole(4);
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.waiting.failed), (1, 0));
    bench.assert_whole(5);
    assert_eq!(bench.store.objects().len(), 10, "no object is left over");
}

#[test]
fn a_full_store_stops_the_run_and_the_next_goes_on() {
    let bench = Bench::new(8);
    bench.store.leave_room(Some(4000));
    let interrupted = bench.run().unwrap_err();
    assert_eq!(interrupted.error.kind(), ErrorKind::Full);
    assert!(bench.reasons().is_empty(), "a full disk is nobody's fault: {:?}", bench.reasons());
    bench.store.leave_room(None);
    let report = bench.run().unwrap();
    assert!(report.resumed);
    bench.assert_whole(8);
}

#[test]
fn a_portal_that_fails_at_any_call_costs_nothing() {
    for (call, when) in [
        (Call::Collection, When::Before),
        (Call::FindOccurrences, When::Before),
        (Call::MediaOf, When::Before),
        (Call::Apply, When::Before),
        (Call::Apply, When::After),
        (Call::Finish, When::Before),
    ] {
        let bench = Bench::new(6);
        bench.portal.fail(call, 1, when, gone());
        let interrupted = bench.run().unwrap_err();
        assert_eq!(interrupted.error.kind(), ErrorKind::Unavailable, "{call:?}");
        assert!(bench.reasons().is_empty());
        let report = bench.run().unwrap();
        assert_eq!(report.waiting.failed, 0, "{call:?}");
        bench.assert_whole(6);
        let batch = bench.ledger.batches(None).unwrap().remove(0);
        assert!(bench.ledger.unsettled(batch.id).unwrap().is_empty(), "{call:?}: every change is settled");
        assert_eq!(bench.run().unwrap().unchanged, 6, "{call:?}");
        bench.assert_whole(6);
    }
}

#[test]
fn one_unreadable_file_fails_alone() {
    let bench = Bench::new(3);
    bench.source.fail(SourceCall::Read, 2, ErrorKind::Io);
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.failed), (2, 1));
    assert_eq!(bench.reasons(), ["unreadable"]);
    assert_eq!(bench.run().unwrap().linked, 1);
    bench.assert_whole(3);
}

#[test]
fn a_source_file_goes_only_after_its_link() {
    let mut bench = Bench::new(4);
    bench.profile.after = AfterLink::Delete;
    bench.portal.fail(Call::Apply, 1, When::Before, gone());
    bench.run().unwrap_err();
    assert_eq!(bench.source.files().len(), 4, "nothing is linked, nothing goes");
    bench.source.fail(SourceCall::TakeAway, 1, ErrorKind::Io);
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.findings.len()), (4, 1));
    assert_eq!(bench.source.files().len(), 1, "one could not be deleted; its link stands");
    bench.assert_whole(4);
}

#[test]
fn a_store_that_refuses_one_put_fails_that_picture_alone() {
    let bench = Bench::new(4);
    bench.store.fail(StoreCall::Put, 2, ErrorKind::Io);
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.failed), (3, 1));
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.waiting.failed), (1, 0));
    bench.assert_whole(4);
    assert_eq!(bench.store.objects().len(), 8, "no object is left over");
}

impl Bench {
    /// The MD5s the portal's rows hold, sorted.
    fn shown(&self) -> Vec<String> {
        let mut sums: Vec<String> = self.portal.rows().into_iter().map(|row| row.record.media_md5.unwrap()).collect();
        sums.sort();
        sums
    }
}

fn sums(seeds: &[u64]) -> Vec<String> {
    let mut sums: Vec<String> =
        seeds.iter().map(|seed| pinax_core::nouns::checksum::md5_hex(&picture(*seed))).collect();
    sums.sort();
    sums
}

#[test]
fn what_was_published_before_a_kill_is_proved_again_before_it_is_linked() {
    let mut bench = Bench::new(5);
    bench.profile.after = AfterLink::Delete;
    bench.portal.fail(Call::Apply, 1, When::Before, gone());
    bench.run().unwrap_err();
    for key in bench.store.objects().into_keys() {
        bench.store.lose(&key);
    }
    assert_eq!(bench.run().unwrap().linked, 5);
    bench.assert_whole(5);
    assert!(bench.source.files().is_empty());
}

#[test]
fn contents_that_move_between_two_pictures_of_a_specimen_are_all_shown() {
    let bench = Bench::new(1);
    bench.source.put("TST00000001_2.jpg", picture(2));
    bench.run().unwrap();
    bench.source.put("TST00000001.jpg", picture(2));
    bench.source.put("TST00000001_2.jpg", picture(3));
    bench.run().unwrap();
    assert_eq!(bench.shown(), sums(&[2, 3]));
}

#[test]
fn a_duplicate_is_linked_when_its_twin_shows_something_else() {
    let bench = Bench::new(1);
    bench.source.put("TST00000001_2.jpg", picture(1));
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.needed_nothing), (1, 1));
    bench.source.put("TST00000001.jpg", picture(9));
    bench.run().unwrap();
    bench.run().unwrap();
    assert_eq!(bench.shown(), sums(&[1, 9]));
}

#[test]
fn a_source_file_is_taken_away_by_the_next_run_when_this_one_was_cut_off_after_the_link() {
    let mut bench = Bench::new(5);
    bench.profile.after = AfterLink::Delete;
    bench.portal.fail(Call::Apply, 1, When::After, gone());
    bench.run().unwrap_err();
    assert_eq!((bench.portal.rows().len(), bench.source.files().len()), (5, 5));
    bench.run().unwrap();
    assert!(bench.source.files().is_empty());
    bench.assert_whole(5);
}

#[test]
fn one_record_under_two_numbers_shows_a_picture_once() {
    let bench = Bench::new(0);
    bench.portal.add_record(1, 7, "124");
    for name in ["TST.jpg", "124.jpg"] {
        bench.source.put(name, picture(4));
    }
    bench.source.put("00124.jpg", picture(4));
    let mut bench = bench;
    bench.profile.pattern = Arc::new(NamePattern::new(r"/^(\d+)/", None).unwrap());
    let report = bench.run().unwrap();
    assert_eq!((report.linked, report.needed_nothing, report.review), (1, 1, 1));
}

/// A picture with words of its own, and a place in its XMP unless that is empty.
fn picture_from(place: &str) -> Vec<u8> {
    let own = Embed {
        creator: Some("Ann Artist".to_owned()),
        taken: Taken::read("2019:05:04 10:11:12", None),
        camera_make: Some("Canon".to_owned()),
        usage_terms: Some("ask us".to_owned()),
        ..Embed::default()
    };
    let written = embed(&picture(1), &own).unwrap();
    let at = written.windows(10).position(|window| window == b"</rdf:RDF>").unwrap();
    let city = "<rdf:Description xmlns:p='http://ns.adobe.com/photoshop/1.0/' p:City='_'/>".replace('_', place);
    let city = if place.is_empty() { String::new() } else { city };
    // The packet is the second segment that begins with an application marker 1.
    let packet = written.windows(4).rposition(|window| window[..2] == [0xff, 0xe1]).unwrap();
    let length = u16::from_be_bytes([written[packet + 2], written[packet + 3]]) + u16::try_from(city.len()).unwrap();
    let mut bytes = [&written[..at], city.as_bytes(), &written[at..]].concat();
    bytes[packet + 2..packet + 4].copy_from_slice(&length.to_be_bytes());
    bytes
}

fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn sizes_say_what_their_row_says() {
    let published = || {
        let mut bench = Bench::new(0);
        bench.portal.add_record(1, 7, "TST00000001");
        bench.source.put("TST00000001.jpg", picture_from(""));
        bench.profile.rights_from_picture = true;
        bench.profile.rights.copyright = Some("© Herbarium".to_owned());
        bench.profile.rights.rights = Some("https://creativecommons.org/licenses/by/4.0/".to_owned());
        assert_eq!(bench.run().unwrap().linked, 1);
        (bench.portal.rows().remove(0).record, bench.store.objects())
    };
    let (row, objects) = published();
    let thumbnail = &objects["TST00000/TST00000001_tn.jpg"];
    let facts = picture_facts(thumbnail);
    assert_eq!(row.creator.as_deref(), Some("Ann Artist"));
    assert_eq!((facts.rights.creator, facts.rights.copyright), (row.creator, row.copyright));
    assert_eq!((facts.rights.rights, facts.rights.usage_terms), (row.rights, row.access_rights));
    assert_eq!(facts.taken.unwrap().to_string(), "2019-05-04T10:11:12");
    let sum = pinax_core::nouns::checksum::Sha256Sum::of(&picture_from(""));
    assert!(has(thumbnail, &format!("hash://sha256/{sum}")) && has(thumbnail, ">TST00000001<"));
    assert_eq!(published().1, objects, "the same again gives the same bytes");
}

#[test]
fn what_is_published_as_it_came_does_not_say_where_it_was_taken() {
    for (keep_location, place, goes) in [(false, "SECRET", false), (false, "", true), (true, "SECRET", true)] {
        let mut bench = Bench::new(0);
        bench.portal.add_record(1, 7, "TST00000001");
        bench.source.put("TST00000001.jpg", picture_from(place));
        bench.profile.recipe.keep_location = keep_location;
        bench.profile.after = AfterLink::Delete;
        let report = bench.run().unwrap();
        assert_eq!(report.linked, 1);
        let large = &bench.store.objects()["TST00000/TST00000001.jpg"];
        assert_eq!(*large == picture_from(place), goes);
        assert_eq!(has(large, "SECRET"), keep_location);
        assert!(has(large, "Ann Artist"));
        // The store holds the very bytes of the source, or the source stays.
        assert_eq!(bench.source.files().is_empty(), goes);
        assert_eq!(report.findings.is_empty(), goes);
    }
}
