//! Progress where no terminal is: a line when something matters, and one every few seconds.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pinax_core::ports::progress::{Event, Progress};

use super::{counted, error, grouped};

/// Items shown one by one before the rest is left to the report.
pub(super) const SHOWN_ITEMS: u64 = 20;

pub(super) struct Plain(Mutex<State>);

struct State {
    last: Instant,
    to_do: u64,
    done: u64,
    shown: u64,
}

impl State {
    /// Shows what needs a person, as long as it is not too much.
    fn show(&mut self, lines: &str) {
        self.shown += 1;
        if self.shown <= SHOWN_ITEMS {
            super::tell!("{lines}");
        } else if self.shown == SHOWN_ITEMS + 1 {
            super::tell!("… more of these; all are in the report");
        }
    }
}

impl Plain {
    const EVERY: Duration = Duration::from_secs(10);

    pub(super) fn new() -> Self {
        Self(Mutex::new(State { last: Instant::now(), to_do: 0, done: 0, shown: 0 }))
    }
}

impl Progress for Plain {
    fn tell(&self, event: Event<'_>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Batch { id, resumed: true } => super::tell!("going on with batch {id}"),
            Event::Listed { found, unchanged } if state.last.elapsed() >= Self::EVERY => {
                super::tell!("{} found, {} unchanged", grouped(found), grouped(unchanged));
                state.last = Instant::now();
            }
            Event::Waiting { files } => {
                super::tell!("waiting for {} still being written", counted(files, "file", "files"));
            }
            Event::ToDo { items, again } => {
                state.to_do = items;
                if items > again {
                    super::tell!("{} to do", counted(items - again, "picture", "pictures"));
                }
                if again > 0 {
                    super::tell!("{} looked up again", counted(again, "that waits is", "that wait are"));
                }
            }
            Event::Published(_) => {
                state.done += 1;
                if state.last.elapsed() >= Self::EVERY {
                    super::tell!("{} of {}", grouped(state.done), grouped(state.to_do));
                    state.last = Instant::now();
                }
            }
            Event::Ended(item) => {
                if let Some(lines) = error::lines_of(item).filter(|_| item.ended_before.is_none()) {
                    state.done += 1;
                    state.show(&lines);
                }
            }
            Event::Aside(image, reason) => state.show(&error::aside(image, reason)),
            Event::Finding(finding) => super::tell!("{}", error::finding(finding)),
            _ => {}
        }
    }
}
