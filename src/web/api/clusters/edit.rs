//! `PATCH /api/v1/clusters/{id}`: what a person decides about a recurring failure.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::answer::ClusterAnswer;
use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::cluster::ClusterState;
use crate::domain::cluster_life::Aside;
use crate::domain::id::ClusterId;
use crate::domain::priority::Priority;
use crate::domain::review::MAX_REVIEWER_CHARS;
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
    /// Until when it is put aside, which archives it: `worse`, `complaints:N` or `customers:N` (so many more),
    /// `until:DAY`, `ever`.
    aside: Option<String>,
    /// Who answers for it; the empty text takes the owner away, and the rules may name one.
    #[schema(max_length = 200)]
    owner: Option<String>,
    /// How urgent it is: `urgent`, `high`, `medium` or `low`, which no computed one replaces; `computed` takes
    /// that back.
    priority: Option<String>,
    /// Who changes it.
    #[schema(max_length = 100)]
    person: Option<String>,
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
    let aside = object.parsed("aside", "write worse, complaints:N, customers:N, until:DAY or ever", |line| {
        Aside::from_line(line)
    });
    if aside.is_some() && state.is_some_and(|state| state != ClusterState::Archived) {
        object.refuse("aside", "conflict", "goes with the archived state", "leave out one of them");
    }
    let priority = object.parsed("priority", "write urgent, high, medium, low or computed", |name| {
        if name == "computed" { Some(None) } else { Priority::from_name(name).map(Some) }
    });
    let person = object.short_text("person", MAX_REVIEWER_CHARS).filter(|person| !person.is_empty());
    object.finish()?;
    Ok(ClusterEdit { title, state, aside, owner, priority, person })
}
