//! Port `stop`: whether a person asked to stop.

/// Asked between two items. Contract: once true, always true.
pub trait Stop: Send + Sync {
    /// Has somebody asked to stop?
    fn asked(&self) -> bool;
}

/// Nobody ever asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Never;

impl Stop for Never {
    fn asked(&self) -> bool {
        false
    }
}

impl Stop for std::sync::atomic::AtomicBool {
    fn asked(&self) -> bool {
        self.load(std::sync::atomic::Ordering::Relaxed)
    }
}
