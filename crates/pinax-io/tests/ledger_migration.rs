//! A ledger of an older version is brought up to date, and keeps all it holds.

use pinax_core::nouns::batch::{BatchId, ItemId, Outcome};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::ledger::{ItemFilter, Ledger as _};
use pinax_io::ledger::sqlite::SqliteLedger;
use rusqlite::Connection;

const FIRST: &str = include_str!("../src/ledger/migrations/0001.sql");

/// One batch of the first version: a linked picture with a size and two changes, and one that waits.
const FILLED: &str = "
    INSERT INTO profile VALUES (1, 'tst');
    INSERT INTO batch VALUES (7, 1, 1000, 2000);
    INSERT INTO item (id, batch_id, profile_id, locator, size_bytes, modified_ns, catalog_number, suffix, rank, stage,
                      outcome, reason, message, sha256, occid, record_id, to_do)
    VALUES (1, 7, 1, CAST('a.jpg' AS BLOB), 10, 1, 'A1', '', 0, 'linked', 'done', NULL, NULL, zeroblob(32), 5, 'row', 0),
           (2, 7, 1, CAST('b.jpg' AS BLOB), 10, 1, 'A1', '_b', 2, 'derived', 'review', 'address-taken', 'taken',
            zeroblob(32), 5, NULL, 0);
    INSERT INTO source VALUES (1, CAST('a.jpg' AS BLOB), 10, 1, 1, 1), (1, CAST('b.jpg' AS BLOB), 10, 1, 2, 2);
    INSERT INTO derivative VALUES (1, 'originalUrl', 'A1.jpg', 'https://h/A1.jpg', 10, zeroblob(32), 'md5', 4, 3);
    INSERT INTO store VALUES (1, 'folder');
    INSERT INTO object VALUES (1, 'A1.jpg', zeroblob(32));
    INSERT INTO change VALUES (1, 7, 1, 'object', 'A1.jpg', NULL, '{}', 'done', 1, 2),
                              (2, 7, 1, 'media', 'row', NULL, '{\"occid\":5,\"recordId\":\"row\"}', 'done', 1, 2);";

#[test]
fn a_ledger_of_the_first_version_keeps_all_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(FIRST).unwrap();
    old.execute_batch(FILLED).unwrap();
    old.pragma_update(None, "application_id", 0x5069_6e78).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);

    let error = SqliteLedger::open_to_read(&path).unwrap_err();
    assert!(error.hint_text().unwrap().contains("pinax run"), "{error}");
    let ledger = SqliteLedger::open(&path, "a test").unwrap();
    let items = ledger.items(&ItemFilter::Batch(BatchId(7)), None, None, 9).unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!((items[0].outcome, items[0].record_id.as_deref()), (Some(Outcome::Done), Some("row")));
    assert_eq!(items[1].reason.as_ref().unwrap().code, ReasonCode::Existing);
    assert_eq!(ledger.derivatives(ItemId(1)).unwrap().len(), 1);
    let changes = ledger.standing_changes(BatchId(7), None, 9).unwrap();
    assert_eq!(
        changes.iter().map(|change| change.id.0).collect::<Vec<_>>(),
        [2, 1],
        "what was linked can be taken back"
    );
    assert_eq!(ledger.note_unshown("folder", 5).unwrap(), 0, "it is shown");
    drop(ledger);
    let look = Connection::open(&path).unwrap();
    let broken: i64 = look.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
}
