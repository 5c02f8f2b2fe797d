//! The ground that every adapter stands on that speaks HTTP.
#![cfg(test)]

mod download;
mod retrying;
mod where_it_goes;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use pinax_io::http::{HttpClient, HttpOptions, Timeouts, Wait};
use pinax_testkit::scripted_web::ScriptedWeb;
use url::Url;

/// A clock that only runs while somebody waits, and remembers how long each wait was.
#[derive(Debug)]
struct FakeWait {
    begun: Instant,
    waited: Mutex<Vec<Duration>>,
}

impl FakeWait {
    fn new() -> Arc<Self> {
        Arc::new(Self { begun: Instant::now(), waited: Mutex::default() })
    }

    fn waited(&self) -> Vec<Duration> {
        self.waited.lock().unwrap().clone()
    }
}

#[async_trait]
impl Wait for FakeWait {
    fn now(&self) -> Instant {
        self.begun + self.waited.lock().unwrap().iter().sum::<Duration>()
    }

    async fn wait(&self, time: Duration) {
        self.waited.lock().unwrap().push(time);
    }
}

fn url(text: impl AsRef<str>) -> Url {
    Url::parse(text.as_ref()).unwrap()
}

/// A client for the server, which does not really wait.
fn client(web: &ScriptedWeb) -> (HttpClient, Arc<FakeWait>) {
    client_with(web, |_| ())
}

fn client_with(web: &ScriptedWeb, change: impl FnOnce(&mut HttpOptions)) -> (HttpClient, Arc<FakeWait>) {
    let wait = FakeWait::new();
    let mut options = HttpOptions { wait: Arc::clone(&wait) as _, ..HttpOptions::for_server(&url(web.url("/"))) };
    options.manners.least_pause = Duration::ZERO;
    change(&mut options);
    (HttpClient::new(options).unwrap(), wait)
}

/// For servers that fall silent.
fn impatient() -> Timeouts {
    let short = Duration::from_millis(150);
    Timeouts { answer: short, idle: short, ..Timeouts::default() }
}
