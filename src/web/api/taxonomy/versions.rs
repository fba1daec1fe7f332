//! `GET /api/v1/taxonomy/versions`: every version there has been.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::taxonomy::VersionLine;
use crate::web::api::parameters::{NoParameters, Parameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Every version, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyVersions {
    /// The versions.
    items: Vec<TaxonomyVersion>,
}

/// One version.
#[derive(Debug, Serialize, ToSchema)]
struct TaxonomyVersion {
    /// Its number; 1 is the starter set.
    number: i64,
    /// Number and content hash, as labels carry it.
    version: String,
    /// What was said about it when it was published.
    note: String,
    /// When it was published; null for the starter set.
    #[schema(format = "date-time")]
    published_at: Option<String>,
}

/// Versions of the taxonomy
#[utoipa::path(
    get,
    path = "/taxonomy/versions",
    tag = "taxonomy",
    responses(
        (status = 200, description = "Every version, newest first", body = TaxonomyVersions),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: NoParameters,
) -> Result<Json<TaxonomyVersions>, ApiError> {
    let items = state.store.taxonomy_versions().await?.into_iter().map(TaxonomyVersion::from).collect();
    Ok(Json(TaxonomyVersions { items }))
}

/// A version's number from a parameter.
pub(super) fn number(parameters: &mut Parameters, name: &'static str) -> Option<i64> {
    let expected = "write the number of a version such as 2";
    parameters.parsed(name, expected, |text| text.parse().ok().filter(|number| *number > 0))
}

impl From<VersionLine> for TaxonomyVersion {
    fn from(line: VersionLine) -> Self {
        let VersionLine { number, version, note, published_at } = line;
        Self { number, version, note, published_at: published_at.map(|at| at.to_rfc3339()) }
    }
}
