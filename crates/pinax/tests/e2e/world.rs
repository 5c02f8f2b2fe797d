//! A world for one test: a folder, a drop folder, a store, and a portal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pinax_image::EncodeOptions;
use pinax_sheet::Sheet;
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::symbiota_api::SymbiotaApi;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// What a command said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Said {
    /// The one JSON object on standard output.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

pub(super) struct World {
    folder: TempDir,
    pub(super) config: String,
    pub(super) password: Option<String>,
}

impl World {
    /// A world whose records come from a download: `id`, `catalogNumber`.
    pub(super) fn with_download(records: &[(u64, &str)]) -> Self {
        let world = Self::new("[portal]\nkind = \"import-csv\"\nrecords = \"occurrences.csv\"\nout = \"out\"\n");
        let mut csv = "id,institutionCode,collectionCode,catalogNumber,recordID\n".to_owned();
        for (occid, number) in records {
            csv.push_str(&format!("{occid},TST,VASC,{number},urn:record:{occid}\n"));
        }
        world.write("occurrences.csv", csv);
        world
    }

    /// A world whose records are in a database.
    pub(super) fn with_database(database: &TestMariadb) -> Self {
        let portal = format!("[portal]\nkind = \"mariadb\"\nurl = \"{}\"\n", database.url());
        Self { password: Some(TestMariadb::PASSWORD.to_owned()), ..Self::new(&portal) }
    }

    /// A world whose records are behind the API of a portal.
    pub(super) fn with_api(server: &SymbiotaApi) -> Self {
        let portal = format!("[portal]\nkind = \"api\"\nurl = \"{}\"\ntoken_file = \"portal.token\"\n", server.url());
        let world = Self::new(&portal);
        world.write("portal.token", format!("{}\n", SymbiotaApi::TOKEN));
        world
    }

    /// A world with a configuration, and nothing else.
    pub(super) fn with_config(config: &str) -> Self {
        let world = Self { folder: TempDir::new().unwrap(), config: config.to_owned(), password: None };
        world.write("pinax.toml", config);
        world
    }

    fn new(portal: &str) -> Self {
        let config = format!(
            "{portal}\n[limits]\nworkers = 2\n[profile.tst]\ncollection = \"TST:VASC\"\n\
             source = {{ kind = \"folder\", path = \"drop\", settle_seconds = 0 }}\n\
             identify = {{ pattern = '/^(TST\\d+)\\D*/' }}\n\
             store = {{ kind = \"folder\", path = \"www\", public_url = \"https://img.example.org/tst\" }}\n"
        );
        let world = Self { folder: TempDir::new().unwrap(), config, password: None };
        std::fs::create_dir(world.path("drop")).unwrap();
        std::fs::create_dir(world.path("www")).unwrap();
        world.write("pinax.toml", &world.config);
        world
    }

    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Puts a small sheet into the drop folder.
    pub(super) fn sheet(&self, file: &str, seed: u64) -> Vec<u8> {
        let bytes = small_sheet(seed);
        self.write(Path::new("drop").join(file), &bytes);
        bytes
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_pinax"), arguments)
    }

    /// Another program, where `pinax` would run.
    pub(super) fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        match &self.password {
            Some(password) => command.env("PINAX_PORTAL_PASSWORD", password),
            None => command.env_remove("PINAX_PORTAL_PASSWORD"),
        };
        command.env_remove("PINAX_PORTAL_TOKEN");
        command
    }

    pub(super) fn pinax(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    /// Every file below `folder`: path below it -> sum of its bytes.
    pub(super) fn tree(&self, folder: &str) -> BTreeMap<String, String> {
        let root = self.path(folder);
        let (mut tree, mut folders) = (BTreeMap::new(), vec![root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let sum: String = Sha256::digest(std::fs::read(&path).unwrap())
                        .iter()
                        .map(|byte| format!("{byte:02x}"))
                        .collect();
                    tree.insert(path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), sum);
                }
            }
        }
        tree
    }
}

pub(super) fn small_sheet(seed: u64) -> Vec<u8> {
    let options = EncodeOptions { quality: 88, ..EncodeOptions::default() };
    Sheet::made_up(&format!("TST{seed:08}"), seed).size(600, 900).draw().to_jpeg(&options)
}
