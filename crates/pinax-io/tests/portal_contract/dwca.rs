use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;

use async_trait::async_trait;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::dwca::{DwcaOptions, DwcaPortal};
use pinax_testkit::portal_contract::{PortalHarness, Seed};
use pinax_testkit::portal_download;
use tempfile::TempDir;
use zip::ZipArchive;

struct Dwca {
    folder: TempDir,
    portal: DwcaPortal,
}

/// The rows a portal has were told by an earlier archive: no others can be found again.
const EARLIER: BatchId = BatchId(0);

#[async_trait]
impl PortalHarness for Dwca {
    async fn open(seed: &Seed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let download = folder.path().join("occurrences.csv");
        fs::write(&download, portal_download::occurrences(&seed.records)).unwrap();
        let (out, cache) = (folder.path().join("out"), folder.path().join("cache"));
        let options = DwcaOptions {
            collection_name: Some("Test Herbarium".to_owned()),
            ..DwcaOptions::new(&download, out, cache, "tst", "2026-07-01")
        };
        let portal = DwcaPortal::new(options).unwrap();
        if !seed.rows.is_empty() {
            let collection = portal.collection(&"TST:VASC".parse().unwrap()).await.unwrap();
            let inserts: Vec<MediaChange> =
                seed.rows.iter().map(|row| MediaChange::Insert(Box::new(row.clone()))).collect();
            let answers = portal.apply(&collection, EARLIER, &inserts).await.unwrap();
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
            portal.finish(&collection, EARLIER).await.unwrap();
        }
        Self { folder, portal }
    }

    fn portal(&self) -> &dyn Portal {
        &self.portal
    }

    /// What a portal would have that imported all archives, and those that are still being made, one after another.
    async fn rows(&self) -> Vec<MediaRecord> {
        let mut rows: HashMap<(u64, String), MediaRecord> = HashMap::new();
        let Ok(files) = fs::read_dir(self.folder.path().join("out")) else { return Vec::new() };
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        // `batch-1.part` before `batch-1-2.part`.
        paths.sort_by_key(|path| path.file_stem().unwrap().to_owned());
        for path in paths {
            let mut text = String::new();
            if path.extension().is_some_and(|extension| extension == "zip") {
                let mut archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
                archive.by_name("multimedia.csv").unwrap().read_to_string(&mut text).unwrap();
            } else {
                text = fs::read_to_string(path).unwrap();
            }
            let mut imported = Vec::new();
            for row in csv::Reader::from_reader(text.as_bytes()).into_deserialize() {
                let row: HashMap<String, String> = row.unwrap();
                let cell = |names: [&str; 2]| names.iter().find_map(|name| row.get(*name)).unwrap().clone();
                let filled = |names| Some(cell(names)).filter(|text| !text.is_empty());
                imported.push(MediaRecord {
                    occid: cell(["id", "coreid"]).parse().unwrap(),
                    record_id: cell(["sourceIdentifier", "providerManagedID"]),
                    url: cell(["url", "goodQualityAccessURI"]),
                    thumbnail_url: filled(["thumbnailUrl", "thumbnailAccessURI"]),
                    original_url: cell(["originalUrl", "accessURI"]),
                    format: cell(["format", "format"]),
                    owner: filled(["owner", "Owner"]),
                    creator: filled(["creator", "creator"]),
                    rights: filled(["rights", "rights"]),
                    sort_occurrence: cell(["sortOccurrence", "sortOccurrence"]).parse().unwrap(),
                    ..MediaRecord::default()
                });
            }
            let mut once: Vec<&str> = imported.iter().map(|row| row.record_id.as_str()).collect();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), imported.len(), "two rows of one name in one archive become two pictures");
            rows.extend(imported.into_iter().map(|row| ((row.occid, row.record_id.to_lowercase()), row)));
        }
        rows.into_values().collect()
    }
}

pinax_testkit::portal_contract!(Dwca);
