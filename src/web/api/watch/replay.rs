//! `GET /api/v1/watch/replay`: on which past weeks the rule in force would have warned.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::time::Day;
use crate::pipeline::watch_replay::{Fired, Period, Replayed};
use crate::web::api::names;
use crate::web::api::parameters::Parameters;
use crate::web::api::signals::answer::EvidenceAnswer;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Series-weeks judged at most for one answer.
const MOST_SERIES_WEEKS: usize = 40_000;

/// Which weeks.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ReplayQuestion {
    /// A day of the first week. Without it, a year before the last.
    #[param(format = "date")]
    from: Option<String>,
    /// A day of the last week. Without it, the last complete one.
    #[param(format = "date")]
    to: Option<String>,
}

/// What the rule would have warned of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replay)]
pub struct ReplayAnswer {
    /// First day judged; null while no week is complete.
    #[schema(format = "date")]
    from: Option<String>,
    /// Last day judged; null while no week is complete.
    #[schema(format = "date")]
    to: Option<String>,
    /// Whether the first weeks were left out because they would have been too many.
    shortened: bool,
    /// Series judged.
    series: usize,
    /// The score above which a week alarms; null while no week is complete.
    threshold: Option<f64>,
    /// Warnings a week.
    per_week: f64,
    /// The warnings, newest first.
    warnings: Vec<WarningAnswer>,
}

/// A warning that would have been raised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplayedWarning)]
struct WarningAnswer {
    /// The dimension of the series.
    #[schema(schema_with = names::dimension)]
    dimension: &'static str,
    /// The series in it.
    key: String,
    /// Last day of the week in which it would have been raised.
    #[schema(format = "date")]
    raised: String,
    /// Last day of the last week it would have gone on.
    #[schema(format = "date")]
    until: String,
    /// The strongest evidence.
    evidence: EvidenceAnswer,
    /// The signal there is about it.
    #[schema(format = "uuid")]
    signal: Option<String>,
}

/// On which past weeks the rule in force would have warned
#[utoipa::path(
    get,
    path = "/watch/replay",
    tag = "watch",
    params(ReplayQuestion),
    responses(
        (status = 200, description = "What the rule would have warned of; nothing is kept", body = ReplayAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn replay(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ReplayAnswer>, ApiError> {
    let (from, to) = (parameters.day("from"), parameters.day("to"));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        parameters.refuse("from", "days_crossed", "lies after `to`", "exchange them");
    }
    parameters.finish()?;
    let period = Period { from: from.map(Day::week), to: to.map(Day::week), most: Some(MOST_SERIES_WEEKS) };
    Ok(Json(state.pipeline.replay(period).await?.map_or_else(ReplayAnswer::nothing, ReplayAnswer::from)))
}

impl ReplayAnswer {
    fn nothing() -> Self {
        Self {
            from: None,
            to: None,
            shortened: false,
            series: 0,
            threshold: None,
            per_week: 0.0,
            warnings: Vec::new(),
        }
    }
}

impl From<Replayed> for ReplayAnswer {
    fn from(replayed: Replayed) -> Self {
        let per_week = replayed.per_week();
        let Replayed { weeks, shortened, series, threshold, fired } = replayed;
        Self {
            from: Some(weeks.0.first_day().to_string()),
            to: Some(weeks.1.last_day().to_string()),
            shortened,
            series,
            threshold: Some(threshold),
            per_week,
            warnings: fired.into_iter().map(WarningAnswer::from).collect(),
        }
    }
}

impl From<Fired> for WarningAnswer {
    fn from(fired: Fired) -> Self {
        let Fired { node, week, last, evidence, signal } = fired;
        Self {
            dimension: node.dimension.name(),
            key: node.key,
            raised: week.last_day().to_string(),
            until: last.last_day().to_string(),
            evidence: evidence.into(),
            signal: signal.map(|id| id.to_string()),
        }
    }
}
