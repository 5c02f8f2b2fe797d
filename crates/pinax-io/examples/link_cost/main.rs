//! What linking costs: the part of a run that begins when pictures are published, and the script that does the same row
//! by row. `pinax-bench link` runs it as children, each verb a process of its own:
//!
//! * `prepare LEDGER ROWS PICTURES` makes a ledger of pictures that are published and not linked, and the rows they
//!   shall have as a file for LOAD DATA.
//! * `link LEDGER URL` goes on with that ledger, as `pinax run` does after it was killed.
//! * `row-by-row ROWS URL PICTURES` writes the first rows of the file one at a time.
//!
//! The last two tell `pictures seconds peak-bytes`. The password of the portal is in `PINAX_PORTAL_PASSWORD`.

mod link;
mod prepare;
mod row_by_row;
mod shelf;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

fn main() -> ExitCode {
    let started = Instant::now();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match verb(started, &arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn verb(started: Instant, arguments: &[&str]) -> Result<()> {
    let (pictures, seconds) = match *arguments {
        ["prepare", ledger, rows, pictures] => {
            return prepare::prepare(Path::new(ledger), Path::new(rows), pictures.parse()?);
        }
        ["link", ledger, url] => link::link(started, Path::new(ledger), url)?,
        ["row-by-row", rows, url, pictures] => row_by_row::write(Path::new(rows), url, pictures.parse()?)?,
        _ => bail!("say prepare, link or row-by-row"),
    };
    println!("{pictures} {seconds:.6} {}", peak_bytes()?);
    Ok(())
}

/// What runs on tokio, as the program itself does.
fn on_runtime<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    Ok(runtime.block_on(work))
}

fn password() -> Option<String> {
    std::env::var("PINAX_PORTAL_PASSWORD").ok()
}

/// Peak resident memory of this process.
fn peak_bytes() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no peak")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}
