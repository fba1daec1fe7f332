//! `GET /api/v1/watch/budget`: the budget of false alarms and how far it is used up.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::pipeline::alarm_budget::BudgetStatus;
use crate::web::api::names;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// The budget of false alarms and how far it is used up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlarmBudget)]
pub struct BudgetAnswer {
    /// False alarms a week that all series together may raise; null where only a threshold is set.
    false_alarms_per_week: Option<f64>,
    /// The score above which a week alarms.
    threshold: f64,
    /// Series watched.
    series: usize,
    /// False alarms a week to be expected.
    expected_per_week: f64,
    /// What that rests on: rates measured on simulated series, or the own history with its weeks dealt anew.
    #[schema(schema_with = names::tail_source)]
    source: &'static str,
    /// Last day of the history it was learnt from; null for the nominal rates.
    #[schema(format = "date")]
    learnt_up_to: Option<String>,
    /// Weeks over which the following are counted.
    weeks: i32,
    /// Signals a week.
    raised_per_week: f64,
    /// Signals people confirmed.
    confirmed: u64,
    /// Signals people refuted.
    refuted: u64,
    /// False alarms a week by what people judged; null where nobody judged any.
    judged_false_per_week: Option<f64>,
}

/// The budget of false alarms
#[utoipa::path(
    get,
    path = "/watch/budget",
    tag = "watch",
    responses(
        (status = 200, description = "The budget and how far it is used up", body = BudgetAnswer),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn budget(State(state): State<AppState>, _: NoParameters) -> Result<Json<BudgetAnswer>, ApiError> {
    Ok(Json(state.pipeline.budget_status().await?.into()))
}

impl From<BudgetStatus> for BudgetAnswer {
    fn from(status: BudgetStatus) -> Self {
        let (raised_per_week, judged_false_per_week) =
            (status.raised_per_week(), status.judged_false_per_week());
        let BudgetStatus {
            budget,
            threshold,
            series,
            expected_per_week,
            source,
            calibrated,
            weeks,
            verdicts,
        } = status;
        Self {
            false_alarms_per_week: budget,
            threshold,
            series,
            expected_per_week,
            source: source.name(),
            learnt_up_to: calibrated.map(|week| week.last_day().to_string()),
            weeks,
            raised_per_week,
            confirmed: verdicts.confirmed,
            refuted: verdicts.refuted,
            judged_false_per_week,
        }
    }
}
