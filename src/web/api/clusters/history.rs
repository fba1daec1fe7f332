//! `GET /api/v1/clusters/{id}/history`: everything that happened to a recurring failure.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::cluster_history::ClusterEvent;
use crate::domain::id::ClusterId;
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What happened, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterHistory {
    /// The events.
    events: Vec<EventAnswer>,
}

/// One thing that happened to a cluster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterEvent)]
pub struct EventAnswer {
    /// What happened.
    #[schema(schema_with = names::cluster_event)]
    event: &'static str,
    /// What stood before, where that is a value.
    before: Option<String>,
    /// What stands since.
    after: Option<String>,
    /// The other cluster it happened with.
    #[schema(format = "uuid")]
    other: Option<String>,
    /// Complaints it moved.
    complaints: Option<i64>,
    /// Whether a person or the machine did it.
    #[schema(schema_with = names::origin)]
    origin: &'static str,
    /// Who, where that was said.
    person: Option<String>,
    /// Why.
    reason: Option<String>,
    /// The decision it was part of.
    #[schema(format = "uuid")]
    decision: Option<String>,
    /// When.
    #[schema(format = "date-time")]
    at: String,
}

/// Everything that happened to a recurring failure
#[utoipa::path(
    get,
    path = "/clusters/{id}/history",
    tag = "clusters",
    params(("id" = String, Path, description = "The cluster's id")),
    responses(
        (status = 200, description = "What happened, oldest first", body = ClusterHistory),
        (status = 404, description = "No such cluster", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn history(
    State(state): State<AppState>,
    Id(id): Id<ClusterId>,
    _: NoParameters,
) -> Result<Json<ClusterHistory>, ApiError> {
    state.store.cluster(id).await?.ok_or(ApiError::NotFound { what: "cluster" })?;
    let events = state.store.cluster_events(id).await?;
    Ok(Json(ClusterHistory { events: events.into_iter().map(EventAnswer::from).collect() }))
}

impl From<ClusterEvent> for EventAnswer {
    fn from(event: ClusterEvent) -> Self {
        let ClusterEvent {
            cluster: _,
            kind,
            before,
            after,
            other,
            complaints,
            origin,
            person,
            reason,
            decision,
            at,
        } = event;
        Self {
            event: kind.name(),
            before,
            after,
            other: other.map(|id| id.to_string()),
            complaints,
            origin: origin.name(),
            person,
            reason,
            decision: decision.map(|id| id.to_string()),
            at: at.to_rfc3339(),
        }
    }
}
