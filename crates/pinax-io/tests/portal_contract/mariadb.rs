use async_trait::async_trait;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::portal_contract::{COLLECTIONS, PortalHarness, Seed};

struct Mariadb {
    server: TestMariadb,
    portal: MariadbPortal,
}

/// A value in SQL.
fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
}

#[async_trait]
impl PortalHarness for Mariadb {
    async fn open(seed: &Seed) -> Self {
        let server = TestMariadb::start();
        let mut sql = String::new();
        for (collid, institution, collection, name) in COLLECTIONS {
            sql += &format!(
                "INSERT INTO omcollections (collID, institutionCode, collectionCode, collectionName)
                 VALUES ({collid}, '{institution}', {}, '{name}');\n",
                quoted(collection)
            );
        }
        for record in &seed.records {
            sql += &format!(
                "INSERT INTO omoccurrences (occid, collid, catalogNumber) VALUES ({}, {}, {});\n",
                record.occid,
                record.collid,
                quoted(Some(&record.catalog_number))
            );
        }
        for row in &seed.rows {
            sql += &format!(
                "INSERT INTO media (occid, recordID, url, thumbnailUrl, originalUrl, format, owner, creator, rights,
                                    mediaMD5, pixelXDimension, pixelYDimension, mediaType)
                 VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 4000, 6000, 'image');\n",
                row.occid,
                quoted(Some(&row.record_id)),
                quoted(Some(&row.url)),
                quoted(row.thumbnail_url.as_deref()),
                quoted(Some(&row.original_url)),
                quoted(Some(&row.format)),
                quoted(row.owner.as_deref()),
                quoted(row.creator.as_deref()),
                quoted(row.rights.as_deref()),
                quoted(row.media_md5.as_deref()),
            );
            for file in &row.files {
                sql += &format!(
                    "INSERT INTO mediametadata (mediaID, field, bytes, md5sum)
                     VALUES (LAST_INSERT_ID(), '{}', {}, '{}');\n",
                    file.variant.column(),
                    file.bytes,
                    file.md5
                );
            }
        }
        server.exec(&format!("START TRANSACTION;\n{sql}COMMIT;"));
        let options = MariadbOptions::new(server.url(), Some(TestMariadb::PASSWORD.to_owned()));
        Self { portal: MariadbPortal::new(&options).unwrap(), server }
    }

    fn portal(&self) -> &dyn Portal {
        &self.portal
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        let text = self.server.query(
            "SELECT occid, recordID, url, thumbnailUrl, originalUrl, format, owner, creator, rights, sortOccurrence
             FROM media ORDER BY mediaID",
        );
        let row = |line: &str| {
            let mut cells = line.split('\t').map(|cell| (cell != "NULL").then(|| cell.to_owned()));
            let mut next = || cells.next().flatten();
            MediaRecord {
                occid: next().unwrap().parse().unwrap(),
                record_id: next().unwrap_or_default(),
                url: next().unwrap_or_default(),
                thumbnail_url: next(),
                original_url: next().unwrap_or_default(),
                format: next().unwrap_or_default(),
                owner: next(),
                creator: next(),
                rights: next(),
                sort_occurrence: next().unwrap().parse().unwrap(),
                ..MediaRecord::default()
            }
        };
        text.lines().map(row).collect()
    }
}

pinax_testkit::portal_contract!(Mariadb);
