//! What `finish` writes.

use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::TestMariadb;

use crate::support::{BATCH, herbarium, inserts, portal};

#[tokio::test]
async fn counts_are_those_of_symbiota() {
    let server = TestMariadb::with_records(10);
    server.exec(
        "UPDATE omcollectionstats SET recordcnt = 1, georefcnt = NULL, familycnt = 9, genuscnt = 9, speciescnt = 9,
                dynamicProperties = '{\"imgcnt\":\"0:0\"}';
         UPDATE omoccurrences SET tidInterpreted = 1 WHERE occid = 1;
         UPDATE omoccurrences SET tidInterpreted = 2, family = 'Rosaceae' WHERE occid = 2;
         UPDATE omoccurrences SET tidInterpreted = NULL, family = NULL WHERE occid = 3;",
    );
    let others = server.dump(&["omoccurrences", "omcollections", "taxa"]);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    portal.apply(&collection, BATCH, &inserts(2)).await.unwrap();
    for _ in 0..2 {
        assert!(portal.finish(&collection, BATCH).await.unwrap().is_empty());
        let stats = server.query(
            "SELECT recordcnt, georefcnt, familycnt, genuscnt, speciescnt, dynamicProperties,
                    TIMESTAMPDIFF(MINUTE, datelastmodified, NOW()) FROM omcollectionstats",
        );
        assert_eq!(stats.trim(), "10\t5\t2\t2\t2\t{\"imgcnt\":\"0:0\"}\t0");
    }
    assert_eq!(server.dump(&["omoccurrences", "omcollections", "taxa"]), others);
}

#[tokio::test]
async fn a_collection_without_statistics_gets_none() {
    let server = TestMariadb::with_records(2);
    server.exec("DELETE FROM omcollectionstats");
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    assert!(portal.finish(&collection, BATCH).await.unwrap().is_empty());
    assert_eq!(server.query("SELECT COUNT(*) FROM omcollectionstats").trim(), "0");
}
