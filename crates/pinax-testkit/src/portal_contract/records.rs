//! Clauses about records, for doors that can make and fill them.

use pinax_core::ErrorKind;
use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;

use super::{BATCH, PortalHarness, Seed, herbarium, numbers, wanted};

/// A record as a run makes it.
fn new_record(number: &str) -> OccurrenceRecord {
    let hex: String = number.bytes().rev().take(6).map(|byte| format!("{byte:02x}")).collect();
    OccurrenceRecord {
        record_id: format!("0b0e5c1a-0000-5000-8000-{hex:0>12}"),
        ..record(None, &[("catalogNumber", number), ("processingStatus", "unprocessed")])
    }
}

fn record(occid: Option<u64>, fields: &[(&str, &str)]) -> OccurrenceRecord {
    OccurrenceRecord {
        occid: occid.map(Occid),
        record_id: String::new(),
        fields: fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    }
}

fn create(record: &OccurrenceRecord) -> OccurrenceChange {
    OccurrenceChange::Create(Box::new(record.clone()))
}

fn remove(record: &OccurrenceRecord) -> OccurrenceChange {
    OccurrenceChange::Remove(Box::new(record.clone()))
}

/// Each column with what it held and what it shall hold.
fn set(occid: u64, columns: &[(&str, &str, &str)]) -> OccurrenceChange {
    let side = |of: fn(&(&str, &str, &str)) -> (String, String)| OccurrenceRecord {
        fields: columns.iter().map(of).collect(),
        ..record(Some(occid), &[])
    };
    OccurrenceChange::Set {
        before: Box::new(side(|(name, before, _)| ((*name).to_owned(), (*before).to_owned()))),
        after: Box::new(side(|(name, _, after)| ((*name).to_owned(), (*after).to_owned()))),
    }
}

/// Makes one change.
async fn one(
    portal: &dyn Portal,
    collection: &Collection,
    change: OccurrenceChange,
) -> pinax_core::Result<OccurrenceRecord> {
    let answers = portal.apply_occurrences(collection, BATCH, &[change]).await.expect("applied");
    let [answer] = <[_; 1]>::try_from(answers).expect("one answer");
    answer
}

async fn held(portal: &dyn Portal, collection: &Collection, occid: u64, columns: &[&str]) -> Vec<String> {
    let read = portal.occurrence_fields(collection, &[Occid(occid)], columns).await.expect("read");
    let [record] = <[_; 1]>::try_from(read).expect("one record");
    columns.iter().map(|column| record.fields[*column].clone()).collect()
}

async fn found(portal: &dyn Portal, collection: &Collection, number: &str) -> Vec<u64> {
    let found = portal.find_occurrences(collection, &[MatchField::CatalogNumber], &numbers(&[number])).await;
    found.expect("looked up").into_iter().flatten().map(|record| record.occid.0).collect()
}

fn can_make(portal: &dyn Portal) -> bool {
    portal.capabilities().create
}

fn can_fill(portal: &dyn Portal) -> bool {
    portal.capabilities().fill
}

/// A door that fills nothing makes records of little more than a number, and takes none away.
fn can_make_and_remove(portal: &dyn Portal) -> bool {
    can_make(portal) && can_fill(portal)
}

/// In one call, in a second one, and with its `recordID` in capitals: there is one record of the number, and the same.
pub async fn creating_twice_is_once<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(2)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_make(portal) {
        return;
    }
    let (first, other) = (new_record("TST00000077"), new_record("TST00000078"));
    let changes = [create(&first), create(&first), create(&other)];
    let mut occids = Vec::new();
    for _ in 0..2 {
        let answers = portal.apply_occurrences(&collection, BATCH, &changes).await.expect("applied");
        occids.push(answers.into_iter().map(|answer| answer.expect("made").occid.expect("told").0).collect::<Vec<_>>());
    }
    assert_eq!(occids[0], occids[1]);
    assert_eq!(occids[0][0], occids[0][1]);
    assert_ne!(occids[0][0], occids[0][2]);
    assert_eq!(found(portal, &collection, "TST00000077").await, occids[0][..1]);
    assert_eq!(found(portal, &collection, "TST00000078").await, occids[0][2..]);
}

