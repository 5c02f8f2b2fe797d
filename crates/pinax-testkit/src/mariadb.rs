//! A private MariaDB with the tables of a Symbiota portal: its own folder, port and socket, gone when dropped.

pub mod certificate;
mod client;
pub mod proxy;
mod server;
mod template;
mod version;

use std::path::{Path, PathBuf};

use server::Server;
use tempfile::TempDir;
use template::{LARGE, SMALL};

pub use client::Held;
pub use version::SchemaVersion;

/// A running server. It ends when this is dropped, and also when the test process dies.
pub struct TestMariadb {
    folder: TempDir,
    server: Option<Server>,
    port: u16,
    size: &'static [&'static str],
}

impl TestMariadb {
    /// User with the rights Pinax asks for, and no more.
    pub const USER: &str = "pinax";
    /// Password of [`USER`](Self::USER).
    pub const PASSWORD: &str = "right-of-way";

    /// Starts a server with the empty tables of Symbiota 3.4 and the user [`USER`](Self::USER).
    ///
    /// # Panics
    /// When MariaDB is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_schema(SchemaVersion::V3_4)
    }

    /// Starts a server with the empty tables of `version` and the user [`USER`](Self::USER).
    ///
    /// # Panics
    /// When MariaDB is not installed or does not start.
    #[must_use]
    pub fn start_schema(version: SchemaVersion) -> Self {
        Self::start_with(version, |_| (), SMALL)
    }

    /// Starts a server with the empty tables of `version` and a certificate for 127.0.0.1; that of its
    /// authority is at [`ca`](Self::ca). Whoever wants may still come without encryption.
    ///
    /// # Panics
    /// When MariaDB is not installed or does not start.
    #[must_use]
    pub fn start_encrypted(version: SchemaVersion) -> Self {
        Self::start_with(version, certificate::write, SMALL)
    }

    fn start_with(version: SchemaVersion, prepare: fn(&Path), size: &'static [&'static str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        prepare(folder.path());
        template::copy_to(version, &folder.path().join("data"));
        let (server, port) = Server::start_on_free_port(folder.path(), size);
        let started = Self { folder, server: Some(server), port, size };
        let grants = version.grants();
        started.create_user(Self::USER, Self::PASSWORD, &grants.iter().map(String::as_str).collect::<Vec<_>>());
        started
    }

    /// Starts a server with collection 1, TST:VASC "Test Herbarium", and `records` records: occid 1 is TST00000001, and
    /// so on. Every second one has a latitude; taxa 3 and 4 take turns. The tables are those of Symbiota 3.4.
    #[must_use]
    pub fn with_records(records: u32) -> Self {
        Self::with_records_of(SchemaVersion::V3_4, records)
    }

    /// As [`with_records`](Self::with_records), with the tables of `version`.
    #[must_use]
    pub fn with_records_of(version: SchemaVersion, records: u32) -> Self {
        let started = Self::start_schema(version);
        started.fill(records);
        started
    }

    /// As [`with_records`](Self::with_records), with the memory a portal's server has: for measuring.
    #[must_use]
    pub fn large_with_records(records: u32) -> Self {
        let started = Self::start_with(SchemaVersion::V3_4, |_| (), LARGE);
        started.fill(records);
        started
    }

    fn fill(&self, records: u32) {
        self.exec(&format!(
            "INSERT INTO omcollections (collID, institutionCode, collectionCode, collectionName, managementType)
             VALUES (1, 'TST', 'VASC', 'Test Herbarium', 'Live Data');
             INSERT INTO omcollectionstats (collid) VALUES (1);
             INSERT INTO omoccurrences (occid, collid, catalogNumber, occurrenceID, family, sciname, tidInterpreted,
                                        recordedBy, recordNumber, eventDate, decimalLatitude, dateLastModified)
             SELECT seq, 1, CONCAT('TST', LPAD(seq, 8, '0')), CONCAT('urn:occurrence:', seq), 'Asteraceae',
                    IF(seq % 2, 'Helianthus annuus', 'Achillea millefolium'), IF(seq % 2, 3, 4),
                    'A. Gray', seq, '1899-07-14', IF(seq % 2, NULL, 42.37), '2024-01-01'
             FROM seq_1_to_{records};
             ANALYZE TABLE omoccurrences;"
        ));
    }

    /// Its address over TCP, with user, without password.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(Self::USER)
    }

    /// Its address over TCP for another user.
    #[must_use]
    pub fn url_of(&self, user: &str) -> String {
        format!("mysql://{user}@127.0.0.1:{}/symbiota", self.port)
    }

    /// Its address over the Unix socket.
    #[must_use]
    pub fn socket_url(&self) -> String {
        format!("mysql://{}@localhost/symbiota?socket={}", Self::USER, self.socket().display())
    }

    /// Its address over TCP, encrypted, its certificate proved by the authority in `ca`.
    #[must_use]
    pub fn encrypted_url(&self, ca: &Path) -> String {
        format!("{}?ssl=required&ssl_ca={}", self.url(), ca.display())
    }

    /// The certificate of its authority, when it was started encrypted.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The loopback port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs statements as root.
    ///
    /// # Panics
    /// When one fails.
    pub fn exec(&self, sql: &str) {
        let _ = self.query(sql);
    }

    /// Runs statements as root; result rows as lines, columns parted by tabs.
    ///
    /// # Panics
    /// When one fails.
    #[must_use]
    pub fn query(&self, sql: &str) -> String {
        client::query(&self.socket(), sql)
    }

    /// Begins a transaction as root that does `sql`, and lets it stand until the answer is dropped.
    ///
    /// # Panics
    /// When a statement fails.
    #[must_use]
    pub fn hold(&self, sql: &str) -> Held {
        client::hold(&self.socket(), sql)
    }

    /// All rows of `tables`, sorted, without the columns that hold the time of writing: two dumps of the same content
    /// are equal.
    ///
    /// # Panics
    /// When a table is not there.
    #[must_use]
    pub fn dump(&self, tables: &[&str]) -> String {
        self.dump_without(tables, &[])
    }

    /// The same without `columns` either.
    ///
    /// # Panics
    /// When a table is not there.
    #[must_use]
    pub fn dump_without(&self, tables: &[&str], columns: &[&str]) -> String {
        tables.iter().map(|table| client::dump(&self.socket(), table, columns)).collect()
    }

    /// Makes a user who may log in from anywhere; `grants` as in [`SchemaVersion::grants`].
    pub fn create_user(&self, name: &str, password: &str, grants: &[&str]) {
        let granted: String = grants.iter().map(|grant| format!("GRANT {grant} TO '{name}'@'%';\n")).collect();
        self.exec(&format!("CREATE USER '{name}'@'%' IDENTIFIED BY '{password}';\n{granted}"));
    }

    /// Kills the server: the portal is down.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Starts it again, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.server = None;
        self.server =
            Some(Server::start(self.folder.path(), self.port, self.size).expect("the server starts on its own port"));
    }

    fn socket(&self) -> PathBuf {
        server::socket(self.folder.path())
    }
}
