use async_trait::async_trait;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};
use pinax_testkit::portal_contract::{COLLECTIONS, PortalHarness, Seed};

/// Over TCP, with the tables of version 3.MINOR.
struct Mariadb<const MINOR: usize> {
    server: TestMariadb,
    portal: MariadbPortal,
}

/// Over the Unix socket.
struct OverSocket(Mariadb<4>);

/// Over TCP, encrypted.
struct OverTls(Mariadb<4>);

/// A value in SQL.
fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
}

impl<const MINOR: usize> Mariadb<MINOR> {
    const VERSION: SchemaVersion = SchemaVersion::ALL[MINOR];

    fn seeded(server: TestMariadb, url: &str, seed: &Seed) -> Self {
        let (media, creator) = (Self::VERSION.media_table(), Self::VERSION.creator_column());
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
                "INSERT INTO {media} (occid, recordID, url, thumbnailUrl, originalUrl, format, owner, {creator}, rights,
                                      mediaMD5)
                 VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {});\n",
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
            for file in row.files.iter().filter(|_| Self::VERSION.has_metadata()) {
                sql += &format!(
                    "INSERT INTO mediametadata (mediaID, field, bytes, md5sum)
                     VALUES (LAST_INSERT_ID(), '{}', {}, '{}');\n",
                    file.variant.column(),
                    file.bytes,
                    file.md5
                );
            }
        }
        if Self::VERSION.has_pixels() {
            sql += &format!("UPDATE {media} SET pixelXDimension = 4000, pixelYDimension = 6000;\n");
        }
        server.exec(&format!("START TRANSACTION;\n{sql}COMMIT;"));
        let options = MariadbOptions::new(url, Some(TestMariadb::PASSWORD.to_owned()));
        Self { portal: MariadbPortal::new(&options).unwrap(), server }
    }
}

#[async_trait]
impl<const MINOR: usize> PortalHarness for Mariadb<MINOR> {
    async fn open(seed: &Seed) -> Self {
        let server = TestMariadb::start_schema(Self::VERSION);
        let url = server.url();
        Self::seeded(server, &url, seed)
    }

    fn portal(&self) -> &dyn Portal {
        &self.portal
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        let (media, key, creator) =
            (Self::VERSION.media_table(), Self::VERSION.media_key(), Self::VERSION.creator_column());
        let text = self.server.query(&format!(
            "SELECT occid, recordID, url, thumbnailUrl, originalUrl, format, owner, {creator}, rights, sortOccurrence
             FROM {media} ORDER BY {key}"
        ));
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

#[async_trait]
impl PortalHarness for OverSocket {
    async fn open(seed: &Seed) -> Self {
        let server = TestMariadb::start();
        let url = server.socket_url();
        Self(Mariadb::seeded(server, &url, seed))
    }

    fn portal(&self) -> &dyn Portal {
        self.0.portal()
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        self.0.rows().await
    }
}

#[async_trait]
impl PortalHarness for OverTls {
    async fn open(seed: &Seed) -> Self {
        let server = TestMariadb::start_encrypted(SchemaVersion::V3_4);
        server.exec(&format!("ALTER USER '{}'@'%' REQUIRE SSL", TestMariadb::USER));
        let url = server.encrypted_url(&server.ca());
        Self(Mariadb::seeded(server, &url, seed))
    }

    fn portal(&self) -> &dyn Portal {
        self.0.portal()
    }

    async fn rows(&self) -> Vec<MediaRecord> {
        self.0.rows().await
    }
}

mod schema_3_0 {
    pinax_testkit::portal_contract!(super::Mariadb<0>);
}
mod schema_3_1 {
    pinax_testkit::portal_contract!(super::Mariadb<1>);
}
mod schema_3_2 {
    pinax_testkit::portal_contract!(super::Mariadb<2>);
}
mod schema_3_3 {
    pinax_testkit::portal_contract!(super::Mariadb<3>);
}
mod schema_3_4 {
    pinax_testkit::portal_contract!(super::Mariadb<4>);
}
mod over_socket {
    pinax_testkit::portal_contract!(super::OverSocket);
}
mod over_tls {
    pinax_testkit::portal_contract!(super::OverTls);
}
