//! `GET /api/v1/watch/precursors`: which kinds of complaints run ahead of others in a series.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::counts::{Dimension, Node};
use crate::pipeline::precursors::{Part, Precursor, Verdict};
use crate::web::api::names;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which series.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct PrecursorsQuestion {
    /// The way of dividing all complaints.
    #[param(schema_with = names::dimension)]
    dimension: String,
    /// The series in it; empty or absent for `all`.
    key: Option<String>,
}

/// What runs ahead of what; none for a series that is not divided by kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Precursors)]
pub struct PrecursorsAnswer {
    precursors: Vec<PrecursorAnswer>,
}

/// One kind and another it may run ahead of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Precursor)]
struct PrecursorAnswer {
    /// The kind that may warn.
    ahead: String,
    /// The kind it may warn of.
    behind: String,
    /// `leads`; or why that cannot be said: `together` (in the same week), `unclear` (it may be chance),
    /// `too_short`, `too_few`.
    verdict: &'static str,
    /// Weeks ahead that fit best.
    weeks: Option<usize>,
    /// Fewest weeks that fit hardly worse.
    low: Option<usize>,
    /// Most weeks that fit hardly worse.
    high: Option<usize>,
    /// Chance of as much where nothing leads, over all that was compared.
    p_value: Option<f64>,
}

/// Which kinds of complaints run ahead of others in a series, and by how many weeks
#[utoipa::path(
    get,
    path = "/watch/precursors",
    tag = "watch",
    params(PrecursorsQuestion),
    responses(
        (status = 200, description = "What was compared", body = PrecursorsAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn precursors(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<PrecursorsAnswer>, ApiError> {
    let expected = format!("write one of: {}", Dimension::ALL.map(Dimension::name).join(", "));
    let dimension = parameters.required("dimension", &expected, Dimension::from_name);
    let key = parameters.one("key").unwrap_or_default();
    let dimension = parameters.finish_with(dimension)?;
    let found = state.pipeline.precursors(&Node::new(dimension, key), Vec::new()).await?;
    Ok(Json(PrecursorsAnswer { precursors: found.into_iter().map(PrecursorAnswer::from).collect() }))
}

impl From<Precursor> for PrecursorAnswer {
    fn from(precursor: Precursor) -> Self {
        let name = |part: Part| match part {
            Part::Kind(kind) => kind.to_owned(),
            Part::All => Dimension::All.name().to_owned(),
            Part::Imported(name) => name,
        };
        let (verdict, lead) = match precursor.verdict {
            Verdict::Leads(lead) => ("leads", Some(lead)),
            Verdict::Together => ("together", None),
            Verdict::Unclear => ("unclear", None),
            Verdict::TooShort => ("too_short", None),
            Verdict::TooFew => ("too_few", None),
        };
        Self {
            ahead: name(precursor.ahead),
            behind: name(precursor.behind),
            verdict,
            weeks: lead.map(|lead| lead.weeks),
            low: lead.map(|lead| lead.between.0),
            high: lead.map(|lead| lead.between.1),
            p_value: lead.map(|lead| lead.p_value),
        }
    }
}
