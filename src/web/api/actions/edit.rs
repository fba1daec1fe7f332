//! `PUT /api/v1/actions/{id}`: replaces what people wrote about an action.

use axum::Json;
use axum::extract::State;

use super::answer::ActionAnswer;
use super::body::{ActionTextBody, read_text};
use crate::domain::id::ActionId;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Rewrite an action
///
/// Members that are absent are emptied. State and clusters stay as they are.
#[utoipa::path(
    put,
    path = "/actions/{id}",
    tag = "actions",
    params(("id" = String, Path, description = "The action's id")),
    request_body(content = ActionTextBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The action as it is now", body = ActionAnswer),
        (status = 404, description = "No such action", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn edit(
    State(state): State<AppState>,
    Id(id): Id<ActionId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<ActionAnswer>, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let text = read_text(&mut object);
    object.finish()?;
    if !state.store.edit_action(id, &text).await? {
        return Err(ApiError::NotFound { what: "action" });
    }
    let action = state.store.action(id).await?.ok_or(ApiError::NotFound { what: "action" })?;
    Ok(Json(action.into()))
}
