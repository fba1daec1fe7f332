//! `GET /api/v1/signals/{id}/history`: what happened to a warning, and the silence over its series.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::SignalId;
use crate::domain::mute::Until;
use crate::store::signal_life::{Mute, SignalEvent};
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What happened to a warning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignalHistory)]
pub struct HistoryAnswer {
    /// First to last.
    events: Vec<SignalEventAnswer>,
    /// The silence over its series; null when it warns.
    mute: Option<MuteAnswer>,
}

/// Something that happened to a warning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignalEvent)]
struct SignalEventAnswer {
    /// `raised`, `moved`, `muted`, `unmuted` or `worsened`.
    event: String,
    /// The new state, or until when it is muted: a day, or `worse`.
    detail: String,
    /// Who did it; null for the watcher and for people who did not say.
    by: Option<String>,
    /// Why.
    reason: Option<String>,
    /// When.
    #[schema(format = "date-time")]
    at: String,
}

/// A series that is silent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mute)]
struct MuteAnswer {
    /// The signal on which somebody muted it.
    #[schema(format = "uuid")]
    signal: String,
    /// Last day of the silence; null when it lasts until it is worse.
    #[schema(format = "date")]
    until: Option<String>,
    /// Complaints above what was expected, a week, when it was muted; null when it lasts until a day.
    excess: Option<f64>,
    /// Alarms that stayed unsaid.
    held: i64,
    /// Since when.
    #[schema(format = "date-time")]
    since: String,
}

/// What happened to a warning
#[utoipa::path(
    get,
    path = "/signals/{id}/history",
    tag = "signals",
    params(("id" = String, Path, description = "The signal's id")),
    responses(
        (status = 200, description = "Every move, first to last, and the silence over its series", body = HistoryAnswer),
        (status = 404, description = "No such signal", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn history(
    State(state): State<AppState>,
    Id(id): Id<SignalId>,
    _: NoParameters,
) -> Result<Json<HistoryAnswer>, ApiError> {
    Ok(Json(history_of(&state, id).await?))
}

pub(super) async fn history_of(state: &AppState, id: SignalId) -> Result<HistoryAnswer, ApiError> {
    let signal = state.store.signal(id).await?.ok_or(ApiError::NotFound { what: "signal" })?;
    let events = state.store.signal_events(id).await?;
    let mute = state.store.mute_of(&signal.node).await?;
    Ok(HistoryAnswer {
        events: events.into_iter().map(SignalEventAnswer::from).collect(),
        mute: mute.map(MuteAnswer::from),
    })
}

impl From<SignalEvent> for SignalEventAnswer {
    fn from(event: SignalEvent) -> Self {
        let SignalEvent { event, detail, author, reason, at } = event;
        Self { event, detail, by: author, reason, at: at.to_rfc3339() }
    }
}

impl From<Mute> for MuteAnswer {
    fn from(mute: Mute) -> Self {
        let Mute { signal, until, held, held_day: _, since } = mute;
        let (until, excess) = match until {
            Until::Day(day) => (Some(day.to_string()), None),
            Until::Worse { excess } => (None, Some(excess)),
        };
        Self { signal: signal.to_string(), until, excess, held, since: since.to_rfc3339() }
    }
}
