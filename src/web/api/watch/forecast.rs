//! `GET /api/v1/watch/forecast`: what the next weeks of a series are expected to bring.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::counts::{Dimension, Node};
use crate::pipeline::forecast::{MOST_WEEKS, Outlook, WeekAhead};
use crate::web::api::names;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which series, and how far.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ForecastQuestion {
    /// The way of dividing all complaints.
    #[param(schema_with = names::dimension)]
    dimension: String,
    /// The series in it; empty or absent for `all`.
    key: Option<String>,
    /// Weeks ahead, 1 to 4; 4 when absent.
    weeks: Option<u32>,
    /// The chances are of more complaints than this; the highest week of the last year when absent.
    limit: Option<u32>,
}

/// The weeks to come of one series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Forecast)]
pub struct ForecastAnswer {
    /// The limit the chances are about; null where nothing can be told.
    limit: Option<u64>,
    /// The weeks, the next one first; none where the series has too short a past.
    weeks: Vec<WeekAnswer>,
}

/// One week to come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WeekAhead)]
struct WeekAnswer {
    /// Its Monday.
    #[schema(format = "date")]
    week: String,
    /// Complaints expected.
    expected: f64,
    /// Lower end of the 80 % interval.
    low: u64,
    /// Upper end of the 80 % interval.
    high: u64,
    /// How likely more than the limit come in.
    chance_above_limit: f64,
}

/// What the next weeks of a series are expected to bring
#[utoipa::path(
    get,
    path = "/watch/forecast",
    tag = "watch",
    params(ForecastQuestion),
    responses(
        (status = 200, description = "The weeks to come", body = ForecastAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn forecast(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ForecastAnswer>, ApiError> {
    let expected = format!("write one of: {}", Dimension::ALL.map(Dimension::name).join(", "));
    let dimension = parameters.required("dimension", &expected, Dimension::from_name);
    let key = parameters.one("key").unwrap_or_default();
    let weeks = parameters.number("weeks", MOST_WEEKS, 1..=MOST_WEEKS);
    let limit =
        parameters.parsed("limit", "write a whole number, 0 or more", |text| text.parse::<u32>().ok());
    let dimension = parameters.finish_with(dimension)?;
    let outlook = state.pipeline.outlook(&Node::new(dimension, key), weeks, limit.map(u64::from)).await?;
    let nothing = ForecastAnswer { limit: None, weeks: Vec::new() };
    Ok(Json(outlook.map_or(nothing, ForecastAnswer::from)))
}

impl From<Outlook> for ForecastAnswer {
    fn from(outlook: Outlook) -> Self {
        let Outlook { limit, weeks } = outlook;
        Self { limit: Some(limit), weeks: weeks.into_iter().map(WeekAnswer::from).collect() }
    }
}

impl From<WeekAhead> for WeekAnswer {
    fn from(ahead: WeekAhead) -> Self {
        let WeekAhead { week, expected, interval: (low, high), chance_above } = ahead;
        let week = week.first_day().to_string();
        Self { week, expected, low, high, chance_above_limit: chance_above }
    }
}
