//! Which days are asked, and what is remembered of them: the last one done, and those before it that failed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::Day;

/// A day is over everywhere on Earth so long after its end in UTC: the service writes days of its own zone.
const LAST_ZONE_MS: i64 = 12 * 3_600 * 1_000;

/// What is kept from one listing to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Days {
    /// Up to this one every day was asked.
    done: Day,
    /// Of those, the ones that must be asked again.
    failed: BTreeSet<Day>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    source: String,
    done: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failed: Vec<String>,
}

impl Days {
    /// Nothing was asked yet.
    pub(super) fn before(first: Day) -> Self {
        Self { done: first.plus(-1), failed: BTreeSet::new() }
    }

    /// Reads a watermark; `None` when it is that of another source, or cannot be used.
    pub(super) fn read(watermark: &str, source: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(watermark).ok()?;
        let failed = written.failed.iter().map(|day| Day::read(day)).collect::<Option<BTreeSet<Day>>>()?;
        (written.source == source).then_some(Self { done: Day::read(&written.done)?, failed })
    }

    /// As a watermark.
    pub(super) fn watermark(&self, source: &str) -> String {
        let failed = self.failed.iter().map(Day::to_string).collect();
        let written = Written { source: source.to_owned(), done: self.done.to_string(), failed };
        serde_json::to_string(&written).expect("texts are JSON")
    }

    /// What is to be asked up to `today`, in order: days that failed, and those that were never asked, or were not over then.
    pub(super) fn to_ask(&self, today: Day) -> Vec<Day> {
        let new = (1..).map(|days| self.done.plus(days)).take_while(|day| *day <= today);
        self.failed.iter().copied().filter(|day| *day <= self.done).chain(new).collect()
    }

    /// May a listing begin at `first` without skipping a day that was never asked?
    pub(super) fn reaches(&self, first: Day) -> bool {
        first <= self.done.plus(1)
    }

    /// Notes how a day went; one that is not over is asked again anyhow. Days are told in order.
    pub(super) fn note(&mut self, day: Day, went_well: bool, now_ms: i64) {
        if went_well {
            self.failed.remove(&day);
        }
        if !is_over(day, now_ms) {
            return;
        }
        if !went_well {
            self.failed.insert(day);
        }
        self.done = self.done.max(day);
    }
}

/// Can nothing more be uploaded on that day, whatever zone the service lives in?
fn is_over(day: Day, now_ms: i64) -> bool {
    now_ms >= day.plus(1).begin_ms() + LAST_ZONE_MS
}

#[cfg(test)]
mod tests {
    use super::Days;
    use crate::calendar::Day;

    fn day(text: &str) -> Day {
        Day::read(text).unwrap()
    }

    fn asked(days: &Days, today: &str) -> Vec<String> {
        days.to_ask(day(today)).iter().map(Day::to_string).collect()
    }

    #[test]
    fn a_day_that_failed_is_asked_until_it_answers() {
        let noon = |text: &str| day(text).begin_ms() + 12 * 3_600_000;
        let mut days = Days::before(day("2026-11-20"));
        assert_eq!(asked(&days, "2026-11-22"), ["2026-11-20", "2026-11-21", "2026-11-22"]);
        for (one, well) in [("2026-11-20", true), ("2026-11-21", false), ("2026-11-22", true)] {
            days.note(day(one), well, noon("2026-11-22"));
        }
        let kept = days.watermark("here");
        assert_eq!(kept, r#"{"source":"here","done":"2026-11-21","failed":["2026-11-21"]}"#);
        assert_eq!(Days::read(&kept, "here"), Some(days.clone()));
        assert_eq!(Days::read(&kept, "elsewhere"), None);
        assert_eq!(asked(&days, "2026-11-23"), ["2026-11-21", "2026-11-22", "2026-11-23"]);
        days.note(day("2026-11-21"), true, noon("2026-11-23"));
        assert_eq!(asked(&days, "2026-11-22"), ["2026-11-22"]);
    }

    #[test]
    fn a_day_is_over_when_it_is_over_everywhere() {
        let mut days = Days::before(day("2026-11-21"));
        days.note(day("2026-11-21"), true, day("2026-11-22").begin_ms() + 12 * 3_600_000 - 1);
        assert_eq!(asked(&days, "2026-11-22"), ["2026-11-21", "2026-11-22"]);
    }

    #[test]
    fn what_is_no_watermark_is_not_used() {
        for bad in [
            "",
            "{}",
            "2026-11-21",
            r#"{"source":"a","done":"soon"}"#,
            r#"{"source":"a","done":"2026-11-21","failed":["x"]}"#,
        ] {
            assert_eq!(Days::read(bad, "a"), None, "{bad}");
        }
    }
}
