//! `GET /api/v1/cluster-views`: the kept questions, by name.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::ViewAnswer;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Every kept question.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterViews {
    /// By name.
    views: Vec<ViewAnswer>,
}

/// Questions about recurring failures that are kept under a name
#[utoipa::path(
    get,
    path = "/cluster-views",
    tag = "clusters",
    operation_id = "cluster_views",
    responses(
        (status = 200, description = "Every kept question, by name", body = ClusterViews),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<AppState>, _: NoParameters) -> Result<Json<ClusterViews>, ApiError> {
    let views = state.store.group_views().await?;
    Ok(Json(ClusterViews { views: views.into_iter().map(ViewAnswer::from).collect() }))
}
