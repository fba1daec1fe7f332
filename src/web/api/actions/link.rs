//! `PUT` and `DELETE /api/v1/actions/{id}/clusters/{cluster}`: which clusters an action is meant to end.
//! Both may be repeated: the second time changes nothing.

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::id::{ActionId, ClusterId};
use crate::web::api::parameters::{NoParameters, TwoIds};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Link an action to a cluster
#[utoipa::path(
    put,
    path = "/actions/{id}/clusters/{cluster}",
    tag = "actions",
    params(
        ("id" = String, Path, description = "The action's id"),
        ("cluster" = String, Path, description = "The cluster's id"),
    ),
    responses(
        (status = 204, description = "Linked"),
        (status = 404, description = "No such action or cluster", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn link(
    State(state): State<AppState>,
    TwoIds(id, cluster): TwoIds<ActionId, ClusterId>,
    _: NoParameters,
) -> Result<StatusCode, ApiError> {
    set_link(&state, id, cluster, true).await
}

/// Take the link between an action and a cluster away
#[utoipa::path(
    delete,
    path = "/actions/{id}/clusters/{cluster}",
    tag = "actions",
    params(
        ("id" = String, Path, description = "The action's id"),
        ("cluster" = String, Path, description = "The cluster's id"),
    ),
    responses(
        (status = 204, description = "Not linked any more"),
        (status = 404, description = "No such action or cluster", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn unlink(
    State(state): State<AppState>,
    TwoIds(id, cluster): TwoIds<ActionId, ClusterId>,
    _: NoParameters,
) -> Result<StatusCode, ApiError> {
    set_link(&state, id, cluster, false).await
}

async fn set_link(
    state: &AppState,
    id: ActionId,
    cluster: ClusterId,
    linked: bool,
) -> Result<StatusCode, ApiError> {
    state.store.action(id).await?.ok_or(ApiError::NotFound { what: "action" })?;
    state.store.cluster(cluster).await?.ok_or(ApiError::NotFound { what: "cluster" })?;
    state.store.link_action(id, cluster, linked).await?;
    Ok(StatusCode::NO_CONTENT)
}
