use std::time::Duration;

use async_trait::async_trait;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::api::{ApiOptions, ApiPortal, ApiToken, Manners};
use pinax_testkit::portal_contract::{COLLECTIONS, PortalHarness, Seed};
use pinax_testkit::symbiota_api::SymbiotaApi;

struct Api {
    server: SymbiotaApi,
    portal: ApiPortal,
}

#[async_trait]
impl PortalHarness for Api {
    const CANNOT_CARRY: &'static [&'static str] = &["creator", "files", "recordID"];

    async fn open(seed: &Seed) -> Self {
        let server = SymbiotaApi::start();
        for (collid, institution, collection, name) in COLLECTIONS {
            server.add_collection(collid, institution, collection, name);
        }
        seed.records.iter().for_each(|record| server.add_record(record.collid, record.occid, &record.catalog_number));
        seed.rows.iter().for_each(|row| server.add_row(row));
        let token = ApiToken::new(SymbiotaApi::TOKEN).unwrap();
        let mut options = ApiOptions::new(server.url(), Some(token));
        options.manners = Manners { pause: Duration::ZERO, ..options.manners };
        Self { portal: ApiPortal::new(&options).unwrap(), server }
    }

    fn portal(&self) -> &dyn Portal {
        &self.portal
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        self.server.rows()
    }
}

pinax_testkit::portal_contract!(Api);
