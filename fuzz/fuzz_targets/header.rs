//! Headers alone: segments of JPEG, Exif, directories of TIFF and raw files, chunks and boxes of the others.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pinax_image::{Limits, probe, sniff};

fuzz_target!(|bytes: &[u8]| {
    let _format = sniff(bytes);
    let _either = probe(bytes, &Limits::default());
});
