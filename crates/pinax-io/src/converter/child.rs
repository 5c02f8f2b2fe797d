//! One run of a program: its limits set before it begins, its whole process group killed in the end.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use pinax_core::nouns::error::{Error, ErrorKind, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::PRLIMIT;

/// What is told of a program's complaints.
const TOLD_CHARS: usize = 300;

#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) time: Duration,
    /// Address space of each process.
    pub(super) memory_bytes: u64,
    /// Each file it writes.
    pub(super) file_bytes: u64,
}

/// Runs `program` in `folder`, which is its home too.
pub(super) fn run(
    program: &OsStr,
    arguments: impl Iterator<Item = String>,
    folder: &Path,
    limits: Limits,
) -> Result<()> {
    let name = program.to_string_lossy();
    let io = |error: std::io::Error| Error::new(ErrorKind::Io, format!("{name} cannot be run")).caused_by(error);
    let complaints = folder.join("complaints");
    let mut command = Command::new(PRLIMIT);
    command
        .arg(format!("--as={}", limits.memory_bytes))
        .arg(format!("--fsize={}", limits.file_bytes))
        .arg(format!("--cpu={}", limits.time.as_secs().max(1)))
        .arg("--core=0")
        .arg("--")
        .arg(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&complaints).map_err(io)?)
        .process_group(0);
    let mut child = command.spawn().map_err(io)?;
    let ended = ends_within(&child, limits.time);
    // Also what it left running. It is not reaped yet, so the number is still its own.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    let status = child.wait().map_err(io)?;
    if !ended.map_err(io)? {
        let message = format!("{name} took longer than {} seconds", limits.time.as_secs_f32());
        return Err(Error::new(ErrorKind::Rejected, message).hint("raise convert.max_seconds if the file is sound"));
    }
    judge(&name, status, &complaints, limits)
}

/// Waits for the end of `child`, which stays to be reaped.
fn ends_within(child: &Child, time: Duration) -> std::io::Result<bool> {
    let until = Instant::now() + time;
    let handle = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&left)) {
            Ok(ready) => return Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn judge(name: &str, status: ExitStatus, complaints: &Path, limits: Limits) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let signals = [(Signal::XCPU, "used up its time"), (Signal::XFSZ, "wrote too large a file")];
    if let Some((_, why)) = signals.iter().find(|(signal, _)| status.signal() == Some(signal.as_raw())) {
        return Err(Error::new(ErrorKind::Rejected, format!("{name} {why}")));
    }
    let text = String::from_utf8_lossy(&std::fs::read(complaints).unwrap_or_default()).into_owned();
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it did not say why");
    let last: String = last.chars().filter(|c| !c.is_control()).take(TOLD_CHARS).collect();
    let how = match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "failed".to_owned(),
    };
    let hint = format!("it may use {} MB of memory", limits.memory_bytes / 1_000_000);
    Err(Error::new(ErrorKind::Rejected, format!("{name} {how}: {last}")).hint(hint))
}
