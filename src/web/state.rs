//! What every handler may use.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::taxonomy::Taxonomy;
use crate::store::Store;
use crate::store::intake_queue::IntakeQueue;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The truth.
    pub store: Store,
    /// The one writer for complaints that come in by HTTP.
    pub queue: IntakeQueue,
    /// Names of labels.
    pub taxonomy: Arc<Taxonomy>,
    /// The organisation's time zone.
    pub zone: TimeZone,
}
