//! Data folders with the tables of each version, made once and copied for every server.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use super::version::SchemaVersion;

/// Options for a small server that starts quickly; writes are as safe as on a real one.
pub(super) const SMALL: &[&str] = &[
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--innodb-flush-log-at-trx-commit=1",
];

/// Options for a server of a size portals have, with the same promises.
pub(super) const LARGE: &[&str] = &[
    "--innodb-buffer-pool-size=512M",
    "--innodb-log-file-size=96M",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--innodb-flush-log-at-trx-commit=1",
];

/// A server started by root must be told that this is meant.
pub(super) fn run_as(folder: &Path) -> Option<&'static str> {
    let owner = fs::metadata(folder).expect("the folder is there").uid();
    (owner == 0).then_some("--user=root")
}

/// Copies the template of `version` to `target`, making it if it is not there yet.
pub(super) fn copy_to(version: SchemaVersion, target: &Path) {
    let tables = version.tables();
    let template = path(&tables);
    let lock = fs::File::create(template.with_extension("lock")).expect("a lock file can be made");
    // Held by whoever makes it, given back when the file is closed.
    lock.lock().expect("the lock can be waited for");
    if !template.exists() {
        make(&template, &tables);
    }
    drop(lock);
    copy(&template, target);
}

/// Beside the test programs, under a name that changes with the server's version and the tables.
fn path(tables: &str) -> PathBuf {
    let server = Command::new("mariadbd").arg("--version").output().expect("MariaDB is installed (mariadb-server)");
    let mut sum = Sha256::new();
    sum.update(&server.stdout);
    sum.update(SMALL.join(" "));
    sum.update(tables);
    let name: String = sum.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let program = std::env::current_exe().expect("a test program knows its place");
    program.parent().expect("a program lies in a folder").join(format!("mariadb-template-{name}"))
}

/// Made under another name and renamed, so that a half-made one is never used.
fn make(template: &Path, tables: &str) {
    let parent = template.parent().expect("the template lies in a folder");
    let folder = tempfile::tempdir_in(parent).expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let datadir = format!("--datadir={}", data.display());
    // A server empties its folder for temporary files when it starts: it must not be shared.
    let tmpdir = format!("--tmpdir={}", folder.path().display());
    let installed = Command::new("mariadb-install-db")
        .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"])
        .args([&datadir, &tmpdir])
        .args(SMALL)
        .args(run_as(folder.path()))
        .output()
        .expect("MariaDB is installed (mariadb-server)");
    assert!(installed.status.success(), "mariadb-install-db: {}", String::from_utf8_lossy(&installed.stderr));
    let mut bootstrap = Command::new("mariadbd")
        .args(["--no-defaults", "--bootstrap"])
        .args([&datadir, &tmpdir])
        .args(SMALL)
        .args(run_as(folder.path()))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("mariadbd can be started");
    let mut input = bootstrap.stdin.take().expect("its standard input is piped");
    input.write_all(tables.as_bytes()).expect("mariadbd reads the tables");
    drop(input);
    let made = bootstrap.wait_with_output().expect("mariadbd can be waited for");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success() && !said.contains("ERROR"), "mariadbd --bootstrap: {said}");
    fs::rename(&data, template).expect("the template can be put in place");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the template can be read") {
        let entry = entry.expect("the template can be read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("the template can be read").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the template can be copied");
        }
    }
}
