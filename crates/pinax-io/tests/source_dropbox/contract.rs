//! The contract of every source, kept over a Dropbox.

use std::collections::BTreeMap;

use pinax_core::ports::source::Source;
use pinax_io::source::dropbox::DropboxSource;
use pinax_testkit::dropbox::FakeDropbox;
use pinax_testkit::source_contract::{NAMES, SourceUnderTest, source_contract};

use super::{TOKEN, source};

struct Dropped {
    fake: FakeDropbox,
    source: DropboxSource,
    folder: &'static str,
}

impl Dropped {
    fn new(folder: &'static str) -> Self {
        let fake = FakeDropbox::start(TOKEN);
        // So that the folder is there.
        fake.put(&format!("{folder}/.keep"), b"");
        // However it is written.
        let source = source(&fake, &folder.to_uppercase());
        Self { fake, source, folder }
    }

    fn path(&self, locator: &[u8]) -> String {
        format!("{}/{}", self.folder, std::str::from_utf8(locator).unwrap())
    }
}

impl SourceUnderTest for Dropped {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        self.fake.put(&self.path(locator), bytes);
    }

    fn remove(&self, locator: &[u8]) {
        self.fake.remove(&self.path(locator));
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn names(&self) -> Vec<&'static [u8]> {
        NAMES.into_iter().filter(|name| std::str::from_utf8(name).is_ok()).collect()
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn of_a_whole_dropbox() {
    source_contract(|| Dropped::new("")).await;
}

#[tokio::test]
async fn of_a_folder() {
    source_contract(|| Dropped::new("/Herbarium \u{fc}/20 26")).await;
}
