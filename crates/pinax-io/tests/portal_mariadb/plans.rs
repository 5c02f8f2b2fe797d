//! No query reads a whole table, as the server itself tells.

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use crate::support::{BATCH, herbarium, inserts, portal};

const RECORDS: u32 = 20_000;

/// Rows the server read since it was last asked, by way of reading.
fn reads(server: &TestMariadb) -> u64 {
    let total = server.query(
        "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS
         WHERE VARIABLE_NAME IN ('HANDLER_READ_NEXT', 'HANDLER_READ_KEY', 'HANDLER_READ_RND_NEXT', 'HANDLER_READ_FIRST')",
    );
    total.trim().parse::<f64>().unwrap() as u64
}

#[tokio::test]
async fn look_ups_and_writes_read_what_they_need_and_no_more() {
    let server = TestMariadb::with_records(RECORDS);
    // A portal with many pictures: reading all of them would show.
    server.exec(
        "INSERT INTO media (occid, recordID, url, originalUrl, mediaType)
         SELECT occid, UUID(), CONCAT('https://a.example.org/', occid), CONCAT('https://a.example.org/o', occid), 'image'
         FROM omoccurrences WHERE occid > 1000;
         ANALYZE TABLE media;",
    );
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let numbers: Vec<CatalogNumber> =
        (1..=1000).map(|n| CatalogNumber::new(&format!("TST{:08}", n * 7)).unwrap()).collect();
    let occids: Vec<Occid> = (5000..5250).map(Occid).collect();

    // The server's own count of reading is taken by asking it, which reads a little too.
    let idle = reads(&server);
    let idle = reads(&server) - idle;
    let before = reads(&server);
    let found = portal.find_occurrences(&collection, &[MatchField::CatalogNumber], &numbers).await.unwrap();
    let look_up = reads(&server) - before - idle;
    assert!(found.iter().all(|records| records.len() == 1));
    assert!(look_up < 6 * 1000, "{look_up} reads for 1000 numbers");

    let before = reads(&server);
    assert_eq!(portal.media_of(&collection, &occids).await.unwrap().len(), 250);
    let media = reads(&server) - before - idle;
    assert!(media < 10 * 250, "{media} reads for the pictures of 250 records");

    let before = reads(&server);
    portal.apply(&collection, BATCH, &inserts(250)).await.unwrap();
    let write = reads(&server) - before - idle;
    assert!(write < 20 * 250, "{write} reads to write 250 rows");
}

/// The statement as the server gets it, explained by it: each column by its own index, and no more rows than are asked for.
#[tokio::test]
async fn every_look_up_goes_through_the_index_of_its_column() {
    for version in [SchemaVersion::V3_0, SchemaVersion::V3_2, SchemaVersion::V3_4] {
        let server = TestMariadb::with_records_of(version, RECORDS);
        server.exec(
            "UPDATE omoccurrences SET otherCatalogNumbers = CONCAT('O', occid), recordID = CONCAT('R', occid);
             INSERT INTO omoccuridentifiers (occid, identifierValue, modifiedUid)
             SELECT occid, CONCAT('I', occid), 1 FROM omoccurrences;
             ANALYZE TABLE omoccurrences, omoccuridentifiers;
             SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1;",
        );
        let portal = portal(&server);
        let collection = herbarium(&portal).await;
        for field in MatchField::ALL {
            for asked in [1_usize, 40, 1000] {
                let start = match field {
                    MatchField::CatalogNumber => "TST000",
                    MatchField::OtherCatalogNumbers => "O",
                    MatchField::IdentifierValue => "I",
                    MatchField::OccurrenceId => "urn:occurrence:",
                    MatchField::RecordId => "R",
                };
                let numbers: Vec<CatalogNumber> =
                    (10_001..).take(asked).map(|n| CatalogNumber::new(&format!("{start}{n}")).unwrap()).collect();
                let found = portal.find_occurrences(&collection, &[field], &numbers).await.unwrap();
                assert!(found.iter().all(|records| records.len() == 1), "{version} {field}");
                explained(&server, field, asked as u64);
            }
        }
    }
}

fn explained(server: &TestMariadb, field: MatchField, asked: u64) {
    let executed = server.query(
        "SELECT argument FROM mysql.general_log
         WHERE command_type = 'Execute' AND argument LIKE '%FORCE INDEX%' ORDER BY event_time DESC LIMIT 1",
    );
    // The client shows line breaks of values as \n.
    let statement = executed.trim().replace("\\n", " ");
    assert!(statement.contains(field.as_str()), "{statement}");
    let plan = server
        .query(&format!("SET NAMES utf8mb4; SET SESSION in_predicate_conversion_threshold = 0; EXPLAIN {statement}"));
    let lines: Vec<Vec<&str>> = plan.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), if field == MatchField::IdentifierValue { 2 } else { 1 }, "{plan}");
    let (access, index, rows) = (lines[0][3], lines[0][5].to_lowercase(), lines[0][8].parse::<u64>().unwrap());
    assert!(["range", "ref", "const"].contains(&access), "{plan}");
    let column = if field == MatchField::IdentifierValue { "value" } else { field.as_str() };
    assert!(index.contains(&column.to_lowercase()), "{plan}");
    // A list is filled up to a power of two.
    assert!(rows <= 2 * asked.next_power_of_two(), "{plan}");
    if let Some(record) = lines.get(1) {
        assert_eq!((record[3], record[5], record[8]), ("eq_ref", "PRIMARY", "1"), "{plan}");
    }
}
