//! `PATCH /api/v1/clusters/{id}`: what a person decides about a recurring failure.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::answer::ClusterAnswer;
use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::cluster::ClusterState;
use crate::domain::id::ClusterId;
use crate::store::clusters::ClusterEdit;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What changes; members that are absent or null leave things as they are.
#[derive(Debug, ToSchema)]
#[schema(as = ClusterEdit)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct ClusterEditBody {
    /// A name that wins over the computed one from now on.
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// Where it stands.
    #[schema(schema_with = names::cluster_state)]
    state: Option<String>,
    /// Who answers for it; the empty text takes the owner away.
    #[schema(max_length = 200)]
    owner: Option<String>,
}

/// Name a recurring failure, say where it stands and who answers for it
#[utoipa::path(
    patch,
    path = "/clusters/{id}",
    tag = "clusters",
    params(("id" = String, Path, description = "The cluster's id")),
    request_body(content = ClusterEditBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The cluster as it is now", body = ClusterAnswer),
        (status = 404, description = "No such cluster", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn edit(
    State(state): State<AppState>,
    Id(id): Id<ClusterId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<ClusterAnswer>, ApiError> {
    let edit = read(JsonObject::parse(&body)?)?;
    let cluster = state.store.edit_cluster(id, edit).await?.ok_or(ApiError::NotFound { what: "cluster" })?;
    Ok(Json(cluster.into()))
}

fn read(mut object: JsonObject) -> Result<ClusterEdit, ApiError> {
    let title = object.short_text("title", MAX_TITLE_CHARS);
    if title.as_deref().is_some_and(str::is_empty) {
        object.refuse("title", "missing", "is empty", "write a name or leave it out");
    }
    let expected = format!("write one of: {}", ClusterState::ALL.map(ClusterState::name).join(", "));
    let state = object.parsed("state", &expected, ClusterState::from_name);
    let owner = object.short_text("owner", MAX_TITLE_CHARS);
    object.finish()?;
    Ok(ClusterEdit { title, state, owner })
}
