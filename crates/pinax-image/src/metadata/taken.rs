//! When a picture was taken, by the clock of its camera.

use std::fmt;

/// A day, mostly with a time, seldom with the offset of that time from UTC. Every number is in its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Taken {
    year: u16,
    month: u8,
    day: u8,
    /// Hour, minute, second.
    time: Option<(u8, u8, u8)>,
    offset_minutes: Option<i16>,
}

impl Taken {
    /// Reads `2019:05:04 10:11:12` (Exif) or `2019-05-04T10:11:12.5+02:00` (XMP, ISO 8601); the time, its seconds, its
    /// fraction and the offset may be missing. `offset` is what Exif keeps apart, as `+02:00`. `None` for what is no
    /// whole date, such as the blanks of a camera whose clock was never set.
    #[must_use]
    pub fn read(text: &str, offset: Option<&str>) -> Option<Self> {
        let text = text.trim_matches(['\0', ' ', '\t', '\r', '\n']);
        let (date, rest) = text.split_at_checked(10)?;
        let (year, month, day) = (number(date, 0, 4)?, number(date, 5, 7)?, number(date, 8, 10)?);
        let separators = (date.as_bytes()[4], date.as_bytes()[7]);
        if !matches!(separators, (b':', b':') | (b'-', b'-')) {
            return None;
        }
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        if year == 0 || !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
            return None;
        }
        let mut taken = Self { year, month, day, time: None, offset_minutes: None };
        let Some(clock) = rest.strip_prefix(['T', ' ']) else {
            return rest.is_empty().then_some(taken);
        };
        let at = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
        let (clock, own_offset) = clock.split_at(at);
        taken.time = time(clock.trim_end());
        if taken.time.is_some() {
            taken.offset_minutes =
                offset_minutes(own_offset).or_else(|| offset_minutes(offset?.trim_matches(['\0', ' '])));
        }
        Some(taken)
    }

    /// As Exif writes it: `2019:05:04 10:11:12`. `None` without a time, for which Exif has no form.
    pub(crate) fn exif(self) -> Option<String> {
        let Self { year, month, day, .. } = self;
        let (hour, minute, second) = self.time?;
        Some(format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}"))
    }

    /// The offset from UTC: `+02:00`.
    pub(crate) fn offset(self) -> Option<String> {
        let minutes = self.offset_minutes?;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
        Some(format!("{sign}{hours:02}:{minutes:02}"))
    }
}

/// ISO 8601: `2019-05-04T10:11:12+02:00`, as far as it is known.
impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?;
        if let Some((hour, minute, second)) = self.time {
            write!(f, "T{hour:02}:{minute:02}:{second:02}")?;
        }
        f.write_str(&self.offset().unwrap_or_default())
    }
}

/// `10:11`, `10:11:12` or `10:11:12.34`.
fn time(text: &str) -> Option<(u8, u8, u8)> {
    let mut parts = text.split(':');
    let mut part = |most: u16| {
        let text = parts.next()?;
        let whole = text.split('.').next().filter(|whole| whole.len() == 2)?;
        number(whole, 0, 2).filter(|number| *number <= most).and_then(|number| u8::try_from(number).ok())
    };
    let (hour, minute) = (part(23)?, part(59)?);
    let second = if text.len() > 5 { part(60)? } else { 0 };
    parts.next().is_none().then_some((hour, minute, second))
}

fn offset_minutes(text: &str) -> Option<i16> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (number(text, 1, 3)?, number(text, 4, 6)?);
    let fits = text.len() == 6 && &text[3..4] == ":" && hours <= 15 && minutes <= 59;
    let minutes = i16::try_from(hours * 60 + minutes).ok()?;
    fits.then_some(sign * minutes)
}

/// The digits from one byte to another.
fn number(text: &str, from: usize, to: usize) -> Option<u16> {
    let digits = text.get(from..to)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn days_of(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::Taken;

    #[test]
    fn dates_as_cameras_and_programs_write_them() {
        let cases = [
            ("2019:05:04 10:11:12", None, "2019-05-04T10:11:12"),
            ("2019:05:04 10:11:12\0", Some("+02:00\0"), "2019-05-04T10:11:12+02:00"),
            ("2019:05:04 10:11:12", Some("   :  "), "2019-05-04T10:11:12"),
            ("2019-05-04", None, "2019-05-04"),
            ("2019-05-04T10:11", None, "2019-05-04T10:11:00"),
            ("2019-05-04T10:11:12.345-07:30", Some("+01:00"), "2019-05-04T10:11:12-07:30"),
            ("2020-02-29T00:00:00Z", None, "2020-02-29T00:00:00+00:00"),
            ("2019:05:04   :  :  ", None, "2019-05-04"),
        ];
        for (text, offset, wanted) in cases {
            assert_eq!(Taken::read(text, offset).map(|taken| taken.to_string()).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        let cases = [
            "",
            "    :  :     :  :  ",
            "0000:00:00 00:00:00",
            "2019",
            "2019-05",
            "2019-13-01",
            "2019-02-29",
            "2019:05-04 10:11:12",
            "20190504T101112",
            "2019-05-04Tuesday is not a time",
            "äöüßäöüßäöüß",
            "+019-05-04",
        ];
        for text in cases {
            let found = Taken::read(text, None);
            assert!(found.is_none_or(|taken| taken.time.is_none()), "{text}: {found:?}");
        }
        assert_eq!(Taken::read("2019:02:30 10:00:00", None), None);
        assert_eq!(Taken::read("2019:05:04 25:00:00", None).and_then(Taken::exif), None);
    }
}
