//! `POST /api/v1/complaints/{id}/labels`: a person decides a label.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::ComplaintId;
use crate::domain::label::Axis;
use crate::domain::review::{Judgement, MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::store::judgements::JudgementTaken;
use crate::web::api::body::JsonBytes;
use crate::web::api::complaints::record::ComplaintAnswer;
use crate::web::api::json_object::JsonObject;
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What a person says.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through JsonObject; this is its documentation")]
pub struct LabelJudgement {
    /// The axis.
    #[schema(schema_with = names::axis, required = true)]
    axis: String,
    /// The answer: an id of the taxonomy.
    #[schema(required = true)]
    value: String,
    /// Who says so.
    #[schema(max_length = 100, required = true)]
    reviewer: String,
    /// Why.
    #[schema(max_length = 2000)]
    reason: Option<String>,
    /// Whether this settles a dispute; false when absent.
    adjudicates: Option<bool>,
}

/// What stands after a judgement.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelJudged {
    /// `person`: one person decided; `agreed`: several say the same or it was settled; `disputed`: they
    /// differ. Null when the same person had said the same last.
    agreement: Option<&'static str>,
    /// The complaint as it is now.
    complaint: ComplaintAnswer,
}

/// Decide a label
#[utoipa::path(
    post,
    path = "/complaints/{id}/labels",
    tag = "reviews",
    params(("id" = String, Path, description = "The complaint's id")),
    request_body(content = LabelJudgement, content_type = "application/json"),
    responses(
        (status = 200, description = "Kept; no model replaces it", body = LabelJudged),
        (status = 404, description = "No such complaint, or it is not analysed yet", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn judge(
    State(state): State<AppState>,
    Id(complaint): Id<ComplaintId>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<LabelJudged>, ApiError> {
    let mut object = JsonObject::parse(&body)?;
    let taxonomy = state.taxonomy();
    let axes = format!("write one of: {}", Axis::ALL.map(Axis::name).join(", "));
    let axis = object.required("axis", &axes, Axis::from_name);
    let value = object.short_text("value", MAX_REVIEWER_CHARS).unwrap_or_default();
    let reviewer = object.short_text("reviewer", MAX_REVIEWER_CHARS).unwrap_or_default();
    let reason = object.short_text("reason", MAX_REASON_CHARS).filter(|reason| !reason.is_empty());
    let adjudicates = object.flag("adjudicates");
    let judgement = axis.map(|axis| Judgement { complaint, axis, value, reviewer, reason, adjudicates });
    if let Some(Err(errors)) = judgement.as_ref().map(|judgement| judgement.check(&taxonomy)) {
        object.refuse_all(errors);
    }
    let judgement = object.finish_with(judgement)?;
    let taken = state.store.judge_labels(&[judgement], &taxonomy.version).await?;
    let agreement = match taken[..] {
        [JudgementTaken::Kept(agreement)] => Some(agreement.name()),
        [JudgementTaken::Repeated] => None,
        _ => return Err(ApiError::NotFound { what: "analysed complaint" }),
    };
    let record =
        state.pipeline.complaint(complaint).await?.ok_or(ApiError::NotFound { what: "complaint" })?;
    Ok(Json(LabelJudged { agreement, complaint: record.into() }))
}
