use async_trait::async_trait;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_testkit::memory_portal::MemoryPortal;
use pinax_testkit::portal_contract::{COLLECTIONS, PortalHarness, Seed};

struct Memory(MemoryPortal);

#[async_trait]
impl PortalHarness for Memory {
    async fn open(seed: &Seed) -> Self {
        let portal = MemoryPortal::default();
        for (collid, institution, collection, name) in COLLECTIONS {
            portal.add_collection(collid, institution, collection, name);
        }
        seed.records.iter().for_each(|record| portal.add_record(record.collid, record.occid, &record.catalog_number));
        seed.rows.iter().cloned().for_each(|row| portal.add_row(row));
        Self(portal)
    }

    fn portal(&self) -> &dyn Portal {
        &self.0
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        self.0.rows().into_iter().map(|row| row.record).collect()
    }
}

pinax_testkit::portal_contract!(Memory);
