//! `GET /api/v1/clusters/{id}`: one recurring failure and its most typical complaints.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::ClusterAnswer;
use crate::domain::id::ClusterId;
use crate::web::api::parameters::{Id, Parameters};
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

/// When.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ClusterQuestion {
    /// The cluster and its complaints as they were at this instant.
    #[param(format = "date-time")]
    as_of: Option<String>,
}

/// One recurring failure
#[utoipa::path(
    get,
    path = "/clusters/{id}",
    tag = "clusters",
    params(("id" = String, Path, description = "The cluster's id"), ClusterQuestion),
    responses(
        (status = 200, description = "The cluster", body = ClusterWithExamples),
        (status = 404, description = "No such cluster, or it did not stand then", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    Id(id): Id<ClusterId>,
    mut parameters: Parameters,
) -> Result<Json<ClusterWithExamples>, ApiError> {
    let as_of = parameters.instant("as_of");
    parameters.finish()?;
    let store = &state.store;
    let (cluster, typical) = match as_of {
        Some(at) => (
            store.clusters_as_of(at).await?.into_iter().find(|cluster| cluster.id == id),
            store.members_as_of(id, at, TYPICAL_COMPLAINTS).await?,
        ),
        None => (store.cluster(id).await?, store.central_members(id, TYPICAL_COMPLAINTS).await?),
    };
    let cluster = cluster.ok_or(ApiError::NotFound { what: "cluster" })?;
    let typical = typical.iter().map(ToString::to_string).collect();
    let cluster = if as_of.is_some() { ClusterAnswer::as_then(cluster) } else { cluster.into() };
    Ok(Json(ClusterWithExamples { cluster, typical }))
}
