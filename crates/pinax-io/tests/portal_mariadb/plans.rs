//! No query reads a whole table, as the server itself tells.

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::TestMariadb;

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

/// The statement as the server gets it, explained by it: by the index on catalogNumber, row by row.
#[tokio::test]
async fn the_look_up_goes_through_the_index_on_catalog_number() {
    let server = TestMariadb::with_records(RECORDS);
    server.exec("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1");
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    for asked in [1_usize, 40, 1000] {
        let numbers: Vec<CatalogNumber> =
            (1..=asked).map(|n| CatalogNumber::new(&format!("0{n:06}")).unwrap()).collect();
        portal.find_occurrences(&collection, &[MatchField::CatalogNumber], &numbers).await.unwrap();
        let executed = server.query(
            "SELECT argument FROM mysql.general_log
             WHERE command_type = 'Execute' AND argument LIKE '%FROM omoccurrences%' ORDER BY event_time DESC LIMIT 1",
        );
        // The client shows line breaks of values as \n.
        let statement = executed.trim().replace("\\n", " ");
        let plan = server.query(&format!(
            "SET NAMES utf8mb4; SET SESSION in_predicate_conversion_threshold = 0; EXPLAIN {statement}"
        ));
        let lines: Vec<&str> = plan.lines().collect();
        assert_eq!(lines.len(), 1, "{plan}");
        let cells: Vec<&str> = lines[0].split('\t').collect();
        assert!(["range", "ref"].contains(&cells[3]), "{plan}");
        assert_eq!(cells[5], "IX_occurrences_catalognumber", "{plan}");
    }
}
