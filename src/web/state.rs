//! What every handler may use.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::taxonomy::Taxonomy;
use crate::pipeline::Pipeline;
use crate::search::index::SearchIndex;
use crate::store::Store;
use crate::store::intake_queue::IntakeQueue;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The steps, for what they compute on demand: charts with their expected range.
    pub pipeline: Pipeline,
    /// The truth.
    pub store: Store,
    /// What finds complaints.
    pub index: SearchIndex,
    /// The one writer for complaints that come in by HTTP.
    pub queue: IntakeQueue,
    /// The organisation's time zone.
    pub zone: TimeZone,
}

impl AppState {
    /// Handlers over an open house.
    pub fn new(pipeline: Pipeline, queue: IntakeQueue) -> Self {
        Self {
            store: pipeline.store.clone(),
            index: pipeline.index.clone(),
            zone: pipeline.zone.clone(),
            queue,
            pipeline,
        }
    }

    /// The taxonomy in force.
    pub fn taxonomy(&self) -> Arc<Taxonomy> {
        self.pipeline.taxonomy()
    }
}
