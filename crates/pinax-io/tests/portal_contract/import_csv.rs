use std::fs::{self, File};
use std::io::Write;

use async_trait::async_trait;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::import_csv::{ImportCsvOptions, ImportCsvPortal};
use pinax_testkit::portal_contract::{PortalHarness, Seed};
use pinax_testkit::portal_download;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

struct ImportCsv {
    folder: TempDir,
    portal: ImportCsvPortal,
    seeded: Vec<MediaRecord>,
}

#[async_trait]
impl PortalHarness for ImportCsv {
    async fn open(seed: &Seed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let download = folder.path().join("download.zip");
        let mut zip = ZipWriter::new(File::create(&download).unwrap());
        for (name, text) in [
            ("occurrences.csv", portal_download::occurrences(&seed.records)),
            ("multimedia.csv", portal_download::multimedia(&seed.rows)),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        let options = ImportCsvOptions {
            collection_name: Some("Test Herbarium".to_owned()),
            ..ImportCsvOptions::new(&download, folder.path().join("out"), folder.path().join("cache"), "tst")
        };
        Self { folder, portal: ImportCsvPortal::new(options).unwrap(), seeded: seed.rows.clone() }
    }

    fn portal(&self) -> &dyn Portal {
        &self.portal
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        let mut rows = self.seeded.clone();
        let Ok(files) = fs::read_dir(self.folder.path().join("out")) else { return rows };
        for file in files {
            let mut reader = csv::Reader::from_path(file.unwrap().path()).unwrap();
            let header = reader.headers().unwrap().clone();
            assert_eq!(&header[0], "occid");
            for record in reader.records() {
                let record = record.unwrap();
                let cell = |name: &str| {
                    let column = header.iter().position(|column| column == name);
                    column.map(|column| record[column].to_owned()).unwrap_or_default()
                };
                let filled = |name: &str| Some(cell(name)).filter(|text| !text.is_empty());
                rows.push(MediaRecord {
                    occid: cell("occid").parse().unwrap(),
                    record_id: cell("sourceIdentifier"),
                    url: cell("url"),
                    thumbnail_url: filled("thumbnailUrl"),
                    original_url: cell("originalUrl"),
                    format: cell("format"),
                    owner: filled("owner"),
                    creator: filled("creator"),
                    rights: filled("rights"),
                    sort_occurrence: cell("sortOccurrence").parse().unwrap(),
                    ..MediaRecord::default()
                });
            }
        }
        rows
    }
}

pinax_testkit::portal_contract!(ImportCsv);
