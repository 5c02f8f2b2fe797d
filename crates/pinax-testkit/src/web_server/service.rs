//! A program that serves, and the group of processes it makes.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::Recipe;

/// Runs a program, in a group of its own, until its own standard input is closed, then kills the group: so it ends with the
/// process that started it, however that ends. Its standard error is the program's alone.
const LEASH: &str = r#"setsid "$@" </dev/null & pid=$!; trap '' HUP INT TERM; exec 2>/dev/null; cat >/dev/null; kill -s KILL -- "-$pid"; wait $pid"#;

/// Tries to get a port nobody else takes between looking and starting.
const PORTS: u32 = 5;

/// A server that answers.
pub(super) struct Service {
    leash: Child,
}

impl Service {
    pub(super) fn on_free_port(cook: impl Fn(u16) -> Recipe) -> (Self, u16) {
        let mut log = String::new();
        for _ in 0..PORTS {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
            let port = listener.local_addr().expect("a bound port has an address").port();
            drop(listener);
            match Self::start(&cook(port)) {
                Ok(service) => return (service, port),
                Err(told) => log = told,
            }
        }
        panic!("a web server does not start: {log}");
    }

    /// Starts it and waits until it says that it is ready; or gives what it said.
    pub(super) fn start(recipe: &Recipe) -> Result<Self, String> {
        let mut command = Command::new("sh");
        command.args(["-c", LEASH, "sh", recipe.program]).args(&recipe.arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut leash = command.spawn().expect("sh can be started");
        let lines = BufReader::new(leash.stderr.take().expect("its standard error is piped")).lines();
        let service = Self { leash };
        // Read to the end, so that the server never waits for a reader.
        let (told, says) = channel();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(told.send(line))));
        let mut log = String::new();
        loop {
            match says.recv_timeout(Duration::from_millis(20)) {
                Ok(line) if line.contains(recipe.ready) => return Ok(service),
                Ok(line) => {
                    log.push_str(&line);
                    log.push('\n');
                }
                // rclone does not always say so.
                Err(RecvTimeoutError::Timeout) if recipe.answers() => return Ok(service),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(log),
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.leash.stdin.take());
        // Nothing is left to do if it cannot be waited for.
        let _ = self.leash.wait();
    }
}
