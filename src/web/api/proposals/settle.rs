//! `POST /api/v1/cluster-proposals/{id}`: a person accepts or rejects what a rediscovery proposed.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::{DecisionId, ProposalId};
use crate::domain::review::{MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::pipeline::plan::By;
use crate::pipeline::rediscover::Settled;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::JsonObject;
use crate::web::api::parameters::{Id, NoParameters};
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

/// The decision it became.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalSettled {
    /// The decision's id, to undo it by.
    #[schema(format = "uuid")]
    decision: String,
}

impl ProposalSettled {
    pub(in crate::web::api) fn new(decision: DecisionId) -> Self {
        Self { decision: decision.to_string() }
    }
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
    let mut object = JsonObject::parse(&body)?;
    let accepts = object.required("verdict", "write accept or reject", |text| match text {
        "accept" => Some(true),
        "reject" => Some(false),
        _ => None,
    });
    let by = By {
        person: object.short_text("person", MAX_REVIEWER_CHARS).filter(|person| !person.is_empty()),
        reason: object.short_text("reason", MAX_REASON_CHARS).filter(|reason| !reason.is_empty()),
    };
    let settled = if object.finish_with(accepts)? {
        state.pipeline.accept(id, &by).await?
    } else {
        state.pipeline.reject(id, &by).await?
    };
    match settled {
        Settled::Done(decision) => Ok(Json(ProposalSettled::new(decision))),
        Settled::NotOpen => Err(ApiError::NotFound { what: "open proposal" }),
        Settled::Refused(refusal) => Err(ApiError::ChangeRefused { reason: refusal.to_string() }),
    }
}
