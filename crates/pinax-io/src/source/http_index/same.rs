//! Is a file the one that a page told of?

use std::time::UNIX_EPOCH;

use pinax_core::nouns::source_image::Fingerprint;

use crate::http::Downloaded;
use crate::http::header::LAST_MODIFIED;

/// All zones are a number of quarters of an hour apart.
const QUARTER_S: i64 = 900;

/// May what came be what was listed? A page tells time in a zone that is not known, often without seconds; so hours are
/// not compared, only what is the same in every zone.
pub(super) fn may_be_same(listed: &Fingerprint, came: &Downloaded) -> bool {
    let size_fits = listed.size_bytes == 0 || listed.size_bytes == came.size_bytes;
    size_fits && (listed.modified_ns == 0 || modified_s(came).is_none_or(|came| time_fits(listed.modified_ns, came)))
}

fn time_fits(listed_ns: i64, came_s: i64) -> bool {
    let listed_s = listed_ns.div_euclid(1_000_000_000);
    // Whole minutes are what a page without seconds tells.
    let told_s = if listed_s % 60 == 0 { 60 } else { 1 };
    (came_s - listed_s).rem_euclid(QUARTER_S) < told_s
}

fn modified_s(came: &Downloaded) -> Option<i64> {
    let time = httpdate::parse_http_date(came.headers.get(LAST_MODIFIED)?.to_str().ok()?).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::time_fits;

    #[test]
    fn the_same_moment_is_known_in_every_zone() {
        let at = |seconds: i64| seconds * 1_000_000_000;
        let moment = 1_700_000_061;
        for zone in [0, 3_600, -5 * 3_600, 20_700, 14 * 3_600] {
            assert!(time_fits(at(moment + zone), moment), "{zone}");
            assert!(time_fits(at((moment + zone) / 60 * 60), moment), "{zone}");
            assert!(!time_fits(at(moment + zone), moment + 1), "{zone}");
            assert!(!time_fits(at((moment + zone) / 60 * 60), moment + 61), "{zone}");
        }
    }
}
