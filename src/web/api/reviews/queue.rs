//! `GET /api/v1/reviews`: the next complaints worth a person's look, with what the model proposes.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::label::Axis;
use crate::domain::review::Queue;
use crate::pipeline::review::{Proposal, ReviewItem};
use crate::web::api::complaints::record::ComplaintAnswer;
use crate::web::api::names;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Complaints of one answer.
const DEFAULT_ITEMS: usize = 10;
const MAX_ITEMS: usize = 100;

/// Which complaints.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ReviewsQuestion {
    /// The axis to be judged; `failure_type` when absent.
    #[param(schema_with = names::axis)]
    axis: Option<String>,
    /// `unsure`: the model is not sure, most useful first; `second`: judged by one other person; `disputed`:
    /// people differ. `unsure` when absent.
    #[param(schema_with = names::review_queue)]
    queue: Option<String>,
    /// Who reviews: the queue `second` leaves out what this person judged.
    reviewer: Option<String>,
    /// How many, 1 to 100; 10 when absent.
    limit: Option<u32>,
}

/// The next complaints to judge, best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewsAnswer {
    /// The axis to be judged.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// How many labels of this axis the model is not sure of and nobody has judged.
    unsure_total: i64,
    /// The complaints.
    items: Vec<ReviewItemAnswer>,
}

/// A complaint to judge.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewItemAnswer {
    complaint: ComplaintAnswer,
    /// What the model proposes, most probable first.
    proposals: Vec<ProposalAnswer>,
}

/// One answer of the model.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalAnswer {
    /// An id of the taxonomy.
    value: String,
    /// Calibrated probability, 0 to 1.
    probability: f32,
    /// Words of the text that speak for it, strongest first.
    words: Vec<String>,
}

impl From<ReviewItem> for ReviewItemAnswer {
    fn from(ReviewItem { record, proposals }: ReviewItem) -> Self {
        let answer = |Proposal { value, probability, words }| ProposalAnswer { value, probability, words };
        Self { complaint: record.into(), proposals: proposals.into_iter().map(answer).collect() }
    }
}

/// The next complaints worth a person's look
#[utoipa::path(
    get,
    path = "/reviews",
    tag = "reviews",
    params(ReviewsQuestion),
    responses(
        (status = 200, description = "Complaints, the most useful first", body = ReviewsAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ReviewsAnswer>, ApiError> {
    let axis = super::agreement::axis(&mut parameters);
    let queues = format!("write one of: {}", Queue::ALL.map(Queue::name).join(", "));
    let queue = parameters.parsed("queue", &queues, Queue::from_name).unwrap_or(Queue::Unsure);
    let reviewer = parameters.one("reviewer").unwrap_or_default();
    let limit = parameters.number("limit", DEFAULT_ITEMS, 1..=MAX_ITEMS);
    parameters.finish()?;

    let items = state.pipeline.review_queue(axis, queue, &reviewer, limit).await?;
    Ok(Json(ReviewsAnswer {
        axis: axis.name(),
        unsure_total: state.store.doubt_total(axis).await?,
        items: items.into_iter().map(ReviewItemAnswer::from).collect(),
    }))
}

/// The axis most reviews are about.
pub(super) const DEFAULT_AXIS: Axis = Axis::FailureType;
