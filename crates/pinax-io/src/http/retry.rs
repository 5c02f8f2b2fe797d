//! Trying again: how often, how long between, and what is said in the end.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::Duration;

use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use super::fault::{Fault, Passing};
use super::hosts::Host;
use super::options::HttpOptions;

/// The tries of one request.
pub(super) struct Tries<'a> {
    options: &'a HttpOptions,
    host: Arc<Host>,
    url: &'a Url,
    retries: u32,
    done: u32,
    /// One of them may have reached the server.
    pub(super) was_sent: bool,
}

impl<'a> Tries<'a> {
    pub(super) fn new(options: &'a HttpOptions, host: Arc<Host>, url: &'a Url, once: bool) -> Self {
        let retries = if once { 0 } else { options.manners.retries };
        Self { options, host, url, retries, done: 0, was_sent: false }
    }

    /// It went well.
    pub(super) fn end(&self) {
        self.host.works();
    }

    /// It goes on: what failed so far does not count any more.
    pub(super) fn begin_anew(&mut self) {
        self.done = 0;
    }

    /// Waits before another try.
    ///
    /// # Errors
    /// What is to be said when there is none: the fault itself when it lasts; `Unavailable` when the host is to blame;
    /// otherwise `Io`, which ends this item and is tried again by a later run.
    pub(super) async fn again(&mut self, fault: Fault) -> Result<()> {
        let passing = match fault {
            Fault::Lasting(error) => {
                self.host.works();
                return Err(error);
            }
            Fault::Passing(passing) => passing,
        };
        self.was_sent |= passing.was_sent;
        let manners = &self.options.manners;
        let wait = self.options.wait.as_ref();
        if let Some(asked) = passing.wait {
            if asked > manners.longest_wait {
                let message = format!("{} (it asks to be left alone for {} s)", passing.error, asked.as_secs());
                return Err(Error::new(ErrorKind::Unavailable, message).hint("run again later; nothing is lost"));
            }
            // Nobody else asks it meanwhile.
            self.host.leave_alone(asked, wait);
        }
        if self.done >= self.retries {
            return Err(self.give_up(passing));
        }
        let pause = pause(manners.retry_pause, self.done, manners.longest_wait);
        self.done += 1;
        wait.wait(passing.wait.map_or(pause, |asked| asked.max(pause))).await;
        Ok(())
    }

    fn give_up(&self, passing: Passing) -> Error {
        let most = self.options.manners.failing_items;
        if passing.blames_host {
            return passing.error;
        }
        if self.host.failed(self.url, most) >= most {
            let message = format!("{most} addresses failed one after another, the last: {}", passing.error);
            return Error::new(ErrorKind::Unavailable, message)
                .hint("the server seems to be down; run again later, nothing is lost");
        }
        Error::new(ErrorKind::Io, passing.error.to_string()).hint("it is tried again in the next run")
    }
}

/// The pause before retry `number`: twice as long each time, and up to half of it left to chance, so that many who were
/// refused together do not come back together.
fn pause(first: Duration, number: u32, longest: Duration) -> Duration {
    let whole = first.saturating_mul(2_u32.saturating_pow(number.min(20))).min(longest);
    let chance = u32::try_from(RandomState::new().hash_one(number) >> 33).unwrap_or_default();
    whole.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pause;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(30));
        for number in 0..40 {
            let whole = Duration::from_secs(1 << number.min(5)).min(longest);
            let pause = pause(first, number, longest);
            assert!(pause >= whole / 2 && pause <= whole, "{number}: {pause:?}");
        }
    }
}
