//! `POST /api/v1/cluster-decisions/{id}/undo`: takes a decision about clusters back.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::DecisionId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What undoing a decision did.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionUndone {
    /// Complaints that are where they were before.
    restored: usize,
    /// Complaints that a later decision had moved on; they stay there.
    left: usize,
    /// Clusters it changed.
    clusters: Vec<String>,
}

/// Undo a decision about recurring failures
#[utoipa::path(
    post,
    path = "/cluster-decisions/{id}/undo",
    tag = "clusters",
    params(("id" = String, Path, description = "The decision's id")),
    responses(
        (status = 200, description = "Undone; what it taught is forgotten", body = DecisionUndone),
        (status = 404, description = "No such decision", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was undone already", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    Id(id): Id<DecisionId>,
    _: NoParameters,
) -> Result<Json<DecisionUndone>, ApiError> {
    state.store.decision(id).await?.ok_or(ApiError::NotFound { what: "decision" })?;
    let Some(undone) = state.pipeline.undo(id, None).await? else {
        return Err(ApiError::ChangeRefused { reason: "it was undone already".to_owned() });
    };
    Ok(Json(DecisionUndone {
        restored: undone.restored,
        left: undone.left,
        clusters: undone.clusters.iter().map(ToString::to_string).collect(),
    }))
}
