//! `GET /api/v1/counts`: complaints per day, of one series or of all series of a dimension.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::names;
use super::parameters::Parameters;
use crate::domain::counts::{Dimension, Node};
use crate::domain::time::Day;
use crate::pipeline::true_counts::{Estimate, FEWEST_REVIEWED, NotTold, TrueCount};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Most days counted at once for all series of a dimension.
const MAX_DAYS_OF_DIMENSION: i64 = 3_660;
/// Days counted when the question names no first one.
const DEFAULT_DAYS: i32 = 366;

/// Which counts.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct CountsQuestion {
    /// The way of dividing all complaints.
    #[param(schema_with = names::dimension)]
    dimension: String,
    /// One series: a taxonomy id, a cluster's id, `area/failure`, a company, region or channel, or empty
    /// for `all`. Without it, every series.
    key: Option<String>,
    /// First day, inclusive. Without it, 366 days before `to`.
    #[param(format = "date")]
    from: Option<String>,
    /// Last day, inclusive. Without it, the last day that has a complaint.
    #[param(format = "date")]
    to: Option<String>,
    /// `true`: also the totals corrected for what the model gets wrong, from the complaints people reviewed.
    /// Only for `kind`, `product_area` and `failure_type`.
    corrected: Option<bool>,
}

/// Complaints per day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsAnswer {
    /// The way of dividing all complaints.
    #[schema(schema_with = names::dimension)]
    dimension: &'static str,
    /// First day of the answer; absent while nothing is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date")]
    from: Option<String>,
    /// Last day of the answer; absent while nothing is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date")]
    to: Option<String>,
    /// The series, by key. A series without a complaint in these days is not there.
    series: Vec<Series>,
}

/// One series.
#[derive(Debug, Serialize, ToSchema)]
struct Series {
    /// A taxonomy id, a cluster's id, or empty for `all`.
    key: String,
    /// Complaints in all.
    total: i64,
    /// Complaints by day; days without any are left out.
    days: Vec<DayCount>,
    /// The total corrected for what the model gets wrong, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected: Option<CorrectedTotal>,
}

/// A total corrected for what the model gets wrong.
#[derive(Debug, Serialize, ToSchema)]
struct CorrectedTotal {
    /// By the reviewed part of each stratum (prediction-powered); null when too few were reviewed.
    prediction_powered: Option<EstimateAnswer>,
    /// By how often the model finds this answer where it is and where it is not; null when that cannot be told.
    adjusted: Option<EstimateAnswer>,
    /// Reviewed complaints it was made from.
    reviewed: usize,
    /// What would have to be reviewed before the first can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    cannot_tell: Option<String>,
}

/// An estimated count.
#[derive(Debug, Serialize, ToSchema)]
struct EstimateAnswer {
    /// The most likely count.
    count: f64,
    /// Lower end of the 95 % interval.
    low: f64,
    /// Upper end.
    high: f64,
}

/// One day of a series.
#[derive(Debug, Serialize, ToSchema)]
struct DayCount {
    /// The day, in the organisation's time zone.
    #[schema(format = "date")]
    day: String,
    /// How many complaints.
    complaints: i64,
}

/// Complaints per day
#[utoipa::path(
    get,
    path = "/counts",
    tag = "counts",
    params(CountsQuestion),
    responses(
        (status = 200, description = "Counts per day", body = CountsAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<CountsAnswer>, ApiError> {
    let expected = format!("write one of: {}", Dimension::ALL.map(Dimension::name).join(", "));
    let dimension = parameters.required("dimension", &expected, Dimension::from_name);
    let key = parameters.one("key");
    let (from, to) = (parameters.day("from"), parameters.day("to"));
    let corrected = parameters.parsed("corrected", "write true or false", |text| text.parse().ok());
    let corrected: bool = corrected.unwrap_or(false);
    if corrected && dimension.is_some_and(|dimension| dimension.axis().is_none()) {
        let remedy = "leave it out, or ask for kind, product_area or failure_type";
        parameters.refuse("corrected", "not_a_label", "is only for what a model decides", remedy);
    }
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        parameters.refuse("from", "days_crossed", "lies after `to`", "exchange them");
    }
    let last = to.or(state.store.span_of_days().await?.map(|(_, last)| last));
    let first = from.or(last.map(|last| Day(last.0.saturating_sub(DEFAULT_DAYS - 1))));
    if let (Some(first), Some(last), None) = (first, last, &key)
        && i64::from(last.0) - i64::from(first.0) >= MAX_DAYS_OF_DIMENSION
    {
        let reason = format!("lies more than {MAX_DAYS_OF_DIMENSION} days before `to`");
        parameters.refuse("from", "range_too_long", reason, "ask for fewer days or for one `key`");
    }
    let dimension = parameters.finish_with(dimension)?;
    let Some((first, last)) = first.zip(last) else {
        return Ok(Json(CountsAnswer {
            dimension: dimension.name(),
            from: None,
            to: None,
            series: Vec::new(),
        }));
    };
    let mut by_key: BTreeMap<String, Vec<(Day, i64)>> = BTreeMap::new();
    match key {
        Some(key) if dimension.is_fact() => {
            let mut counts = state.pipeline.counts_of(dimension, first, last).await?;
            counts.retain(|count| count.key == key);
            if !counts.is_empty() {
                let days = counts.into_iter().map(|count| (count.day, count.complaints));
                by_key.insert(key, days.collect());
            }
        }
        Some(key) => {
            let mut days = state.store.counts_of_node(&Node::new(dimension, key.clone())).await?;
            days.retain(|(day, _)| (first..=last).contains(day));
            if !days.is_empty() {
                by_key.insert(key, days);
            }
        }
        None => {
            for count in state.pipeline.counts_of(dimension, first, last).await? {
                by_key.entry(count.key).or_default().push((count.day, count.complaints));
            }
        }
    }
    let (from, to) = (Some(first.to_string()), Some(last.to_string()));
    let mut series: Vec<Series> = by_key.into_iter().map(Series::from).collect();
    if let Some(axis) = dimension.axis().filter(|_| corrected) {
        let mut told = state.pipeline.true_counts(axis, first, last).await?;
        for one in &mut series {
            one.corrected = told.remove(&one.key).map(CorrectedTotal::from);
        }
    }
    Ok(Json(CountsAnswer { dimension: dimension.name(), from, to, series }))
}

impl From<(String, Vec<(Day, i64)>)> for Series {
    fn from((key, days): (String, Vec<(Day, i64)>)) -> Self {
        let total = days.iter().map(|(_, complaints)| complaints).sum();
        let days =
            days.into_iter().map(|(day, complaints)| DayCount { day: day.to_string(), complaints }).collect();
        Self { key, total, days, corrected: None }
    }
}

impl From<TrueCount> for CorrectedTotal {
    fn from(count: TrueCount) -> Self {
        let TrueCount { counted: _, powered, adjusted, reviewed } = count;
        let cannot_tell = powered.as_ref().err().map(|NotTold { given, sure, reviewed }| {
            let given = if *given { "were given this answer" } else { "were given another" };
            let sure = if *sure { "is sure" } else { "is not sure" };
            format!("of the complaints that {given} and the model {sure} of, {reviewed} were reviewed; {FEWEST_REVIEWED} are needed")
        });
        Self {
            prediction_powered: powered.ok().map(EstimateAnswer::from),
            adjusted: adjusted.map(EstimateAnswer::from),
            reviewed,
            cannot_tell,
        }
    }
}

impl From<Estimate> for EstimateAnswer {
    fn from(estimate: Estimate) -> Self {
        let Estimate { count, low, high } = estimate;
        Self { count, low, high }
    }
}
