//! `GET /api/v1/actions/{id}`: one action and what happened to it.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{ActionAnswer, EventAnswer};
use crate::domain::id::ActionId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// An action and what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionWithEvents {
    #[serde(flatten)]
    action: ActionAnswer,
    /// What happened, first to last.
    events: Vec<EventAnswer>,
}

/// One action and what happened to it
#[utoipa::path(
    get,
    path = "/actions/{id}",
    tag = "actions",
    params(("id" = String, Path, description = "The action's id")),
    responses(
        (status = 200, description = "The action", body = ActionWithEvents),
        (status = 404, description = "No such action", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    Id(id): Id<ActionId>,
    _: NoParameters,
) -> Result<Json<ActionWithEvents>, ApiError> {
    let action = state.store.action(id).await?.ok_or(ApiError::NotFound { what: "action" })?;
    let events = state.store.action_events(id).await?.into_iter().map(EventAnswer::from).collect();
    Ok(Json(ActionWithEvents { action: action.into(), events }))
}
