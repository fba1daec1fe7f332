//! `GET` and `POST /api/v1/clusters/{id}/comments`: what people say about a recurring failure.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::ClusterId;
use crate::domain::ownership::{MAX_COMMENT_CHARS, mentions};
use crate::domain::review::MAX_REVIEWER_CHARS;
use crate::store::cluster_life::Comment;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What somebody says.
#[derive(Debug, ToSchema)]
#[schema(as = ClusterCommentBody)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct CommentBody {
    /// The comment; `@name` speaks to somebody.
    #[schema(required = true, min_length = 1, max_length = 4000)]
    body: String,
    /// Who says it.
    #[schema(max_length = 100)]
    person: Option<String>,
}

/// What was said, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClusterComments {
    /// The comments.
    comments: Vec<CommentAnswer>,
}

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterComment)]
pub struct CommentAnswer {
    /// Who said it, where that was said.
    person: Option<String>,
    /// What.
    body: String,
    /// Whom it speaks to.
    mentions: Vec<String>,
    /// When.
    #[schema(format = "date-time")]
    at: String,
}

/// What people say about a recurring failure
#[utoipa::path(
    get,
    path = "/clusters/{id}/comments",
    tag = "clusters",
    operation_id = "comments",
    params(("id" = String, Path, description = "The cluster's id")),
    responses(
        (status = 200, description = "What was said, oldest first", body = ClusterComments),
        (status = 404, description = "No such cluster", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Id(id): Id<ClusterId>,
    _: NoParameters,
) -> Result<Json<ClusterComments>, ApiError> {
    state.store.cluster(id).await?.ok_or(ApiError::NotFound { what: "cluster" })?;
    let comments = state.store.comments(id).await?;
    Ok(Json(ClusterComments { comments: comments.into_iter().map(CommentAnswer::from).collect() }))
}

/// Say something about a recurring failure
#[utoipa::path(
    post,
    path = "/clusters/{id}/comments",
    tag = "clusters",
    operation_id = "comment",
    params(("id" = String, Path, description = "The cluster's id")),
    request_body(content = CommentBody, content_type = "application/json"),
    responses(
        (status = 201, description = "Kept"),
        (status = 404, description = "No such cluster", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    Id(id): Id<ClusterId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<StatusCode, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let said = object.short_text("body", MAX_COMMENT_CHARS).filter(|said| !said.is_empty());
    if said.is_none() {
        object.refuse("body", "missing", "is missing", "write what there is to say");
    }
    let person = object.short_text("person", MAX_REVIEWER_CHARS).filter(|person| !person.is_empty());
    let said = object.finish_with(said)?;
    match state.store.comment_on(id, person.as_deref(), &said, &mentions(&said)).await? {
        true => Ok(StatusCode::CREATED),
        false => Err(ApiError::NotFound { what: "cluster" }),
    }
}

impl From<Comment> for CommentAnswer {
    fn from(Comment { person, body, mentions, at }: Comment) -> Self {
        Self { person, body, mentions, at: at.to_rfc3339() }
    }
}
