//! Progress on a terminal: a bar with rate and time left.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use pinax_core::ports::progress::{Event, Progress};

use super::plain::SHOWN_ITEMS;
use super::{counted, error, grouped};

pub(super) struct Bar {
    bar: ProgressBar,
    shown: AtomicU64,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, shown: AtomicU64::new(0) }
    }

    /// Shows what needs a person, as long as it is not too much.
    fn show(&self, lines: String) {
        if self.shown.fetch_add(1, Ordering::Relaxed) < SHOWN_ITEMS {
            self.bar.println(lines);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn tell(&self, event: Event<'_>) {
        match event {
            Event::Batch { id, resumed: true } => self.bar.println(format!("going on with batch {id}")),
            Event::Listed { found, unchanged } => {
                self.bar.set_message(format!("{} found, {} unchanged", grouped(found), grouped(unchanged)));
            }
            Event::Waiting { files } => {
                self.bar.set_message(format!("waiting for {} still being written", counted(files, "file", "files")));
            }
            Event::ToDo { items, .. } => {
                let style = "{bar:30} {human_pos}/{human_len}  {rate}  {eta} left  {wide_msg}";
                let style = ProgressStyle::with_template(style).expect("the template is constant");
                self.bar.set_style(style.with_key("rate", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    // A line that cannot be drawn is drawn the next time.
                    let _ = write!(out, "{:.1}/s", state.per_sec());
                }));
                self.bar.set_length(items);
                self.bar.set_message("");
                self.bar.reset();
            }
            Event::Published(item) => {
                self.bar.inc(1);
                self.bar.set_message(item.image.locator.to_string());
            }
            Event::Ended(item) => {
                let lines = error::lines_of(item);
                if lines.is_some() {
                    self.bar.inc(1);
                }
                if let Some(lines) = lines.filter(|_| item.ended_before.is_none()) {
                    self.show(lines);
                }
            }
            Event::Aside(image, reason) => self.show(error::aside(image, reason)),
            Event::Finding(finding) => self.bar.println(error::finding(finding)),
            _ => {}
        }
    }
}
