//! The contract of every store, kept in memory and in a folder.

use std::collections::BTreeMap;
use std::fs;

use pinax_core::ports::store::Store;
use pinax_io::store::folder::FolderStore;
use pinax_testkit::memory_store::MemoryStore;
use pinax_testkit::store_contract::{StoreUnderTest, store_contract};

struct InMemory(MemoryStore);

impl StoreUnderTest for InMemory {
    fn store(&self) -> &dyn Store {
        &self.0
    }

    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.objects()
    }

    fn plant(&self, key: &str, bytes: &[u8]) {
        self.0.plant(key, bytes);
    }
}

struct InFolder {
    place: tempfile::TempDir,
    store: FolderStore,
}

impl StoreUnderTest for InFolder {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        super::tree(self.place.path())
    }

    fn plant(&self, key: &str, bytes: &[u8]) {
        let path = self.place.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[tokio::test]
async fn in_memory() {
    store_contract(|| InMemory(MemoryStore::new())).await;
}

#[tokio::test]
async fn in_a_folder() {
    store_contract(|| {
        let place = tempfile::tempdir().unwrap();
        InFolder { store: super::store(place.path()), place }
    })
    .await;
}
