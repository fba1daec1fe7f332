//! `GET /api/v1/clusters/{id}`: one recurring failure and its most typical complaints.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::ClusterAnswer;
use crate::domain::id::ClusterId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Typical complaints named.
const TYPICAL_COMPLAINTS: usize = 10;

/// A recurring failure and its most typical complaints.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterWithExamples {
    #[serde(flatten)]
    cluster: ClusterAnswer,
    /// Ids of up to ten complaints, the closest to the cluster's centre first.
    typical: Vec<String>,
}

/// One recurring failure
#[utoipa::path(
    get,
    path = "/clusters/{id}",
    tag = "clusters",
    params(("id" = String, Path, description = "The cluster's id")),
    responses(
        (status = 200, description = "The cluster", body = ClusterWithExamples),
        (status = 404, description = "No such cluster", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    Id(id): Id<ClusterId>,
    _: NoParameters,
) -> Result<Json<ClusterWithExamples>, ApiError> {
    let cluster = state.store.cluster(id).await?.ok_or(ApiError::NotFound { what: "cluster" })?;
    let typical = state.store.central_members(id, TYPICAL_COMPLAINTS).await?;
    let typical = typical.iter().map(ToString::to_string).collect();
    Ok(Json(ClusterWithExamples { cluster: cluster.into(), typical }))
}