/// The answer, the look-up and `occurrence_fields` agree.
pub async fn records_are_made_as_wanted<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_make_and_remove(portal) {
        return;
    }
    let mut wanted = new_record("TST00000077");
    wanted.fields.insert("sciname".to_owned(), "Quercus alba".to_owned());
    wanted.fields.insert("locality".to_owned(), "Zürich, \"Rämistraße\"; O'Hara's\nsecond line".to_owned());
    wanted.fields.insert("eventDate".to_owned(), "1899-07-04".to_owned());
    wanted.fields.insert("decimalLatitude".to_owned(), "-42.375".to_owned());
    let made = one(portal, &collection, create(&wanted)).await.expect("made");
    let occid = made.occid.expect("told").0;
    assert_eq!(OccurrenceRecord { occid: None, ..made }, wanted);
    assert_eq!(found(portal, &collection, "TST00000077").await, [occid]);
    let columns: Vec<&str> = wanted.fields.keys().map(String::as_str).collect();
    let wanted: Vec<String> = wanted.fields.values().cloned().collect();
    assert_eq!(held(portal, &collection, occid, &columns).await, wanted);
}

/// Too long, and a column nobody knows: named, and the others are made.
pub async fn a_refused_record_holds_up_no_other<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_make(portal) {
        return;
    }
    let mut records = [1, 2, 3, 4].map(|n| new_record(&format!("TST9000000{n}")));
    records[1].fields.insert("recordNumber".to_owned(), "9".repeat(46));
    records[2].fields.insert("occid = 1 --".to_owned(), "7".to_owned());
    let answers = portal.apply_occurrences(&collection, BATCH, &records.each_ref().map(create)).await.expect("applied");
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    for (answer, named) in [(&answers[1], "recordNumber"), (&answers[2], "occid = 1 --")] {
        let error = answer.as_ref().expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains(named), "{error}");
    }
    for (at, there) in [(1, true), (2, false), (3, false), (4, true)] {
        assert_eq!(!found(portal, &collection, &format!("TST9000000{at}")).await.is_empty(), there, "{at}");
    }
}

/// More than any adapter makes at once.
pub async fn many_records_are_answered_in_order<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_make(portal) {
        return;
    }
    let records: Vec<OccurrenceRecord> = (0..520).map(|n| new_record(&format!("TST{:08}", 70_000 - n))).collect();
    let changes: Vec<OccurrenceChange> = records.iter().map(create).collect();
    let answers = portal.apply_occurrences(&collection, BATCH, &changes).await.expect("applied");
    assert_eq!(answers.len(), records.len());
    for (record, answer) in records.iter().zip(answers) {
        let made = answer.expect("made");
        assert_eq!(made.fields, record.fields);
        assert!(H::CANNOT_CARRY.contains(&"recordID") || made.record_id == record.record_id);
    }
    assert!(portal.apply_occurrences(&collection, BATCH, &[]).await.expect("applied").is_empty());
}

/// Somebody's value stays; the answer tells it.
pub async fn only_what_is_empty_is_filled<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(2)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_fill(portal) {
        return;
    }
    one(portal, &collection, set(1, &[("country", "", "Peru")])).await.expect("somebody's");
    let change = set(1, &[("country", "", "Chile"), ("habitat", "", "bog"), ("recordNumber", "", "1204")]);
    let columns = ["country", "habitat", "recordNumber"];
    for _ in 0..2 {
        let now = one(portal, &collection, change.clone()).await.expect("filled");
        assert_eq!(now.occid, Some(Occid(1)));
        let told: Vec<&str> = columns.iter().map(|column| now.fields[*column].as_str()).collect();
        assert_eq!(told, ["Peru", "bog", "1204"]);
        assert_eq!(held(portal, &collection, 1, &columns).await, told);
    }
    assert_eq!(held(portal, &collection, 2, &columns).await, [""; 3]);
}

/// Empty columns are empty again.
pub async fn a_filling_is_taken_back_exactly<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_fill(portal) {
        return;
    }
    let columns = ["eventDate", "decimalLatitude", "habitat", "minimumElevationInMeters"];
    let values = ["1899-07-04", "42.5", "bog", "120"];
    let before = held(portal, &collection, 1, &columns).await;
    let there: Vec<_> = columns.iter().zip(&values).map(|(column, value)| (*column, "", *value)).collect();
    let back: Vec<_> = columns.iter().zip(&values).map(|(column, value)| (*column, *value, "")).collect();
    one(portal, &collection, set(1, &there)).await.expect("filled");
    assert_eq!(held(portal, &collection, 1, &columns).await, values);
    let now = one(portal, &collection, set(1, &back)).await.expect("taken back");
    assert!(now.fields.values().all(String::is_empty), "{now:?}");
    assert_eq!(held(portal, &collection, 1, &columns).await, before);
}

