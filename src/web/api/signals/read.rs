//! `GET /api/v1/signals/{id}`: one early warning.

use axum::Json;
use axum::extract::State;

use super::answer::SignalAnswer;
use crate::domain::id::SignalId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// One early warning
#[utoipa::path(
    get,
    path = "/signals/{id}",
    tag = "signals",
    params(("id" = String, Path, description = "The signal's id")),
    responses(
        (status = 200, description = "The signal", body = SignalAnswer),
        (status = 404, description = "No such signal", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    Id(id): Id<SignalId>,
    _: NoParameters,
) -> Result<Json<SignalAnswer>, ApiError> {
    let signal = state.store.signal(id).await?.ok_or(ApiError::NotFound { what: "signal" })?;
    Ok(Json(signal.into()))
}
