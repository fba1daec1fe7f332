//! `GET /api/v1/signals`: early warnings, latest period first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::SignalAnswer;
use crate::domain::counts::Dimension;
use crate::domain::id::SignalId;
use crate::domain::signal::SignalState;
use crate::web::api::names;
use crate::web::api::paging::ListPage;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which signals.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct SignalsQuestion {
    /// Where it stands.
    #[param(schema_with = names::signal_state)]
    state: Option<String>,
    /// The dimension of the series.
    #[param(schema_with = names::dimension)]
    dimension: Option<String>,
    /// The series: a taxonomy id or a cluster's id.
    key: Option<String>,
    /// Rows of the page, 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of signals, latest period first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalsAnswer {
    /// How many match, on all pages, among the latest thousand signals.
    total: usize,
    /// The page's signals.
    signals: Vec<SignalAnswer>,
    /// `after` of the next page; null on the last one.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// Early warnings, latest period first
#[utoipa::path(
    get,
    path = "/signals",
    tag = "signals",
    params(SignalsQuestion),
    responses(
        (status = 200, description = "A page of signals", body = SignalsAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<SignalsAnswer>, ApiError> {
    let states = format!("write one of: {}", SignalState::ALL.map(SignalState::name).join(", "));
    let standing = parameters.parsed("state", &states, SignalState::from_name);
    let dimensions = format!("write one of: {}", Dimension::ALL.map(Dimension::name).join(", "));
    let dimension = parameters.parsed("dimension", &dimensions, Dimension::from_name);
    let key = parameters.one("key");
    let page = ListPage::<SignalId>::read(&mut parameters);
    parameters.finish()?;

    let mut signals = state.store.signals().await?;
    signals.retain(|signal| {
        standing.is_none_or(|standing| signal.state == standing)
            && dimension.is_none_or(|dimension| signal.node.dimension == dimension)
            && key.as_ref().is_none_or(|key| signal.node.key == *key)
    });
    let total = signals.len();
    let (signals, next) = page.cut(signals, |signal| signal.id)?;
    let signals = signals.into_iter().map(SignalAnswer::from).collect();
    Ok(Json(SignalsAnswer { total, signals, next: next.map(|id| id.to_string()) }))
}
