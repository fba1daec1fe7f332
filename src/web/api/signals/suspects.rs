//! `GET /api/v1/signals/{id}/suspects`: registered changes that may be behind a warning.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::SignalId;
use crate::pipeline::suspects::{SuspectChange, Trace};
use crate::web::api::changes::ChangeAnswer;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Changes that may be behind a warning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspects)]
pub struct SuspectsAnswer {
    /// Registered changes of the time before, all that were looked at.
    looked_at: usize,
    /// Most suspect first, at most five; those with evidence before those of which only the date fits.
    suspects: Vec<SuspectAnswer>,
}

/// A change that may be behind a warning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspect)]
struct SuspectAnswer {
    /// The change.
    change: ChangeAnswer,
    /// Days between it and the signal's first day; negative when it came within the signal's days.
    days_before: i32,
    /// Its words and facts that are over-represented among the complaints, strongest first; empty when only
    /// the date fits.
    evidence: Vec<TraceAnswer>,
}

/// Words of a change, found in the complaints.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trace)]
struct TraceAnswer {
    /// As the change says it.
    words: String,
    /// Share of the signal's complaints that have it.
    #[schema(minimum = 0, maximum = 1)]
    share_inside: f64,
    /// Share of the complaints they were compared with.
    #[schema(minimum = 0, maximum = 1)]
    share_before: f64,
}

/// Changes that may be behind a warning
///
/// A suspect is not a cause: it came before, and complaints speak of it more than usual.
#[utoipa::path(
    get,
    path = "/signals/{id}/suspects",
    tag = "signals",
    params(("id" = String, Path, description = "The signal's id")),
    responses(
        (status = 200, description = "Suspects, most suspect first", body = SuspectsAnswer),
        (status = 404, description = "No such signal", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn suspects(
    State(state): State<AppState>,
    Id(id): Id<SignalId>,
    _: NoParameters,
) -> Result<Json<SuspectsAnswer>, ApiError> {
    let signal = state.store.signal(id).await?.ok_or(ApiError::NotFound { what: "signal" })?;
    let (suspects, looked_at) = state.pipeline.suspects(&signal).await?;
    Ok(Json(SuspectsAnswer { looked_at, suspects: suspects.into_iter().map(Into::into).collect() }))
}

impl From<SuspectChange> for SuspectAnswer {
    fn from(suspect: SuspectChange) -> Self {
        let trace =
            |Trace { words, share_inside, share_before }| TraceAnswer { words, share_inside, share_before };
        Self {
            change: suspect.change.into(),
            days_before: suspect.days_before,
            evidence: suspect.evidence.into_iter().map(trace).collect(),
        }
    }
}
