//! `GET /api/v1/taxonomy/diff`: what differs between two versions.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::TermChangeAnswer;
use super::versions::number;
use crate::domain::taxonomy::diff::between;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which two versions.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is its documentation")]
pub struct DiffQuestion {
    /// Number of the earlier version.
    #[param(minimum = 1)]
    from: u64,
    /// Number of the later version; without it, the one in force.
    #[param(minimum = 1)]
    to: Option<u64>,
}

/// What differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyDiff {
    /// The earlier version.
    from: String,
    /// The later version.
    to: String,
    /// The terms that differ.
    changes: Vec<TermChangeAnswer>,
}

/// What differs between two versions of the taxonomy
#[utoipa::path(
    get,
    path = "/taxonomy/diff",
    tag = "taxonomy",
    params(DiffQuestion),
    responses(
        (status = 200, description = "The terms that differ", body = TaxonomyDiff),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn diff(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<TaxonomyDiff>, ApiError> {
    let expected = "write the number of a version such as 1";
    let from = parameters.required("from", expected, |text| text.parse().ok().filter(|n| *n > 0));
    let to = number(&mut parameters, "to");
    let from: i64 = parameters.finish_with(from)?;
    let missing = || ApiError::NotFound { what: "version of the taxonomy of that number" };
    let from = state.store.taxonomy_version(from).await?.ok_or_else(missing)?;
    let to = match to {
        None => state.store.taxonomy().await?,
        Some(to) => state.store.taxonomy_version(to).await?.ok_or_else(missing)?,
    };
    let changes = between(&from, &to).into_iter().map(TermChangeAnswer::from).collect();
    Ok(Json(TaxonomyDiff { from: from.version, to: to.version, changes }))
}
