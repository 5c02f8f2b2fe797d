//! One server process.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// Runs a program until its own standard input is closed, then kills it: so it ends with the process that started it,
/// however that ends. Its standard error is the program's alone.
const LEASH: &str = r#""$@" </dev/null & pid=$!; exec 2>/dev/null; cat >/dev/null; kill -KILL $pid; wait $pid"#;

/// Tries to get a port nobody else takes between looking and starting.
const PORTS: u32 = 5;

/// A server that answers.
pub(super) struct Server {
    leash: Child,
}

pub(super) fn socket(folder: &Path) -> PathBuf {
    folder.join("sock")
}

impl Server {
    pub(super) fn start_on_free_port(folder: &Path, size: &[&str]) -> (Self, u16) {
        let mut log = String::new();
        for _ in 0..PORTS {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
            let port = listener.local_addr().expect("a bound port has an address").port();
            drop(listener);
            match Self::start(folder, port, size) {
                Ok(server) => return (server, port),
                Err(told) => log = told,
            }
        }
        panic!("MariaDB does not start: {log}");
    }

    /// Starts the server on the data in `folder` and waits until it says that it is ready; or gives what it said.
    pub(super) fn start(folder: &Path, port: u16, size: &[&str]) -> Result<Self, String> {
        let option = |name: &str, value: &Path| format!("--{name}={}", value.display());
        let mut command = Command::new("sh");
        command.args(["-c", LEASH, "sh", "mariadbd", "--no-defaults"]).args(size).args(super::template::run_as(folder));
        command.args([
            option("datadir", &folder.join("data")),
            option("socket", &socket(folder)),
            option("pid-file", &folder.join("pid")),
            option("tmpdir", folder),
            format!("--port={port}"),
        ]);
        command.args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--default-time-zone=+00:00"]);
        let certificate = folder.join("server.pem");
        if certificate.exists() {
            command.args([option("ssl-cert", &certificate), option("ssl-key", &folder.join("server.key"))]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut leash = command.spawn().expect("sh can be started");
        let mut lines = BufReader::new(leash.stderr.take().expect("its standard error is piped")).lines();
        let server = Self { leash };
        let mut log = String::new();
        for line in lines.by_ref().map_while(Result::ok) {
            if line.contains("ready for connections") {
                // Read on, so that the server never waits for a reader.
                thread::spawn(move || lines.for_each(drop));
                return Ok(server);
            }
            log.push_str(&line);
            log.push('\n');
        }
        Err(log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.leash.stdin.take());
        // Nothing is left to do if it cannot be waited for.
        let _ = self.leash.wait();
    }
}
