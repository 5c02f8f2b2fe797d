//! Asking a server as root, through the `mariadb` program: usable from any test, with or without a runtime.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Columns that hold the time of writing.
const TIMES: &str = "'initialTimestamp', 'created_at', 'updated_at', 'dateapplied'";

fn start(socket: &Path) -> Child {
    Command::new("mariadb")
        .args(["--no-defaults", "--user=root", "--batch", "--skip-column-names", "--default-character-set=utf8mb4"])
        .args([&format!("--socket={}", socket.display()), "--unbuffered", "symbiota"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the client is installed (mariadb-client)")
}

/// A transaction of somebody else, which ends without a trace when this is dropped.
pub struct Held {
    client: Child,
    input: Option<ChildStdin>,
}

pub(super) fn hold(socket: &Path, sql: &str) -> Held {
    let mut client = start(socket);
    let mut input = client.stdin.take().expect("its standard input is piped");
    writeln!(input, "START TRANSACTION; {sql}; SELECT 'held';").expect("the client reads");
    let mut lines = BufReader::new(client.stdout.take().expect("its standard output is piped")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line == "held")), "{sql}");
    Held { client, input: Some(input) }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.input.take());
        // Nothing is left to do if it cannot be waited for.
        let _ = self.client.wait();
    }
}

pub(super) fn query(socket: &Path, sql: &str) -> String {
    let mut client = start(socket);
    let mut input = client.stdin.take().expect("its standard input is piped");
    input.write_all(sql.as_bytes()).expect("the client reads");
    drop(input);
    let output = client.wait_with_output().expect("the client can be waited for");
    assert!(output.status.success(), "{sql}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the server answers in UTF-8")
}

pub(super) fn dump(socket: &Path, table: &str, without: &[&str]) -> String {
    let without: String = without.iter().map(|column| format!(", '{column}'")).collect();
    let columns = query(
        socket,
        &format!(
            "SET group_concat_max_len = 100000;
             SELECT GROUP_CONCAT(CONCAT('`', COLUMN_NAME, '`') ORDER BY ORDINAL_POSITION SEPARATOR ', ')
             FROM information_schema.COLUMNS
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{table}' AND COLUMN_NAME NOT IN ({TIMES}{without})"
        ),
    );
    let columns = columns.trim();
    assert_ne!(columns, "NULL", "there is no table {table}");
    let rows = query(socket, &format!("SELECT {columns} FROM {table} ORDER BY 1, 2"));
    format!("# {table}: {columns}\n{rows}")
}
