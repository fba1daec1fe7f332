//! `PUT` and `DELETE /api/v1/signals/{id}/mute`: silence for the series of a warning, and its end.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;

use super::history::{HistoryAnswer, history_of};
use super::judge::{MAX_AUTHOR_CHARS, MAX_NOTE_CHARS};
use crate::domain::id::SignalId;
use crate::domain::mute::Until;
use crate::domain::time::Day;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// How long a series is to keep still.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct MuteBody {
    /// A day, the last of the silence, or `worse`: until the excess per week is half as much again as it
    /// is in this warning.
    #[schema(required = true, example = "worse")]
    until: String,
    /// Why.
    #[schema(max_length = 2000)]
    reason: Option<String>,
    /// Who decides.
    #[schema(max_length = 200)]
    by: Option<String>,
}

/// Mute the series of a warning
///
/// Its alarms are counted and raise nothing, until a day or until it is worse. Muting again replaces the
/// silence there was.
#[utoipa::path(
    put,
    path = "/signals/{id}/mute",
    tag = "signals",
    params(("id" = String, Path, description = "The signal's id")),
    request_body(content = MuteBody, content_type = "application/json"),
    responses(
        (status = 200, description = "What happened to the signal, and the silence", body = HistoryAnswer),
        (status = 404, description = "No such signal", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn mute(
    State(state): State<AppState>,
    Id(id): Id<SignalId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<HistoryAnswer>, ApiError> {
    let signal = state.store.signal(id).await?.ok_or(ApiError::NotFound { what: "signal" })?;
    let mut object = JsonObject::parse(&body)?;
    let expected = "write a day such as 2026-12-01, or worse";
    let until = object.required("until", expected, |until| match until {
        "worse" => Some(Until::worse_than(&signal.evidence)),
        day => Day::from_iso(day).map(Until::Day),
    });
    let reason = object.short_text("reason", MAX_NOTE_CHARS);
    let by = object.short_text("by", MAX_AUTHOR_CHARS);
    let until = object.finish_with(until)?;
    state.store.mute_signal(id, Some(until), by.as_deref(), reason.as_deref()).await?;
    Ok(Json(history_of(&state, id).await?))
}

/// Let the series of a warning warn again
#[utoipa::path(
    delete,
    path = "/signals/{id}/mute",
    tag = "signals",
    params(("id" = String, Path, description = "The signal's id")),
    responses(
        (status = 204, description = "It warns"),
        (status = 404, description = "No such signal", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn unmute(
    State(state): State<AppState>,
    Id(id): Id<SignalId>,
    _: NoParameters,
) -> Result<StatusCode, ApiError> {
    if state.store.mute_signal(id, None, None, None).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound { what: "signal" })
    }
}
