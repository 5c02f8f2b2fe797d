//! Waiting, and the clock it is measured by: handed in, so that tests do not wait.

use std::time::{Duration, Instant};

use async_trait::async_trait;

/// How time passes between requests.
#[async_trait]
pub trait Wait: Send + Sync + std::fmt::Debug {
    /// Now; never goes back.
    fn now(&self) -> Instant;

    /// Comes back after `time`.
    async fn wait(&self, time: Duration);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealWait;

#[async_trait]
impl Wait for RealWait {
    fn now(&self) -> Instant {
        Instant::now()
    }

    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
