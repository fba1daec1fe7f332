//! `GET /api/v1/complaints/{id}/labels`: everything people said about a complaint's labels.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::ComplaintId;
use crate::domain::label::Axis;
use crate::domain::review::{Judged, standing};
use crate::web::api::names;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What people said about one axis.
#[derive(Debug, Serialize, ToSchema)]
pub struct AxisHistory {
    /// The axis.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// How far they agree: `person`, `agreed` or `disputed`; null when nobody judged.
    agreement: Option<&'static str>,
    /// Every judgement, oldest first.
    judgements: Vec<JudgementAnswer>,
}

/// What a person said.
#[derive(Debug, Serialize, ToSchema)]
struct JudgementAnswer {
    /// The answer: an id of the taxonomy.
    value: String,
    /// Who said so.
    reviewer: String,
    /// Why.
    reason: Option<String>,
    /// Whether it settled a dispute.
    adjudicates: bool,
    /// When.
    #[schema(format = "date-time")]
    decided_at: String,
}

impl From<Judged> for JudgementAnswer {
    fn from(Judged { judgement, decided_at }: Judged) -> Self {
        Self {
            value: judgement.value,
            reviewer: judgement.reviewer,
            reason: judgement.reason,
            adjudicates: judgement.adjudicates,
            decided_at: decided_at.to_rfc3339(),
        }
    }
}

/// Everything people said about a complaint's labels
#[utoipa::path(
    get,
    path = "/complaints/{id}/labels",
    tag = "reviews",
    params(("id" = String, Path, description = "The complaint's id")),
    responses(
        (status = 200, description = "One entry per axis", body = Vec<AxisHistory>),
        (status = 404, description = "No such complaint", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn history(
    State(state): State<AppState>,
    Id(complaint): Id<ComplaintId>,
    _: NoParameters,
) -> Result<Json<Vec<AxisHistory>>, ApiError> {
    state.store.complaint(complaint).await?.ok_or(ApiError::NotFound { what: "complaint" })?;
    let mut answer = Vec::new();
    for axis in Axis::ALL {
        let said = state.store.judgements(complaint, axis).await?;
        let agreement = standing(&said).map(|(_, agreement)| agreement.name());
        let judgements = said.into_iter().map(JudgementAnswer::from).collect();
        answer.push(AxisHistory { axis: axis.name(), agreement, judgements });
    }
    Ok(Json(answer))
}
