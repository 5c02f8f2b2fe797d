//! Port `clock`: what time it is.

/// The time of day. Contract: never goes back by more than a correction of the system's clock.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 (UTC).
    fn now_ms(&self) -> i64;
}
