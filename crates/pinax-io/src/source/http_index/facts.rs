//! What a row of a directory page tells of a file: its size, when that is exact, and its time, in whatever words.

use pinax_core::nouns::source_image::Fingerprint;

use crate::calendar::days_from_1970;

/// Size and time as told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Bytes. `None` when it is told roughly (`1.2M`), or not at all.
    pub(super) size_bytes: Option<u64>,
    /// Seconds since 1970, and nanoseconds, as if the page told the time of UTC.
    pub(super) time: Option<(i64, u32)>,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Facts {
    /// Reads the words of a row beside the name.
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some((at, length, time)) = (0..words.len()).find_map(|at| {
            let (length, time) = moment(&words[at..])?;
            Some((at, length, time))
        }) else {
            let size_bytes = if let [only] = words[..] { bytes(only) } else { None };
            return Self { size_bytes, time: None };
        };
        let after = words.get(at + length).map(|word| (bytes(word), *word));
        let size_bytes = match after {
            Some((Some(size), _)) => Some(size),
            // What follows is a rough size, `-`, or nothing; then it may stand before.
            _ => at.checked_sub(1).and_then(|before| bytes(words[before])),
        };
        Self { size_bytes, time: Some(time) }
    }

    /// About when it changed, in milliseconds since 1970.
    pub(super) fn changed_ms(&self) -> Option<i64> {
        self.time.map(|(seconds, nanoseconds)| seconds * 1_000 + i64::from(nanoseconds / 1_000_000))
    }

    /// What tells a file by; what is not exact goes into the tag as the row says it.
    pub(super) fn fingerprint(&self, text: &str) -> Fingerprint {
        let modified_ns =
            self.time.map_or(0, |(seconds, more)| seconds.saturating_mul(1_000_000_000) + i64::from(more));
        let known = Fingerprint::of_file(self.size_bytes.unwrap_or_default(), modified_ns);
        let told_all = self.size_bytes.is_some() && self.time.is_some();
        if told_all || text.is_empty() { known } else { Fingerprint { tag: Fingerprint::tag_of(text), ..known } }
    }
}

/// A number without any unit.
fn bytes(word: &str) -> Option<u64> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// Date and time at the beginning of `words`; how many words they take.
fn moment(words: &[&str]) -> Option<(usize, (i64, u32))> {
    let (year, month, day) = date(words.first()?)?;
    let days = days_from_1970(year, month, day);
    let Some((mut seconds, nanoseconds)) = words.get(1).and_then(|word| clock(word)) else {
        return Some((1, (days * 86_400, 0)));
    };
    let mut length = 2;
    if let Some(half) = words.get(length).filter(|word| matches!(word.to_ascii_uppercase().as_str(), "AM" | "PM")) {
        seconds = seconds % 43_200 + if half.eq_ignore_ascii_case("PM") { 43_200 } else { 0 };
        length += 1;
    }
    // `+0000 UTC`, `GMT`.
    let zone = |word: &&&str| {
        matches!(**word, "UTC" | "GMT" | "Z")
            || word.len() == 5 && word.starts_with(['+', '-']) && bytes(&word[1..]).is_some()
    };
    while words.get(length).filter(zone).is_some() {
        length += 1;
    }
    Some((length, (days * 86_400 + seconds, nanoseconds)))
}

/// `2026-11-22`, `22-Nov-2026`, `2026-Nov-22`, `11/22/2026` (month first, as IIS writes it).
fn date(word: &str) -> Option<(i64, i64, i64)> {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let [one, two, three] = parts[..] else { return None };
    let number = |text: &str| bytes(text).and_then(|number| i64::try_from(number).ok());
    let name =
        |text: &str| MONTHS.iter().position(|month| text.eq_ignore_ascii_case(month)).map(|place| place as i64 + 1);
    let (year, month, day) = match (number(one), number(two), number(three)) {
        (Some(year), Some(month), Some(day)) if one.len() == 4 => (year, month, day),
        (Some(month), Some(day), Some(year)) if three.len() == 4 && word.contains('/') => (year, month, day),
        (Some(year), None, Some(day)) if one.len() == 4 => (year, name(two)?, day),
        (Some(day), None, Some(year)) if three.len() == 4 => (year, name(two)?, day),
        _ => return None,
    };
    ((1900..=2999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then_some((year, month, day))
}

/// `22:11`, `22:11:26`, `22:11:26.345493969`; seconds of the day, and nanoseconds.
fn clock(word: &str) -> Option<(i64, u32)> {
    let (word, fraction) = word.split_once('.').map_or((word, ""), |(word, fraction)| (word, fraction));
    let parts: Vec<i64> =
        word.split(':').map(|part| bytes(part).and_then(|part| i64::try_from(part).ok())).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    (hour < 24 && minute < 60 && second < 61).then_some((hour * 3_600 + minute * 60 + second, nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::Facts;

    const DAY: i64 = 1_795_305_600; // 2026-11-22 00:00 UTC

    #[test]
    fn rows_of_every_server_are_understood() {
        let minute = Some((DAY + 22 * 3_600 + 11 * 60, 0));
        let seconds = DAY + 22 * 3_600 + 11 * 60 + 27;
        let second = Some((seconds, 0));
        for (text, size_bytes, time) in [
            ("2026-11-22 22:11 26", Some(26), minute),
            ("2026-11-22 22:11 1.2M", None, minute),
            ("2026-11-22 22:11 26 Sheet 7 of 9", Some(26), minute),
            ("2026-11-22 22:11 1.2M 42", None, minute),
            ("22-Nov-2026 22:11 1234567", Some(1_234_567), minute),
            ("22-Nov-2026 22:11 1M", None, minute),
            ("22-Nov-2026 22:11 -", None, minute),
            ("2026-Nov-22 22:11:27 0.1K image/jpeg", None, second),
            ("26 2026-11-22 22:11:27.345493969 +0000 UTC", Some(26), Some((seconds, 345_493_969))),
            ("11/22/2026 10:11 PM 1234567", Some(1_234_567), minute),
            ("11/22/2026 12:11 AM 5", Some(5), Some((DAY + 11 * 60, 0))),
            ("2026-11-22", None, Some((DAY, 0))),
            ("1234567", Some(1_234_567), None),
            ("12 K", None, None),
            ("", None, None),
            ("31-Foo-2026 22:11 5", None, None),
        ] {
            assert_eq!(Facts::of(text), Facts { size_bytes, time }, "{text}");
        }
    }

    #[test]
    fn days_are_counted_right() {
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2000-03-01", 951_868_800),
            ("1999-12-31", 946_598_400),
            ("2100-03-01", 4_107_542_400),
        ] {
            assert_eq!(Facts::of(text).time, Some((seconds, 0)), "{text}");
        }
    }

    #[test]
    fn what_is_not_exact_goes_into_the_tag() {
        let print = |text: &str| Facts::of(text).fingerprint(text);
        assert_eq!(print("2026-11-22 22:11 26").tag, 0);
        assert_eq!(print("2026-11-22 22:11 26 old"), print("2026-11-22 22:11 26 new"));
        assert_ne!(print("2026-11-22 22:11 1.2M").tag, print("2026-11-22 22:11 1.3M").tag);
        assert_eq!(print("").tag, 0);
    }
}
