//! `pinax-bench`: speed and memory against the peers, measured in turn in one run.
//!
//! Prints a line per figure: name, ours, peer, ratio, target, `ok` or `short`; exits 1 when one is short.

mod barcodes;
mod derive;
mod link;
mod measure;
mod memory;
mod rescan;

use std::process::ExitCode;

/// One figure.
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) ours: String,
    pub(crate) peer: String,
    /// Ours against the peer's.
    pub(crate) ratio: f64,
    /// The most it may be.
    pub(crate) target: f64,
}

type Bench = fn() -> std::io::Result<Vec<Figure>>;

const BENCHES: [(&str, Bench); 5] = [
    ("barcodes", barcodes::barcodes),
    ("derive", derive::derive),
    ("rescan", rescan::rescan),
    ("memory", memory::memory),
    ("link", link::link),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = arguments.iter().find(|name| !BENCHES.iter().any(|(known, _)| known == name)) {
        let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("error: there is no benchmark `{unknown}`\nhint: there are {}", known.join(", "));
        return ExitCode::from(2);
    }
    println!("{:<46} {:>14} {:>14} {:>8} {:>8}", "figure", "ours", "peer", "ratio", "target");
    let mut short = false;
    for (name, bench) in BENCHES {
        if !arguments.is_empty() && !arguments.iter().any(|asked| asked == name) {
            continue;
        }
        match bench() {
            Ok(figures) => {
                for figure in figures {
                    let fine = figure.ratio <= figure.target;
                    short |= !fine;
                    println!(
                        "{:<46} {:>14} {:>14} {:>8.3} {:>8.3} {}",
                        figure.name,
                        figure.ours,
                        figure.peer,
                        figure.ratio,
                        figure.target,
                        if fine { "ok" } else { "short" }
                    );
                }
            }
            Err(error) => {
                eprintln!("error: {name}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::from(u8::from(short))
}