/// What somebody wrote over ours stays when ours is taken back.
pub async fn an_edit_since_is_kept<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_fill(portal) {
        return;
    }
    one(portal, &collection, set(1, &[("country", "", "Peru"), ("habitat", "", "bog")])).await.expect("filled");
    one(portal, &collection, set(1, &[("country", "Peru", "Bolivia")])).await.expect("somebody's");
    let back = set(1, &[("country", "Peru", ""), ("habitat", "bog", "")]);
    let now = one(portal, &collection, back).await.expect("taken back");
    assert_eq!([&now.fields["country"], &now.fields["habitat"]], ["Bolivia", ""]);
    assert_eq!(held(portal, &collection, 1, &["country", "habitat"]).await, ["Bolivia", ""]);
}

/// A conflict, and left out by `occurrence_fields`.
pub async fn a_record_that_is_gone_is_not_filled<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_fill(portal) {
        return;
    }
    let changes = [set(77, &[("habitat", "", "bog")]), set(1, &[("habitat", "", "fen")])];
    let answers = portal.apply_occurrences(&collection, BATCH, &changes).await.expect("applied");
    assert_eq!(answers[0].as_ref().expect_err("gone").kind(), ErrorKind::Conflict);
    assert_eq!(answers[1].as_ref().expect("filled").fields["habitat"], "fen");
    let read = portal.occurrence_fields(&collection, &[Occid(77), Occid(1)], &["habitat"]).await.expect("read");
    assert_eq!(read.iter().map(|record| record.occid).collect::<Vec<_>>(), [Some(Occid(1))]);
}

/// Not while a column that was written holds something else; and again, when it is gone.
pub async fn a_record_is_removed_only_untouched<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_make_and_remove(portal) {
        return;
    }
    let wanted = new_record("TST00000077");
    let occid = one(portal, &collection, create(&wanted)).await.expect("made").occid.expect("told").0;
    one(portal, &collection, set(occid, &[("processingStatus", "unprocessed", "reviewed")])).await.expect("edited");
    let error = one(portal, &collection, remove(&wanted)).await.expect_err("edited");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(found(portal, &collection, "TST00000077").await, [occid]);
    one(portal, &collection, set(occid, &[("processingStatus", "reviewed", "unprocessed")])).await.expect("back");
    for _ in 0..2 {
        one(portal, &collection, remove(&wanted)).await.expect("removed");
        assert!(found(portal, &collection, "TST00000077").await.is_empty());
    }
    assert_eq!(found(portal, &collection, "TST00000001").await, [1]);
}

/// And the picture stays.
pub async fn a_record_with_a_picture_is_not_removed<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !can_make_and_remove(portal) {
        return;
    }
    let (shown, bare) = (new_record("TST00000077"), new_record("TST00000078"));
    let occid = one(portal, &collection, create(&shown)).await.expect("made").occid.expect("told").0;
    one(portal, &collection, create(&bare)).await.expect("made");
    let picture = MediaChange::Insert(Box::new(wanted(occid, "a")));
    portal.apply(&collection, BATCH, &[picture]).await.expect("applied")[0].as_ref().expect("linked");
    let changes = [remove(&shown), remove(&bare)];
    let answers = portal.apply_occurrences(&collection, BATCH, &changes).await.expect("applied");
    assert_eq!(answers[0].as_ref().expect_err("shown").kind(), ErrorKind::Conflict);
    assert!(answers[1].is_ok(), "{answers:?}");
    assert_eq!(found(portal, &collection, "TST00000077").await, [occid]);
    assert!(found(portal, &collection, "TST00000078").await.is_empty());
    assert_eq!(harness.rows().await.len(), 1);
}

/// Records, those that show a picture, pictures; and the others, page by page.
pub async fn coverage_counts_and_lists<H: PortalHarness>() {
    let rows = vec![wanted(1, "a"), wanted(1, "b"), wanted(3, "a")];
    let mut seed = Seed { rows, ..Seed::counted(5) };
    seed.records.push(super::SeedRecord { collid: 2, occid: 9, catalog_number: "TST00000009".to_owned() });
    let harness = H::open(&seed).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    let Some(coverage) = portal.coverage(&collection).await.expect("counted") else { return };
    assert_eq!((coverage.records, coverage.with_pictures, coverage.pictures), (5, 2, 3));
    let page = async |after: Option<u64>, limit| {
        let page = portal.without_pictures(&collection, after.map(Occid), limit).await.expect("listed");
        page.iter().map(|record| record.occid.0).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 10).await, [2, 4, 5]);
    assert_eq!(page(None, 2).await, [2, 4]);
    assert_eq!(page(Some(4), 2).await, [5]);
    assert!(page(Some(5), 2).await.is_empty());
}
