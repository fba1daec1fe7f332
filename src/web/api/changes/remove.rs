//! `DELETE /api/v1/changes/{id}`: a change that was registered by mistake.

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::id::RegisteredChangeId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Take a change out of the register
#[utoipa::path(
    delete,
    path = "/changes/{id}",
    tag = "changes",
    params(("id" = String, Path, description = "The change's id")),
    responses(
        (status = 204, description = "Taken out"),
        (status = 404, description = "No such change", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    Id(id): Id<RegisteredChangeId>,
    _: NoParameters,
) -> Result<StatusCode, ApiError> {
    if state.store.forget_change(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound { what: "change" })
    }
}
