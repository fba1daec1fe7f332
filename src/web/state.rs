//! What every handler may use.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::taxonomy::Taxonomy;
use crate::search::index::SearchIndex;
use crate::store::Store;
use crate::store::intake_queue::IntakeQueue;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The truth.
    pub store: Store,
    /// What finds complaints.
    pub index: SearchIndex,
    /// The one writer for complaints that come in by HTTP.
    pub queue: IntakeQueue,
    /// Names of labels.
    pub taxonomy: Arc<Taxonomy>,
    /// The organisation's time zone.
    pub zone: TimeZone,
}
