//! `GET /api/v1/complaints/{id}`: one complaint, redacted.

use axum::Json;
use axum::extract::State;

use super::record::ComplaintAnswer;
use crate::domain::id::ComplaintId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// One complaint
#[utoipa::path(
    get,
    path = "/complaints/{id}",
    tag = "complaints",
    params(("id" = String, Path, description = "The complaint's id")),
    responses(
        (status = 200, description = "The complaint, redacted", body = ComplaintAnswer),
        (status = 404, description = "No such complaint", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    Id(id): Id<ComplaintId>,
    _: NoParameters,
) -> Result<Json<ComplaintAnswer>, ApiError> {
    let record = state.pipeline.complaint(id).await?.ok_or(ApiError::NotFound { what: "complaint" })?;
    Ok(Json(record.into()))
}
