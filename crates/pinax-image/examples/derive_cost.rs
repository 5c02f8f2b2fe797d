//! What rendering costs: `derive_cost FILE... [--rounds N]` renders 200, 1400 and 3200 pixels wide
//! at quality 80 from each file, in one thread with one renderer, and prints CPU seconds (user and
//! system) per picture and the peak of resident memory. The first round warms up and is not counted.
//!
//! Reads `/proc/self`, so Linux only.

use std::error::Error;
use std::fs;

use pinax_image::{Limits, Renderer, Target, memory_estimate_bytes, probe};

/// Length of a clock tick in `/proc/self/stat`; 100 a second on every Linux we build for.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let (files, rounds) = arguments()?;
    let targets = [200, 1400, 3200].map(|width_px| Target { width_px, quality: 80 });
    let limits = Limits::default();
    let mut renderer = Renderer::new(limits);
    let mut bytes_out = 0;
    let mut start = 0.0;
    for round in 0..=rounds {
        if round == 1 {
            start = cpu_seconds()?;
        }
        for file in &files {
            let source = fs::read(file)?;
            let found = probe(&source, &limits)?;
            let renditions = renderer.render(&source, &found, &targets)?;
            bytes_out = renditions.iter().map(|r| r.bytes.len()).sum();
            if round == 0 {
                let (width, height) = found.upright_size();
                let estimate = memory_estimate_bytes(&found, &targets) / 1_000_000;
                eprintln!("{file}: {width} x {height}, {bytes_out} bytes out, estimate {estimate} MB");
            }
        }
    }
    let pictures = (rounds * files.len()) as f64;
    let seconds = (cpu_seconds()? - start) / pictures;
    let peak = peak_memory_mb()?;
    println!("cpu_seconds_per_image {seconds:.4}");
    println!("peak_rss_mb {peak:.0}");
    println!("held_mb {}", renderer.held_bytes() / 1_000_000);
    println!("bytes_out {bytes_out}");
    Ok(())
}

fn arguments() -> Result<(Vec<String>, usize), Box<dyn Error>> {
    let mut files = Vec::new();
    let mut rounds = 5;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--rounds" {
            rounds = words.next().ok_or("--rounds wants a number")?.parse()?;
        } else {
            files.push(word);
        }
    }
    if files.is_empty() || rounds == 0 {
        return Err("usage: derive_cost FILE... [--rounds N]".into());
    }
    Ok((files, rounds))
}

/// User and system time of this process so far.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the name in parentheses, which may hold spaces; utime and stime are the
    // 14th and 15th.
    let (_, after_name) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_PER_SECOND)
}

fn peak_memory_mb() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("no VmHWM in /proc/self/status")?
        .parse::<f64>()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
