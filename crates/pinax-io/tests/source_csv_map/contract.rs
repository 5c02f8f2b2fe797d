//! The contract of every source, kept over a table of pictures on a server.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use pinax_core::ports::source::Source;
use pinax_io::source::csv_map::CsvMapSource;
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply, WebRequest};
use pinax_testkit::source_contract::{SourceUnderTest, source_contract};

use super::source;

type Files = Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>;

struct Mapped {
    files: Files,
    place: tempfile::TempDir,
    web: ScriptedWeb,
    source: CsvMapSource,
}

impl Mapped {
    fn new() -> Self {
        let files = Files::default();
        let inside = Arc::clone(&files);
        let web = ScriptedWeb::start(move |request: &WebRequest| {
            let name: Vec<u8> = percent_decode_str(&request.target[1..]).collect();
            match inside.lock().unwrap().get(&name) {
                Some(bytes) => WebReply::file(request, bytes, "\"1\""),
                None => WebReply::status(404),
            }
        });
        let place = tempfile::tempdir().unwrap();
        let table = place.path().join("pictures.csv");
        let source = source(&table, &web.url("/"));
        fs::write(table, "catalogNumber,originalUrl\n").unwrap();
        Self { files, place, web, source }
    }
}

impl SourceUnderTest for Mapped {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, name: &[u8], bytes: &[u8]) {
        let is_new = self.files.lock().unwrap().insert(name.to_vec(), bytes.to_vec()).is_none();
        if is_new {
            let row = format!("N,{}/{}\n", self.web.url(""), percent_encode(name, NON_ALPHANUMERIC));
            let path = self.place.path().join("pictures.csv");
            File::options().append(true).open(path).unwrap().write_all(row.as_bytes()).unwrap();
        }
    }

    fn remove(&self, name: &[u8]) {
        self.files.lock().unwrap().remove(name);
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn put_as(&self, locator: &[u8]) -> Vec<u8> {
        let address = std::str::from_utf8(locator).unwrap().strip_prefix("N/").unwrap();
        percent_decode_str(address.strip_prefix(&self.web.url("/")).unwrap()).collect()
    }

    fn tells_sizes(&self) -> bool {
        false
    }

    fn tells_changes(&self) -> bool {
        false
    }

    fn tells_what_is_gone(&self) -> bool {
        false
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn of_a_table() {
    source_contract(Mapped::new).await;
}
