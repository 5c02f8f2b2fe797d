//! A private OpenSSH server: its own host key, users' keys, port and folder; it ends with the test.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

/// Runs a program until its own standard input is closed, then kills it and all it started: OpenSSH has a process for
/// each connection, which would go on.
const LEASH: &str = r#"below() { for one in $(cat /proc/$1/task/$1/children); do below $one; echo $one; done; }
"$@" </dev/null & pid=$!; exec 2>/dev/null; cat >/dev/null; all=$(below $pid); kill -KILL $pid $all; wait $pid"#;

/// Tries to get a port nobody else takes between looking and starting.
const PORTS: u32 = 5;

/// Unlocks the key in [`Sshd::locked_key`].
pub const PASSPHRASE: &str = "open sesame";

/// An OpenSSH server that serves SFTP to whoever runs the tests.
pub struct Sshd {
    folder: TempDir,
    port: u16,
    leash: Option<Child>,
}

impl Sshd {
    /// Starts one.
    ///
    /// # Panics
    /// When OpenSSH is not installed, or does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for tests can be made");
        make_keys(folder.path());
        let mut server = Self { folder, port: 0, leash: None };
        let mut log = String::new();
        for _ in 0..PORTS {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
            server.port = listener.local_addr().expect("a bound port has an address").port();
            drop(listener);
            match server.run() {
                Ok(leash) => {
                    server.leash = Some(leash);
                    return server;
                }
                Err(told) => log = told,
            }
        }
        panic!("sshd does not start: {log}");
    }

    /// Kills it and every connection.
    pub fn kill(&mut self) {
        if let Some(mut leash) = self.leash.take() {
            drop(leash.stdin.take());
            // Nothing is left to do if it cannot be waited for.
            let _ = leash.wait();
        }
    }

    /// Starts it again where it was.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&mut self) {
        self.kill();
        self.leash = Some(self.run().expect("it starts where it was"));
    }

    /// Gives it another host key, from its next start on.
    ///
    /// # Panics
    /// When no key can be made.
    pub fn change_host_key(&self) {
        fs::remove_file(self.path("host")).expect("the key is there");
        make_key(&self.path("host"), "ed25519", "");
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The account: whoever runs the tests.
    ///
    /// # Panics
    /// When the system does not tell.
    #[must_use]
    pub fn user(&self) -> String {
        let told = Command::new("id").arg("-un").output().expect("id can be started");
        String::from_utf8(told.stdout).expect("a user has a name").trim().to_owned()
    }

    /// A private key that is let in.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.path("user")
    }

    /// Another, of kind RSA, locked by [`PASSPHRASE`].
    #[must_use]
    pub fn locked_key(&self) -> PathBuf {
        self.path("locked")
    }

    /// A key that is not let in.
    #[must_use]
    pub fn strange_key(&self) -> PathBuf {
        self.path("strange")
    }

    /// A file in which the server is known.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn known_hosts(&self) -> PathBuf {
        let key = fs::read_to_string(self.path("host.pub")).expect("the key is there");
        let path = self.path("known_hosts");
        fs::write(&path, format!("[127.0.0.1]:{} {key}", self.port)).expect("it can be written");
        path
    }

    /// The fingerprint of its host key.
    ///
    /// # Panics
    /// When `ssh-keygen` does not tell.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let told =
            Command::new("ssh-keygen").arg("-lf").arg(self.path("host.pub")).output().expect("it can be started");
        let told = String::from_utf8(told.stdout).expect("it is text");
        told.split(' ').nth(1).expect("the fingerprint comes second").to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self) -> Result<Child, String> {
        let path = |name: &str| self.path(name).display().to_string();
        let config = [
            format!("ListenAddress 127.0.0.1:{}", self.port),
            format!("HostKey {}", path("host")),
            format!("AuthorizedKeysFile {}", path("authorized_keys")),
            format!("PidFile {}", path("pid")),
            "StrictModes no".to_owned(),
            "UsePAM no".to_owned(),
            "PasswordAuthentication no".to_owned(),
            "PermitRootLogin yes".to_owned(),
            "MaxStartups 100".to_owned(),
            "Subsystem sftp internal-sftp".to_owned(),
        ];
        fs::write(self.path("config"), config.join("\n")).expect("it can be written");
        // Only root needs it, and only root can make it.
        let _ = fs::create_dir("/run/sshd");
        let mut leash = Command::new("sh")
            .args(["-c", LEASH, "sh", "/usr/sbin/sshd", "-D", "-e", "-f", &path("config")])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sh can be started");
        let mut lines = BufReader::new(leash.stderr.take().expect("its standard error is piped")).lines();
        let mut log = String::new();
        for line in lines.by_ref().map_while(Result::ok) {
            if line.contains("Server listening on") {
                // Read on, so that the server never waits for a reader.
                thread::spawn(move || lines.for_each(drop));
                return Ok(leash);
            }
            log.push_str(&line);
            log.push('\n');
        }
        let _ = leash.wait();
        Err(log)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.kill();
    }
}

fn make_keys(folder: &Path) {
    make_key(&folder.join("host"), "ed25519", "");
    make_key(&folder.join("user"), "ed25519", "");
    make_key(&folder.join("locked"), "rsa", PASSPHRASE);
    make_key(&folder.join("strange"), "ed25519", "");
    let public = |name: &str| fs::read_to_string(folder.join(name)).expect("the key is there");
    let authorized = public("user.pub") + &public("locked.pub");
    fs::write(folder.join("authorized_keys"), authorized).expect("it can be written");
}

fn make_key(path: &Path, kind: &str, passphrase: &str) {
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", kind, "-N", passphrase, "-C", "test", "-f"]).arg(path);
    assert!(command.status().expect("ssh-keygen can be started").success(), "no key was made");
}
