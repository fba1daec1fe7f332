//! `POST /api/v1/signals/{id}/state`: a person acknowledges or judges a warning.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::answer::SignalAnswer;
use crate::domain::id::SignalId;
use crate::domain::signal::SignalState;
use crate::store::signal_life::Verdict;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Longest note, in characters.
pub(super) const MAX_NOTE_CHARS: usize = 2_000;
/// Longest name of who decides, in characters.
pub(super) const MAX_AUTHOR_CHARS: usize = 200;

/// Where a signal goes.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct SignalMove {
    /// The state it goes to.
    #[schema(schema_with = names::signal_state, required = true)]
    state: String,
    /// Why; absent or null keeps the note there is.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// Who decides.
    #[schema(max_length = 200)]
    by: Option<String>,
}

/// Acknowledge or judge an early warning
#[utoipa::path(
    post,
    path = "/signals/{id}/state",
    tag = "signals",
    params(("id" = String, Path, description = "The signal's id")),
    request_body(content = SignalMove, content_type = "application/json"),
    responses(
        (status = 200, description = "The signal as it is now", body = SignalAnswer),
        (status = 404, description = "No such signal", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It may not move there from where it stands", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn judge(
    State(state): State<AppState>,
    Id(id): Id<SignalId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<SignalAnswer>, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let expected = format!("write one of: {}", SignalState::ALL.map(SignalState::name).join(", "));
    let next = object.required("state", &expected, SignalState::from_name);
    let note = object.short_text("note", MAX_NOTE_CHARS);
    let by = object.short_text("by", MAX_AUTHOR_CHARS);
    let next = object.finish_with(next)?;
    let verdict = Verdict { next, note: note.as_deref(), author: by.as_deref() };
    match state.store.judge_signal(id, verdict).await? {
        Some(Ok(signal)) => Ok(Json(signal.into())),
        Some(Err(standing)) => {
            let may = SignalState::ALL.into_iter().filter(|next| standing.may_become(*next));
            let allowed = may.map(SignalState::name).collect::<Vec<_>>().join(", ");
            Err(ApiError::StateNotAllowed { from: standing.name(), allowed })
        }
        None => Err(ApiError::NotFound { what: "signal" }),
    }
}
