//! Probe and render: every decoder, ours (TIFF, bitmaps, runs) and others', with what surrounds them.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use pinax_image::{Limits, Renderer, Target, probe};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        max_pixels: 100_000,
        max_scans: 20,
        max_decoder_bytes: 2_000_000,
        max_scanned_pixels: 1_000_000,
        max_time: Duration::from_secs(10),
    };
    if let Ok(found) = probe(bytes, &limits) {
        let _either = Renderer::new(limits).render(bytes, &found, &[Target { width_px: 40, quality: 80 }]);
    }
});
