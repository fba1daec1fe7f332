//! What a person decided about something that was found or proposed: read in one way, answered in one way.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::DecisionId;
use crate::domain::review::{MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::pipeline::plan::By;
use crate::pipeline::rediscover::Settled;
use crate::web::problem::ApiError;

use super::json_object::JsonObject;

/// The decision it became.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalSettled {
    /// The decision's id, to undo it by.
    #[schema(format = "uuid")]
    decision: String,
}

/// Reads what is left of a body: `verdict`, which is `accept` or the word `refusal`, and who decides and why.
/// Gives whether it is accepted.
pub(super) fn read(mut object: JsonObject, refusal: &str) -> Result<(bool, By), ApiError> {
    let accepts = object.required("verdict", &format!("write accept or {refusal}"), |text| match text {
        "accept" => Some(true),
        text if text == refusal => Some(false),
        _ => None,
    });
    let by = By {
        person: object.short_text("person", MAX_REVIEWER_CHARS).filter(|person| !person.is_empty()),
        reason: object.short_text("reason", MAX_REASON_CHARS).filter(|reason| !reason.is_empty()),
    };
    Ok((object.finish_with(accepts)?, by))
}

/// The decision, or why there is none; `what` names the thing decided about, as it is when open.
pub(super) fn answer(settled: Settled, what: &'static str) -> Result<Json<ProposalSettled>, ApiError> {
    match settled {
        Settled::Done(decision) => Ok(Json(ProposalSettled::of(decision))),
        Settled::NotOpen => Err(ApiError::NotFound { what }),
        Settled::Refused(refusal) => Err(ApiError::ChangeRefused { reason: refusal.to_string() }),
    }
}

impl ProposalSettled {
    fn of(decision: DecisionId) -> Self {
        Self { decision: decision.to_string() }
    }
}
