//! Twenty thousand broken files of every format: no panic, no hang, bounded memory.
//!
//! They run in a child process, so that an abort is caught too and peak memory is theirs alone.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pinax_image::{Format, Limits, Renderer, embedded_rights, probe};

use crate::hostile_seeds::{Mutator, seeds};
use crate::picture::target;

const CASES: u64 = 20_000;
/// No single case may take so long, on however busy a machine.
const HANGS_AFTER: Duration = Duration::from_secs(30);
/// The small pictures and limits below, with room for the libraries. A bomb takes hundreds.
const MAX_PEAK_KB: u64 = 120_000;

fn limits() -> Limits {
    Limits {
        max_pixels: 100_000,
        max_scans: 20,
        max_decoder_bytes: 2_000_000,
        max_scanned_pixels: 1_000_000,
        max_time: Duration::from_secs(10),
    }
}

#[test]
fn broken_files_do_no_harm() {
    let child = Command::new(std::env::current_exe().expect("the test's own file"))
        .args(["hostile::the_child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .expect("starts");
    let told = String::from_utf8_lossy(&child.stdout);
    let summary = told.lines().find_map(|line| line.split_once("hostile: ")).map(|(_, rest)| rest.to_owned());
    let cause = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{:?}\n{told}\n{cause}", child.status);
    let summary = summary.expect("a summary");
    println!("{summary}");
    let peak_kb: u64 =
        summary.rsplit_once("peak ").and_then(|(_, kb)| kb.strip_suffix(" kB")?.parse().ok()).expect("kB");
    assert!(peak_kb < MAX_PEAK_KB, "{summary}");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn the_child() {
    let case = Arc::new(AtomicU64::new(0));
    watch(Arc::clone(&case));
    let seeds = seeds();
    let limits = limits();
    let mut renderer = Renderer::new(limits);
    let (mut probed, mut rendered) = (0, 0);
    for number in 0..CASES {
        case.store(number + 1, Ordering::SeqCst);
        let broken = Mutator::new(number).broken(&seeds);
        let _rights = embedded_rights(&broken);
        let Ok(found) = probe(&broken, &limits) else {
            continue;
        };
        probed += 1;
        assert!(found.pixels() <= limits.max_pixels && found.decoder_bytes <= limits.max_decoder_bytes);
        let outcome = renderer.render(&broken, &found, &[target(40), target(9)]);
        if let Ok(renditions) = &outcome {
            rendered += 1;
            assert!(
                renditions.iter().all(|one| one.width_px.max(one.height_px) > 0 && one.bytes.ends_with(b"\xff\xd9"))
            );
        }
        let verified = renderer.verify(&broken, &found);
        // A JPEG is verified at another scale, where the decoder may stumble over other things.
        let same = verified.is_ok() == outcome.is_ok() || matches!(found.format, Format::Jpeg | Format::CameraRaw);
        assert!(same, "case {number}: {verified:?}, {outcome:?}");
    }
    // After all that it still works.
    for (name, seed) in &seeds {
        let found = probe(seed, &limits).unwrap_or_else(|error| panic!("{name}: {error}"));
        renderer.render(seed, &found, &[target(40)]).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let peak = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("", str::trim);
    println!("\nhostile: {CASES} broken files, {probed} probed, {rendered} rendered, peak {peak}");
}

/// Ends the process if one case goes on for ever.
fn watch(case: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        let mut last = 0;
        loop {
            std::thread::park_timeout(HANGS_AFTER);
            let now = case.load(Ordering::SeqCst);
            if now == last {
                eprintln!("case {} hangs", now - 1);
                std::process::exit(3);
            }
            last = now;
        }
    });
}
