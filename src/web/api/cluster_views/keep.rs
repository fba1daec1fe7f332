//! `PUT /api/v1/cluster-views/{name}`: keeps a question under a name, in place of one that has it.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::ViewName;
use super::answer::ViewAnswer;
use crate::store::group_views::MAX_QUESTION_CHARS;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What is kept.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct ClusterViewBody {
    /// Words and tokens as in the box of the groups' page: `is:`, `area:`, `tipo:`, `owner:`, `prioridad:`,
    /// `orden:`. Empty asks for every group.
    #[schema(required = true, max_length = 400, example = "is:open area:cards owner:none")]
    question: String,
}

/// Keep a question about recurring failures under a name
///
/// The groups' page offers it to everybody. One that has the name is replaced.
#[utoipa::path(
    put,
    path = "/cluster-views/{name}",
    tag = "clusters",
    operation_id = "keep_cluster_view",
    params(("name" = String, Path, description = "The view's name, at most 60 characters")),
    request_body(content = ClusterViewBody, content_type = "application/json"),
    responses(
        (status = 200, description = "Kept", body = ViewAnswer),
        (status = 422, description = "Name or question cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn keep(
    State(state): State<AppState>,
    ViewName(name): ViewName,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<ViewAnswer>, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let question = object.short_text("question", MAX_QUESTION_CHARS);
    if question.is_none() {
        object.refuse("question", "missing", "is missing", "write what the view asks for");
    }
    let question = object.finish_with(question)?;
    state.store.keep_group_view(&name, &question).await?;
    Ok(Json(ViewAnswer::from((name, question))))
}
