//! The contract of every source, kept over a BisQue.

use std::collections::BTreeMap;
use std::sync::Mutex;

use pinax_core::ports::source::Source;
use pinax_io::source::bisque::BisqueSource;
use pinax_testkit::bisque::FakeBisque;
use pinax_testkit::source_contract::{NAMES, SourceUnderTest, source_contract};

use super::source_by_pages;

const TODAY: &str = "2026-11-22";

struct Harvested {
    fake: FakeBisque,
    source: BisqueSource,
    /// Names things were put there with; the place is the id.
    put: Mutex<Vec<Vec<u8>>>,
}

impl Harvested {
    fn new() -> Self {
        let fake = FakeBisque::start();
        let (source, _) = source_by_pages(&fake, TODAY, TODAY, 500);
        Self { fake, source, put: Mutex::default() }
    }

    fn id(&self, name: &[u8]) -> String {
        let mut put = self.put.lock().unwrap();
        let at = put.iter().position(|known| known == name).unwrap_or_else(|| {
            put.push(name.to_vec());
            put.len() - 1
        });
        format!("00-{at}")
    }
}

impl SourceUnderTest for Harvested {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, name: &[u8], bytes: &[u8]) {
        let path = std::str::from_utf8(name).unwrap();
        let file_name = path.rsplit('/').next().unwrap();
        self.fake.upload(&self.id(name), file_name, &format!("/iplant{}{path}", super::PATH), TODAY, bytes);
    }

    fn remove(&self, name: &[u8]) {
        self.fake.remove(&self.id(name));
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn names(&self) -> Vec<&'static [u8]> {
        NAMES.into_iter().filter(|name| std::str::from_utf8(name).is_ok()).collect()
    }

    fn put_as(&self, locator: &[u8]) -> Vec<u8> {
        let (id, file_name) = std::str::from_utf8(locator).unwrap().split_once('/').unwrap();
        let at: usize = id.strip_prefix("00-").unwrap().parse().unwrap();
        let name = self.put.lock().unwrap()[at].clone();
        assert!(name.ends_with(file_name.as_bytes()), "{file_name}");
        name
    }

    fn tells_sizes(&self) -> bool {
        false
    }

    fn tells_changes(&self) -> bool {
        false
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn of_a_bisque() {
    source_contract(Harvested::new).await;
}
