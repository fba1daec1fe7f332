//! One subscription: `DELETE /api/v1/subscriptions/{id}` ends it, `POST …/test` tries its way.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::SubscriptionId;
use crate::web::api::parameters::{Id, NoParameters};
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestAnswer {
    /// The message's id, as the receiver sees it.
    #[schema(format = "uuid")]
    message: String,
}

/// Stop being told
///
/// What waited for this subscriber is not sent.
#[utoipa::path(
    delete,
    path = "/subscriptions/{id}",
    tag = "subscriptions",
    params(("id" = String, Path, description = "The subscription's id")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "No such subscription", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    Id(id): Id<SubscriptionId>,
    _: NoParameters,
) -> Result<StatusCode, ApiError> {
    if state.store.unsubscribe(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound { what: "subscription" })
    }
}

/// Try the way to a subscriber
///
/// A message without signals goes out with the next delivery, whatever the hour.
#[utoipa::path(
    post,
    path = "/subscriptions/{id}/test",
    tag = "subscriptions",
    params(("id" = String, Path, description = "The subscription's id")),
    responses(
        (status = 202, description = "It is on its way", body = TestAnswer),
        (status = 404, description = "No such subscription", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn test(
    State(state): State<AppState>,
    Id(id): Id<SubscriptionId>,
    _: NoParameters,
) -> Result<(StatusCode, Json<TestAnswer>), ApiError> {
    state.store.subscription(id).await?.ok_or(ApiError::NotFound { what: "subscription" })?;
    let message = state.store.post_test(id).await?.to_string();
    Ok((StatusCode::ACCEPTED, Json(TestAnswer { message })))
}
