//! `GET /api/v1/subscriptions`: who is told of which signals, oldest first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::SubscriptionAnswer;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Every subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionsAnswer {
    /// Oldest first.
    subscriptions: Vec<SubscriptionAnswer>,
}

/// Who is told of which signals
#[utoipa::path(
    get,
    path = "/subscriptions",
    tag = "subscriptions",
    responses(
        (status = 200, description = "Every subscription, without secrets", body = SubscriptionsAnswer),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    _: NoParameters,
) -> Result<Json<SubscriptionsAnswer>, ApiError> {
    let subscriptions = state.store.subscriptions().await?;
    Ok(Json(SubscriptionsAnswer {
        subscriptions: subscriptions.into_iter().map(SubscriptionAnswer::from).collect(),
    }))
}
