//! Who is let in, and which servers are trusted.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use pinax_core::ErrorKind;
use pinax_core::ports::source::Source as _;
use pinax_io::sftp::{HostKey, Password, SftpLogin, SftpOptions};
use pinax_testkit::sshd::{PASSPHRASE, Sshd};

async fn check(server: SftpOptions) -> pinax_core::Result<()> {
    super::source(server, Path::new("/")).check().await
}

#[tokio::test]
async fn keys_with_and_without_passphrase_are_let_in() {
    let sshd = Sshd::start();
    check(super::server(&sshd)).await.unwrap();
    let locked = |passphrase: Option<&str>| SftpOptions {
        login: SftpLogin::KeyFile { path: sshd.locked_key(), passphrase: passphrase.map(Password::new) },
        ..super::server(&sshd)
    };
    check(locked(Some(PASSPHRASE))).await.unwrap();
    for wrong in [None, Some("wrong")] {
        let error = check(locked(wrong)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
}

#[tokio::test]
async fn a_refused_log_in_is_not_tried_again() {
    let sshd = Sshd::start();
    let strange = SftpLogin::KeyFile { path: sshd.strange_key(), passphrase: None };
    for login in [strange, SftpLogin::Password(Password::new("guess"))] {
        let source = super::source(SftpOptions { login, ..super::server(&sshd) }, Path::new("/"));
        let first = source.check().await.unwrap_err();
        assert_eq!(first.kind(), ErrorKind::Unauthorized, "{first}");
        assert!(!format!("{first} {source:?}").contains("guess"), "{source:?}");
        let second = source.check().await.unwrap_err();
        assert_eq!((second.kind(), second.to_string()), (first.kind(), first.to_string()));
    }
}

#[tokio::test]
async fn an_unknown_host_key_is_refused_with_its_fingerprint_and_a_changed_one_loudly() {
    let mut sshd = Sshd::start();
    let known = sshd.known_hosts();
    let with = |host_key: HostKey| SftpOptions { host_key, ..super::server(&sshd) };
    check(with(HostKey::Fingerprint(sshd.fingerprint()))).await.unwrap();

    let nothing = with(HostKey::KnownHosts(known.with_file_name("none")));
    let error = check(nothing).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(error.to_string().contains(&sshd.fingerprint()), "{error}");
    // The line the hint gives is the one that helps.
    let hint = error.hint_text().unwrap().to_owned();
    let line = hint.split("known_hosts: ").nth(1).unwrap();
    fs::write(known.with_file_name("accepted"), format!("{line}\n")).unwrap();
    check(with(HostKey::KnownHosts(known.with_file_name("accepted")))).await.unwrap();

    let before = fs::read(&known).unwrap();
    let fingerprint = sshd.fingerprint();
    sshd.change_host_key();
    sshd.start_again();
    fs::write(&known, before).unwrap();
    let options = |host_key: HostKey| SftpOptions {
        port: sshd.port(),
        ..SftpOptions::new("127.0.0.1", sshd.user(), SftpLogin::Agent, host_key)
    };
    for host_key in [HostKey::KnownHosts(known), HostKey::Fingerprint(fingerprint)] {
        let error = check(options(host_key)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert!(error.to_string().contains("IS NOT THE ONE"), "{error}");
    }
}

#[tokio::test]
async fn a_password_is_let_in() {
    // OpenSSH checks passwords of real accounts only.
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("a.jpg"), "a").unwrap();
    let sshd = Sshd::start();
    let key = sshd.strange_key();
    let mut rclone = Command::new("rclone")
        .args(["serve", "sftp", "--addr", "127.0.0.1:0", "--user", "tester", "--pass", "se cret+", "-v", "--key"])
        .arg(&key)
        .args(["--config", "/dev/null"])
        .arg(place.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(rclone.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut ports = lines.filter_map(|line| {
        line.split_once("listening on 127.0.0.1:").and_then(|(_, port)| port.trim().parse::<u16>().ok())
    });
    let port = ports.next().unwrap();
    let told = Command::new("ssh-keygen").arg("-lf").arg(&key).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let fingerprint = HostKey::Fingerprint(told.split(' ').nth(1).unwrap().to_owned());
    let with = |password: &str| SftpOptions {
        port,
        ..SftpOptions::new("127.0.0.1", "tester", SftpLogin::Password(Password::new(password)), fingerprint.clone())
    };
    let source = |password: &str| super::source(with(password), Path::new("/"));
    let good = source("se cret+").check().await;
    let wrong = source("wrong").check().await;
    let listed = pinax_testkit::source_contract::list_all(&source("se cret+")).await;
    rclone.kill().unwrap();
    rclone.wait().unwrap();
    good.unwrap();
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert_eq!(listed.keys().collect::<Vec<_>>(), [b"a.jpg"]);
}

#[tokio::test]
async fn an_agent_is_asked() {
    let sshd = Sshd::start();
    let socket = sshd.key().with_file_name("agent");
    let with = || SftpOptions { login: SftpLogin::AgentAt(socket.clone()), ..super::server(&sshd) };
    let error = check(with()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "nobody listens there: {error}");
    assert!(error.hint_text().unwrap().contains("ssh-add"), "{error}");

    let mut agent = Command::new("ssh-agent").arg("-D").arg("-a").arg(&socket).stdout(Stdio::piped()).spawn().unwrap();
    // It tells where it listens once it does.
    BufReader::new(agent.stdout.as_mut().unwrap()).read_line(&mut String::new()).unwrap();
    let refused = check(with()).await;
    let add = |key: &Path| {
        let told =
            Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &socket).stdin(Stdio::null()).status();
        assert!(told.unwrap().success());
    };
    add(&sshd.strange_key());
    add(&sshd.key());
    let let_in = check(with()).await;
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unauthorized, "it holds no key");
    let_in.unwrap();
}
