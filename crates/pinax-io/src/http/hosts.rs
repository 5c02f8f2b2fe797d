//! What is known of each host: who is asking it now, when it may be asked again, and what failed there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::options::Manners;
use super::wait::Wait;

/// All hosts that were asked.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<HashMap<(String, u16), Arc<Host>>>);

impl Hosts {
    /// The host of `url`.
    pub(super) fn of(&self, url: &Url, manners: &Manners) -> Arc<Host> {
        let key = (url.host_str().unwrap_or_default().to_owned(), url.port_or_known_default().unwrap_or_default());
        let mut hosts = held(&self.0);
        Arc::clone(hosts.entry(key).or_insert_with(|| Arc::new(Host::new(manners.connections_per_host))))
    }
}

/// One host.
#[derive(Debug)]
pub(super) struct Host {
    places: Arc<Semaphore>,
    /// The earliest time the next request may begin.
    next: Mutex<Option<Instant>>,
    /// Different addresses that failed since anything went well.
    failed: Mutex<Vec<String>>,
}

impl Host {
    fn new(connections: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(connections.max(1))),
            next: Mutex::new(None),
            failed: Mutex::new(Vec::new()),
        }
    }

    /// Waits for one's turn; the place is held as long as the answer is being read.
    pub(super) async fn enter(&self, least_pause: Duration, wait: &dyn Wait) -> OwnedSemaphorePermit {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("it is never closed");
        loop {
            let pause = {
                let mut next = held(&self.next);
                let now = wait.now();
                match *next {
                    Some(at) if at > now => at - now,
                    _ => {
                        *next = Some(now + least_pause);
                        return place;
                    }
                }
            };
            wait.wait(pause).await;
        }
    }

    /// Leaves the host alone for so long.
    pub(super) fn leave_alone(&self, pause: Duration, wait: &dyn Wait) {
        let until = wait.now() + pause;
        let mut next = held(&self.next);
        *next = Some(next.map_or(until, |next| next.max(until)));
    }

    /// Something went well.
    pub(super) fn works(&self) {
        held(&self.failed).clear();
    }

    /// Gives up one address; how many different ones failed by now, up to `most`.
    pub(super) fn failed(&self, url: &Url, most: usize) -> usize {
        let mut failed = held(&self.failed);
        let address = url.to_string();
        if failed.len() < most && !failed.contains(&address) {
            failed.push(address);
        }
        failed.len()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
