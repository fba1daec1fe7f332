//! `POST /api/v1/actions/{id}/state`: moves an action on.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::answer::ActionAnswer;
use crate::domain::action::ActionState;
use crate::domain::id::ActionId;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Where an action goes.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct ActionMove {
    /// The state it goes to.
    #[schema(schema_with = names::action_state, required = true)]
    state: String,
}

/// Move an action to another state
#[utoipa::path(
    post,
    path = "/actions/{id}/state",
    tag = "actions",
    params(("id" = String, Path, description = "The action's id")),
    request_body(content = ActionMove, content_type = "application/json"),
    responses(
        (status = 200, description = "The action as it is now", body = ActionAnswer),
        (status = 404, description = "No such action", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It may not move there from where it stands", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn move_on(
    State(state): State<AppState>,
    Id(id): Id<ActionId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<ActionAnswer>, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let expected = format!("write one of: {}", ActionState::ALL.map(ActionState::name).join(", "));
    let next = object.required("state", &expected, ActionState::from_name);
    let next = object.finish_with(next)?;
    match state.store.move_action(id, next).await? {
        Some(Ok(())) => {
            let action = state.store.action(id).await?.ok_or(ApiError::NotFound { what: "action" })?;
            Ok(Json(action.into()))
        }
        Some(Err(standing)) => {
            let may = standing.next_states().iter().copied();
            let allowed = may.map(ActionState::name).collect::<Vec<_>>().join(", ");
            Err(ApiError::StateNotAllowed { from: standing.name(), allowed })
        }
        None => Err(ApiError::NotFound { what: "action" }),
    }
}
