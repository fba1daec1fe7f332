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
    /// The one writer for complaints that come in by HTTP.
    pub queue: IntakeQueue,
    /// Where complaints are found by words and values.
    pub index: SearchIndex,
    /// Names of labels.
    pub taxonomy: Arc<Taxonomy>,
    /// The organisation's time zone.
    pub zone: TimeZone,
}
