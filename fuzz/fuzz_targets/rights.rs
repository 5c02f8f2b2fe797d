//! Rights in a picture: IPTC, XMP and the words of Exif.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pinax_image::embedded_rights;

fuzz_target!(|bytes: &[u8]| {
    let _rights = embedded_rights(bytes);
});
