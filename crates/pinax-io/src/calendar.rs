//! Days and times as services write them: `2026-11-22`, `2026-11-22T22:11:27Z`. All are of UTC.

use std::fmt;

const DAY_MS: i64 = 86_400_000;

/// A day of the calendar, in days since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day in which a moment lies, in milliseconds since 1970.
    #[must_use]
    pub fn of_ms(ms: i64) -> Self {
        Self(ms.div_euclid(DAY_MS))
    }

    /// Reads `YYYY-MM-DD`; `None` when there is no such day.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return None };
        let number = |text: &str, digits: usize| {
            let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            fits.then(|| text.parse::<i64>().ok()).flatten()
        };
        let found = Self(days_from_1970(number(year, 4)?, number(month, 2)?, number(day, 2)?));
        // Of a day that is not there another one is found.
        (found.to_string() == text).then_some(found)
    }

    /// The day before or after, by so many days.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Its beginning, in milliseconds since 1970.
    #[must_use]
    pub fn begin_ms(self) -> i64 {
        self.0.saturating_mul(DAY_MS)
    }
}

/// `YYYY-MM-DD`; the calendar is Howard Hinnant's `civil_from_days`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days of the Gregorian calendar; years begin in March, so that the day of a leap year is the last one.
pub(crate) fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// Reads `YYYY-MM-DDTHH:MM:SSZ`: milliseconds since 1970.
pub(crate) fn moment_ms(text: &str) -> Option<i64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, _) = time.split_once('.').unwrap_or((time, ""));
    let [hour, minute, second] = time.split(':').map(|part| part.parse::<i64>().ok()).collect::<Option<Vec<_>>>()?[..]
    else {
        return None;
    };
    let fits = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    fits.then_some(Day::read(day)?.begin_ms() + (hour * 3_600 + minute * 60 + second) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::{Day, moment_ms};

    #[test]
    fn days_are_read_and_written() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-11-22", 20_779),
        ] {
            assert_eq!(Day::read(text), Some(Day::of_ms(days * 86_400_000)), "{text}");
            assert_eq!(Day::of_ms(days * 86_400_000 + 86_399_999).to_string(), text);
        }
        assert_eq!(Day::read("2026-02-28").unwrap().plus(1).to_string(), "2026-03-01");
        for bad in ["", "2026-02-29", "2026-13-01", "2026-00-01", "26-01-01", "2026-1-1", "2026-11-22Z", "+026-01-01"] {
            assert_eq!(Day::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn moments_are_read() {
        assert_eq!(moment_ms("2026-11-22T00:00:01Z"), Some(1_795_305_601_000));
        assert_eq!(moment_ms("2015-05-12T15:50:38Z"), Some(1_431_445_838_000));
        assert_eq!(moment_ms("2015-05-12T15:50:38.123Z"), Some(1_431_445_838_000));
        for bad in ["2015-05-12", "2015-05-12T15:50:38", "2015-05-12T25:50:38Z", "2015-05-12T15:50Z"] {
            assert_eq!(moment_ms(bad), None, "{bad}");
        }
    }
}
