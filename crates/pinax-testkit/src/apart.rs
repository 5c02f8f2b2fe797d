//! Tests that need a world of their own: a full disk, a read-only one, a user whom permissions bind.
//!
//! Such a test calls [`inside`] first. Outside it starts itself again in that world, and is done; inside it gets a
//! folder, and goes on. Where the system does not allow such a world, the reason is printed and the test passes.

use std::path::PathBuf;
use std::process::Command;

/// A world of its own.
#[derive(Debug, Clone, Copy)]
pub enum Apart {
    /// The folder is an empty disk in memory, mounted with these options (`size=256k`, `ro`).
    Disk(&'static str),
    /// The same for servers that must be able to change users; only where root runs the tests.
    DiskOfRoot(&'static str),
    /// Permissions bind, even if the tests are run by root. The folder is an ordinary one.
    Unprivileged,
}

const FOLDER: &str = "PINAX_TEST_FOLDER";
const NOT_ALLOWED: i32 = 99;

/// Inside: the folder. Outside: runs `test` (its whole name) inside, and gives `None`.
///
/// # Panics
/// When the test fails inside, or there is no test of that name.
#[must_use]
pub fn inside(test: &str, apart: Apart) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return Some(folder.into());
    }
    let folder = tempfile::tempdir().expect("a folder for tests can be made");
    let program = std::env::current_exe().expect("the test program knows its place");
    let mut command = match apart {
        Apart::Disk(options) | Apart::DiskOfRoot(options) => {
            let script =
                format!("mount -t tmpfs -o {options} none \"${FOLDER}\" || exit {NOT_ALLOWED}; exec \"$0\" \"$@\"");
            let mut command = Command::new("unshare");
            let own = if matches!(apart, Apart::Disk(_)) { "-rm" } else { "-m" };
            command.args([own, "sh", "-c", &script]);
            command
        }
        Apart::Unprivileged => {
            let drop = "setpriv --bounding-set=-dac_override,-dac_read_search";
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{drop} true 2>/dev/null && exec {drop} \"$0\" \"$@\"; exec \"$0\" \"$@\"")]);
            command
        }
    };
    command.arg(program).args([test, "--exact", "--nocapture"]).env(FOLDER, folder.path());
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            skip(test, &error.to_string());
            return None;
        }
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(NOT_ALLOWED) || complained.starts_with("unshare:") {
        skip(test, complained.trim());
        return None;
    }
    assert!(output.status.success(), "{test} failed in a world of its own:\n{said}\n{complained}");
    assert!(said.contains("1 passed"), "there is no test {test}:\n{said}");
    None
}

/// Says that a test does not run here.
pub fn skip(test: &str, reason: &str) {
    eprintln!("{test}: not run here: {reason}");
}
