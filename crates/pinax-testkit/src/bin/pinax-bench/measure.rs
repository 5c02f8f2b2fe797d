//! Measuring children: processor time from `/proc/self/stat`, memory from GNU time.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a command took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Took {
    /// Processor seconds, user and system.
    pub(crate) cpu_seconds: f64,
    /// Seconds on the wall.
    pub(crate) wall_seconds: f64,
}

impl std::ops::Add for Took {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { cpu_seconds: self.cpu_seconds + other.cpu_seconds, wall_seconds: self.wall_seconds + other.wall_seconds }
    }
}

/// Runs `command` to its end; `fine` lists the exit codes that are no failure.
pub(crate) fn run(command: &mut Command, fine: &[i32]) -> Result<Took> {
    let before = children_cpu_seconds()?;
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let wall_seconds = started.elapsed().as_secs_f64();
    let cpu_seconds = children_cpu_seconds()? - before;
    if !output.status.code().is_some_and(|code| fine.contains(&code)) {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Error::other(format!("{command:?} failed ({}): {said}", output.status)));
    }
    Ok(Took { cpu_seconds, wall_seconds })
}

/// Peak resident memory of `command`, bytes; from GNU time (`/usr/bin/time`).
pub(crate) fn peak_bytes(program: &Path, arguments: &[&str], folder: &Path, fine: &[i32]) -> Result<u64> {
    let note = folder.join("peak");
    let mut command = Command::new("/usr/bin/time");
    command.args(["-q", "-f", "%M", "-o"]).arg(&note).arg(program).args(arguments).current_dir(folder);
    run(&mut command, fine)?;
    let text = std::fs::read_to_string(&note)?;
    let kib: u64 = text.trim().parse().map_err(|_| Error::other(format!("no peak memory in `{text}`")))?;
    Ok(kib * 1024)
}

/// The middle value.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The program that lies beside this one.
pub(crate) fn sibling(name: &str) -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    if path.is_file() { Ok(path) } else { Err(Error::other(format!("{} is not built", path.display()))) }
}

/// Processor seconds of all children that were waited for.
fn children_cpu_seconds() -> Result<f64> {
    /// Linux counts these times in hundredths of a second on every architecture (USER_HZ).
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The second field, a name in parentheses, may hold spaces; cutime and cstime are fields 16 and 17.
    let rest = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<f64> = rest.split_whitespace().skip(13).take(2).filter_map(|field| field.parse().ok()).collect();
    match ticks[..] {
        [user, system] => Ok((user + system) / TICKS_PER_SECOND),
        _ => Err(Error::other("/proc/self/stat is not as expected")),
    }
}
