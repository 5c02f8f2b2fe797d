//! How far a collection has come.

use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use crate::support::{herbarium, portal};

/// A song is no picture: a record that has only one has none.
#[tokio::test]
async fn only_pictures_count() {
    let server = TestMariadb::with_records(6);
    server.exec(
        "INSERT INTO omcollections (collID, institutionCode, collectionCode, collectionName) VALUES (2, 'O', 'O', 'O');
         INSERT INTO omoccurrences (occid, collid) VALUES (50, 2), (51, 2);
         INSERT INTO media (occid, originalUrl, mediaType) VALUES
           (1, 'a', 'image'), (1, 'b', 'audio'), (2, 'c', 'audio'), (2, 'd', 'video'), (3, 'e', NULL), (4, 'f', ''),
           (4, 'g', 'image'), (50, 'h', 'audio'), (51, 'i', 'image'), (NULL, 'j', 'audio'), (NULL, 'k', 'image');",
    );
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let coverage = portal.coverage(&collection).await.unwrap().unwrap();
    assert_eq!((coverage.records, coverage.with_pictures, coverage.pictures), (6, 3, 4));
    for limit in [1, 2, 3, 10] {
        let mut listed = Vec::new();
        loop {
            let after = listed.last().copied().map(Occid);
            let page = portal.without_pictures(&collection, after, limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= limit);
            listed.extend(page.into_iter().map(|record| record.occid.0));
        }
        assert_eq!(listed, [2, 5, 6], "{limit}");
    }
    assert!(portal.without_pictures(&collection, None, 0).await.unwrap().is_empty());
}

/// More records without pictures than are listed at once, in the oldest and the newest version.
#[tokio::test]
async fn many_without_pictures_are_listed_whole() {
    for version in [SchemaVersion::V3_0, SchemaVersion::V3_4] {
        let server = TestMariadb::with_records_of(version, 12_000);
        let media = version.media_table();
        server.exec(&format!("INSERT INTO {media} (occid, originalUrl) VALUES (7, 'a'), (11000, 'b'), (11000, 'c')"));
        let portal = portal(&server);
        let collection = herbarium(&portal).await;
        let listed = portal.without_pictures(&collection, None, 20_000).await.unwrap();
        let expected: Vec<u64> = (1..=12_000).filter(|occid| ![7, 11_000].contains(occid)).collect();
        assert!(listed.iter().map(|record| record.occid.0).eq(expected), "{version}");
        assert_eq!(listed[0].scientific_name.as_deref(), Some("Helianthus annuus"));
        let coverage = portal.coverage(&collection).await.unwrap().unwrap();
        assert_eq!((coverage.records, coverage.with_pictures, coverage.pictures), (12_000, 2, 3), "{version}");
    }
}
