//! `POST /api/v1/complaints`: one complaint. The answer leaves after the commit.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::idempotency::SenderKey;
use super::received::{self, ReceivedComplaint};
use crate::store::intake::{Submission, Submitted, Taken};
use crate::web::api::body::JsonBytes;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// What became of a complaint.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenComplaint {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// `stored` when it is new; `known` when its source had already sent it, and nothing was changed.
    #[schema(pattern = "^(stored|known)$")]
    status: &'static str,
}

/// Hand in one complaint
///
/// When this answers 201 or 200, the complaint survives a power cut. Redaction, labels and search follow
/// within seconds.
#[utoipa::path(
    post,
    path = "/complaints",
    tag = "complaints",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key and body within a week, the request gets its first answer again")),
    request_body(content = ReceivedComplaint, content_type = "application/json"),
    responses(
        (status = 201, description = "Stored", body = TakenComplaint, headers(("Location" = String, description = "The complaint"))),
        (status = 200, description = "Known already", body = TakenComplaint, headers(("Location" = String, description = "The complaint"))),
        (status = 400, description = "Not a JSON object", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 1 MiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields cannot be taken, or the key was used for another request", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many complaints are waiting; try again after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    _: NoParameters,
    key: SenderKey,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<TakenComplaint>), ApiError> {
    let complaint = received::read(&body, &state, state.store.clock().now())?;
    let submission = Submission { complaints: vec![complaint], key: key.of_body(&body) };
    let taken = match state.queue.submit(submission).await? {
        Submitted::Taken(taken) => taken,
        Submitted::KeyReused => return Err(ApiError::IdempotencyKeyReused),
    };
    let [taken] = taken[..] else {
        return Err(ApiError::internal("the store did not answer one complaint with one id"));
    };
    let (code, status) = match taken {
        Taken::Stored(_) => (StatusCode::CREATED, "stored"),
        Taken::Known(_) => (StatusCode::OK, "known"),
    };
    let id = taken.id().to_string();
    let location = format!("/api/v1/complaints/{id}");
    Ok((code, [(header::LOCATION, location)], Json(TakenComplaint { id, status })))
}
