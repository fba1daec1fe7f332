//! The clock and the source of ids: the only place that reads the time and randomness.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use uuid::Uuid;

use crate::domain::time::Timestamp;

/// Where "now" comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A time that moves only when told: tests and replays.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    pub fn fixed(start: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp(jiff::Timestamp::now().as_microsecond()),
            Self::Fixed(micros) => Timestamp(micros.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock; the machine's clock stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Self::Fixed(micros) = self {
            micros.store(now.0, Ordering::Relaxed);
        }
    }
}

/// A new UUID version 7: ids made later in this process sort later.
pub(super) fn new_id() -> Uuid {
    Uuid::now_v7()
}
