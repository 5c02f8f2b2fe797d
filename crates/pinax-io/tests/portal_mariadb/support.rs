//! Portals on a private server.

use std::time::Duration;

use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal, Patience};
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::portal_contract::wanted;

pub(crate) const BATCH: BatchId = BatchId(1);

/// Gives up soon.
pub(crate) fn hasty() -> Patience {
    Patience {
        retries: 3,
        pause: Duration::from_millis(5),
        connect: Duration::from_secs(10),
        answer: Duration::from_secs(30),
    }
}

pub(crate) fn portal_at(url: &str, password: Option<&str>) -> MariadbPortal {
    let options = MariadbOptions { patience: hasty(), ..MariadbOptions::new(url, password.map(str::to_owned)) };
    MariadbPortal::new(&options).unwrap()
}

pub(crate) fn portal(server: &TestMariadb) -> MariadbPortal {
    portal_at(&server.url(), Some(TestMariadb::PASSWORD))
}

/// A portal that goes by the columns that are there.
pub(crate) fn trusting(server: &TestMariadb) -> MariadbPortal {
    let options = MariadbOptions::new(server.url(), Some(TestMariadb::PASSWORD.to_owned()));
    MariadbPortal::new(&MariadbOptions { patience: hasty(), trust_schema: true, ..options }).unwrap()
}

/// A portal reached through another port of loopback.
pub(crate) fn portal_through(port: u16) -> MariadbPortal {
    portal_at(&format!("mysql://{}@127.0.0.1:{port}/symbiota", TestMariadb::USER), Some(TestMariadb::PASSWORD))
}

pub(crate) fn key() -> CollectionKey {
    "TST:VASC".parse().unwrap()
}

pub(crate) async fn herbarium(portal: &MariadbPortal) -> Collection {
    portal.collection(&key()).await.unwrap()
}

pub(crate) fn insert(record: MediaRecord) -> MediaChange {
    MediaChange::Insert(Box::new(record))
}

/// Wanted rows of the first `count` records.
pub(crate) fn inserts(count: u64) -> Vec<MediaChange> {
    (1..=count).map(|occid| insert(wanted(occid, "a"))).collect()
}

pub(crate) fn rows(server: &TestMariadb) -> u64 {
    server.query("SELECT COUNT(*) FROM media").trim().parse().unwrap()
}
