//! `GET /api/v1/taxonomy`: the answers a label can have, with their names.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::names;
use super::parameters::NoParameters;
use crate::domain::label::Axis;
use crate::domain::taxonomy::Term;
use crate::web::problem::Problem;
use crate::web::state::AppState;

/// The taxonomy in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyAnswer {
    /// Its version.
    version: String,
    /// The questions a label answers, in reading order.
    axes: Vec<AxisAnswer>,
}

/// One question and its possible answers.
#[derive(Debug, Serialize, ToSchema)]
struct AxisAnswer {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// The answers, in their order.
    terms: Vec<TermAnswer>,
}

/// One possible answer.
#[derive(Debug, Serialize, ToSchema)]
struct TermAnswer {
    /// Stable id.
    id: String,
    /// Name in Spanish.
    es: String,
    /// Name in English.
    en: String,
    /// What it means, in English.
    meaning: String,
}

impl From<&Term> for TermAnswer {
    fn from(term: &Term) -> Self {
        let Term { id, es, en, meaning } = term.clone();
        Self { id, es, en, meaning }
    }
}

/// The answers a label can have
#[utoipa::path(
    get,
    path = "/taxonomy",
    tag = "taxonomy",
    responses(
        (status = 200, description = "The taxonomy in force", body = TaxonomyAnswer),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(State(state): State<AppState>, _: NoParameters) -> Json<TaxonomyAnswer> {
    let axes = Axis::ALL
        .map(|axis| AxisAnswer {
            axis: axis.name(),
            terms: state.taxonomy.terms(axis).iter().map(TermAnswer::from).collect(),
        })
        .into();
    Json(TaxonomyAnswer { version: state.taxonomy.version.clone(), axes })
}
