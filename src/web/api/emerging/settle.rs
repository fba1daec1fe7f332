//! `POST /api/v1/emerging-groups/{id}`: a person makes a failure that emerged a cluster, or says that it is
//! nothing.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::id::EmergingId;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::api::settlement::{self, ProposalSettled};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What a person decides about an emerging failure.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct EmergingSettlement {
    /// `accept` founds a cluster of its complaints that are in none; `dismiss` leaves them alone, and it is
    /// not told of again.
    #[schema(required = true)]
    verdict: String,
    /// Name of the cluster; its own when absent.
    #[schema(max_length = 200)]
    title: Option<String>,
    /// Who decides.
    #[schema(max_length = 100)]
    person: Option<String>,
    /// Why.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// Found a cluster of an emerging failure, or dismiss it
#[utoipa::path(
    post,
    path = "/emerging-groups/{id}",
    tag = "emerging",
    params(("id" = String, Path, description = "The emerging failure's id")),
    request_body(content = EmergingSettlement, content_type = "application/json"),
    responses(
        (status = 200, description = "Settled", body = ProposalSettled),
        (status = 404, description = "No open emerging failure of that id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be done as things stand", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn settle(
    State(state): State<AppState>,
    Id(id): Id<EmergingId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<ProposalSettled>, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let title = object.short_text("title", MAX_TITLE_CHARS);
    let (accepts, by) = settlement::read(object, "dismiss")?;
    let settled = if accepts {
        state.pipeline.found_emerging(id, title, &by).await?
    } else {
        state.pipeline.dismiss_emerging(id, &by).await?
    };
    settlement::answer(settled, "open emerging failure")
}
