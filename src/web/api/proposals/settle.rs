//! `POST /api/v1/cluster-proposals/{id}`: a person accepts or rejects what a rediscovery proposed.

use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::domain::id::ProposalId;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::api::settlement::{self, ProposalSettled};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What a person decides about a proposal.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct ProposalSettlement {
    /// `accept` does it; `reject` keeps things as they are, and it is not proposed again.
    #[schema(required = true)]
    verdict: String,
    /// Who decides.
    #[schema(max_length = 100)]
    person: Option<String>,
    /// Why.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// Accept or reject a proposal
#[utoipa::path(
    post,
    path = "/cluster-proposals/{id}",
    tag = "proposals",
    params(("id" = String, Path, description = "The proposal's id")),
    request_body(content = ProposalSettlement, content_type = "application/json"),
    responses(
        (status = 200, description = "Settled", body = ProposalSettled),
        (status = 404, description = "No open proposal of that id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It cannot be done as things stand", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn settle(
    State(state): State<AppState>,
    Id(id): Id<ProposalId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<ProposalSettled>, ApiError> {
    let (accepts, by) = settlement::read(JsonObject::parse(&body)?, "reject")?;
    let settled =
        if accepts { state.pipeline.accept(id, &by).await? } else { state.pipeline.reject(id, &by).await? };
    settlement::answer(settled, "open proposal")
}
