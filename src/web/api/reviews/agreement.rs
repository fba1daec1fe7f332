//! `GET /api/v1/reviews/agreement`: how far people who judged the same complaints agree.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::queue::DEFAULT_AXIS;
use crate::domain::label::Axis;
use crate::web::api::names;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which axis.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct AgreementQuestion {
    /// The axis; `failure_type` when absent.
    #[param(schema_with = names::axis)]
    axis: Option<String>,
}

/// Agreement between the first two people who judged each complaint, given blind.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementAnswer {
    /// The axis.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// Complaints two people judged; 0 when agreement cannot be told yet.
    pairs: usize,
    /// Share on which both say the same.
    observed: Option<f64>,
    /// Cohen's kappa: agreement beyond chance, 1 is perfect, 0 is chance.
    kappa: Option<f64>,
    /// Lower end of its 95 % interval.
    kappa_lower: Option<f64>,
    /// Upper end of its 95 % interval.
    kappa_upper: Option<f64>,
}

/// How far reviewers agree
#[utoipa::path(
    get,
    path = "/reviews/agreement",
    tag = "reviews",
    params(AgreementQuestion),
    responses(
        (status = 200, description = "Agreement; without figures while nobody judged twice", body = AgreementAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn agreement(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<AgreementAnswer>, ApiError> {
    let axis = axis(&mut parameters);
    parameters.finish()?;
    let found = state.pipeline.agreement(axis).await?;
    Ok(Json(AgreementAnswer {
        axis: axis.name(),
        pairs: found.map_or(0, |found| found.pairs),
        observed: found.map(|found| found.observed),
        kappa: found.map(|found| found.kappa),
        kappa_lower: found.map(|found| found.interval.0),
        kappa_upper: found.map(|found| found.interval.1),
    }))
}

/// The parameter `axis`.
pub(super) fn axis(parameters: &mut Parameters) -> Axis {
    let axes = format!("write one of: {}", Axis::ALL.map(Axis::name).join(", "));
    parameters.parsed("axis", &axes, Axis::from_name).unwrap_or(DEFAULT_AXIS)
}
