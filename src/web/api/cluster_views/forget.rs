//! `DELETE /api/v1/cluster-views/{name}`: forgets a kept question.

use axum::extract::State;
use axum::http::StatusCode;

use super::ViewName;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Forget a kept question
///
/// The groups it asked for stay as they are.
#[utoipa::path(
    delete,
    path = "/cluster-views/{name}",
    tag = "clusters",
    operation_id = "forget_cluster_view",
    params(("name" = String, Path, description = "The view's name")),
    responses(
        (status = 204, description = "Forgotten"),
        (status = 404, description = "No view has that name", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn forget(
    State(state): State<AppState>,
    ViewName(name): ViewName,
    _: NoParameters,
) -> Result<StatusCode, ApiError> {
    if state.store.drop_group_view(&name).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound { what: "view" })
    }
}
