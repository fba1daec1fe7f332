//! `GET /api/v1/taxonomy`: the answers a label can have, with names, definitions and examples.

use axum::Json;
use axum::extract::State;

use super::answer::TaxonomyAnswer;
use super::versions::number;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which version.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is its documentation")]
pub struct TaxonomyQuestion {
    /// Number of the version; without it, the one in force.
    #[param(minimum = 1)]
    version: Option<u64>,
}

/// The answers a label can have
#[utoipa::path(
    get,
    path = "/taxonomy",
    tag = "taxonomy",
    params(TaxonomyQuestion),
    responses(
        (status = 200, description = "The version asked for", body = TaxonomyAnswer),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<TaxonomyAnswer>, ApiError> {
    let version = number(&mut parameters, "version");
    parameters.finish()?;
    let taxonomy = match version {
        None => state.store.taxonomy().await?,
        Some(number) => {
            let found = state.store.taxonomy_version(number).await?;
            found.ok_or(ApiError::NotFound { what: "version of the taxonomy of that number" })?
        }
    };
    Ok(Json(TaxonomyAnswer::from(&taxonomy)))
}
