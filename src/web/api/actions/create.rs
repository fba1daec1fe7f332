//! `POST /api/v1/actions`: a new action, in draft.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use utoipa::ToSchema;

use super::answer::ActionAnswer;
use super::body::{ActionTextBody, read_text};
use crate::domain::id::ClusterId;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Most clusters one action may be linked to at once.
const MAX_CLUSTERS: usize = 100;

/// A new action.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct NewAction {
    #[schema(inline)]
    #[serde(flatten)]
    text: ActionTextBody,
    /// Ids of the clusters it is meant to end, at most 100.
    clusters: Option<Vec<String>>,
}

/// Draft an action
#[utoipa::path(
    post,
    path = "/actions",
    tag = "actions",
    request_body(content = NewAction, content_type = "application/json"),
    responses(
        (status = 201, description = "Created", body = ActionAnswer, headers(("Location" = String, description = "The action"))),
        (status = 400, description = "Not a JSON object", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ActionAnswer>), ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let text = read_text(&mut object);
    let clusters = object.ids::<ClusterId>("clusters", MAX_CLUSTERS);
    if !clusters.is_empty() {
        let known = state.store.clusters().await?;
        if !clusters.iter().all(|id| known.iter().any(|cluster| cluster.id == *id)) {
            object.refuse("clusters", "unknown_cluster", "names a cluster that is not there", "leave it out");
        }
    }
    object.finish()?;
    let id = state.store.create_action(&text, &clusters).await?;
    let action = state.store.action(id).await?.ok_or(ApiError::NotFound { what: "action" })?;
    let location = format!("/api/v1/actions/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(action.into())))
}
