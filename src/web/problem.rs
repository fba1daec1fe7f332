//! Everything that can go wrong for somebody who asks, as RFC 9457 problem documents. The codes are
//! stable: clients may branch on them. What went wrong inside is logged here and never sent.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::complaint::FieldError;
use crate::pipeline::PipelineError;
use crate::search::error::QueryError;
use crate::store::StoreError;

/// Media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";
/// Namespace of the problem types; the code follows.
const TYPE_PREFIX: &str = "urn:raiz:problem:";
/// What a caller is told to wait when the service is stopping or took too long, in seconds.
const RETRY_AFTER_S: u64 = 5;

/// A failed request.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum ApiError {
    #[error("there is no {what} here")]
    NotFound { what: &'static str },
    #[error("this resource does not take that method; the header `Allow` lists those it takes")]
    MethodNotAllowed,
    #[error("the body {reason}")]
    MalformedJson { reason: String },
    #[error("the body broke off before its end")]
    BodyUnreadable,
    #[error("no part of the body arrived for {seconds} s")]
    BodyTimeout { seconds: u64 },
    #[error(
        "the body is larger than {limit_bytes} bytes; send complaints in bulk to /api/v1/complaints:batch"
    )]
    BodyTooLarge { limit_bytes: usize },
    #[error("the body must be sent as {expected}, in UTF-8 and without a content encoding")]
    UnsupportedMediaType { expected: &'static str },
    #[error("{} of the fields cannot be taken", errors.len())]
    InvalidFields { errors: Vec<FieldError> },
    #[error("{} of the query parameters cannot be used", errors.len())]
    InvalidParameters { errors: Vec<FieldError> },
    #[error("{reason}")]
    InvalidQuery { code: &'static str, field: &'static str, reason: String },
    #[error("from `{from}` it may move to: {}", if allowed.is_empty() { "no other state" } else { allowed })]
    StateNotAllowed { from: &'static str, allowed: String },
    #[error("another version of the taxonomy was published meanwhile; read it and make the change there")]
    TaxonomyOutdated,
    #[error("{reason}")]
    ChangeRefused { reason: String },
    #[error("the idempotency key was used for another request before")]
    IdempotencyKeyReused,
    #[error("a page of another site may not change anything here")]
    CrossSite,
    #[error("the service does not answer to the name it was asked by; add it to service.host_names")]
    HostNotAllowed,
    #[error("too many complaints are waiting to be written")]
    Busy { retry_after_s: u64 },
    #[error("the service is stopping")]
    Stopping,
    #[error("the complaints could not be written; nothing of this request was stored")]
    NotWritten,
    #[error("the answer took longer than {seconds} s")]
    Timeout { seconds: u64 },
    #[error("something failed inside the service; its log has the details under the request's id")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:raiz:problem:invalid_fields")]
    kind: String,
    /// What kind of problem it is, in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened this time.
    detail: String,
    /// The last part of `type`.
    #[schema(example = "invalid_fields")]
    code: &'static str,
    /// What is wrong with single fields or parameters, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// What is wrong with one field, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field or parameter, by its name; `body` for the body as a whole.
    pub field: String,
    /// Stable code.
    #[schema(example = "too_long")]
    pub code: String,
    /// What is wrong, without the value itself.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

impl From<FieldError> for FieldProblem {
    fn from(error: FieldError) -> Self {
        let FieldError { field, code, reason, remedy } = error;
        Self { field, code, reason, remedy }
    }
}

impl ApiError {
    /// An internal failure.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The table of codes: status, code, title.
    pub fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed")
            }
            Self::MalformedJson { .. } => {
                (StatusCode::BAD_REQUEST, "malformed_json", "The body is not a JSON object")
            }
            Self::BodyUnreadable => (StatusCode::BAD_REQUEST, "body_unreadable", "The body cannot be read"),
            Self::BodyTimeout { .. } => {
                (StatusCode::REQUEST_TIMEOUT, "body_timeout", "The body came too slowly")
            }
            Self::BodyTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large")
            }
            Self::UnsupportedMediaType { .. } => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type")
            }
            Self::InvalidFields { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_fields", "Some fields cannot be taken")
            }
            Self::InvalidParameters { errors } if errors.iter().any(is_unknown_parameter) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "unknown_parameter", "Unknown query parameter")
            }
            Self::InvalidParameters { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_parameters",
                "Some query parameters cannot be used",
            ),
            Self::InvalidQuery { code, .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, code, "The question cannot be answered")
            }
            Self::StateNotAllowed { .. } => {
                (StatusCode::CONFLICT, "state_not_allowed", "That state cannot be reached from here")
            }
            Self::TaxonomyOutdated => {
                (StatusCode::CONFLICT, "taxonomy_outdated", "Another version is in force")
            }
            Self::ChangeRefused { .. } => {
                (StatusCode::CONFLICT, "change_refused", "The change cannot be made as things stand")
            }
            Self::IdempotencyKeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "The idempotency key belongs to another request",
            ),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross_site", "Request from another site"),
            Self::HostNotAllowed => {
                (StatusCode::MISDIRECTED_REQUEST, "host_not_allowed", "Unknown host name")
            }
            Self::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "busy", "The service is busy"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "The service is stopping"),
            Self::NotWritten => {
                (StatusCode::SERVICE_UNAVAILABLE, "not_written", "The complaints were not stored")
            }
            Self::Timeout { .. } => (StatusCode::SERVICE_UNAVAILABLE, "timeout", "The answer took too long"),
            Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something failed inside the service")
            }
        }
    }

    /// What is wrong with single fields; for every other failure one entry about the whole body.
    pub fn into_field_problems(self) -> Vec<FieldProblem> {
        let (_, code, _) = self.kind();
        match self {
            Self::InvalidFields { errors } | Self::InvalidParameters { errors } => {
                errors.into_iter().map(FieldProblem::from).collect()
            }
            other => vec![FieldProblem {
                field: "body".to_owned(),
                code: code.to_owned(),
                reason: other.to_string(),
                remedy: "send one JSON object in UTF-8".to_owned(),
            }],
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Busy { retry_after_s } => Some(*retry_after_s),
            Self::Stopping | Self::NotWritten | Self::Timeout { .. } => Some(RETRY_AFTER_S),
            _ => None,
        }
    }
}

fn is_unknown_parameter(error: &FieldError) -> bool {
    error.code == "unknown_parameter"
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Internal(source) = &self {
            tracing::error!(error = source.as_ref() as &dyn std::error::Error, "a request failed");
        }
        let (status, code, title) = self.kind();
        let retry_after_s = self.retry_after_s();
        let detail = self.to_string();
        let errors = match self {
            Self::InvalidFields { errors } | Self::InvalidParameters { errors } => {
                errors.into_iter().map(FieldProblem::from).collect()
            }
            Self::InvalidQuery { code, field, reason } => vec![FieldProblem {
                field: field.to_owned(),
                code: code.to_owned(),
                reason,
                remedy: "change the parameter as the reason says".to_owned(),
            }],
            _ => Vec::new(),
        };
        let kind = format!("{TYPE_PREFIX}{code}");
        let problem = Problem { kind, title, status: status.as_u16(), detail, code, errors };
        let body = serde_json::to_vec(&problem).expect("a struct of strings and a number is always JSON");
        let mut response =
            (status, [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))], body).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<PipelineError> for ApiError {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Store(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy { retry_after_s } => Self::Busy { retry_after_s },
            StoreError::Stopped => Self::Stopping,
            // The intake's writer has logged why.
            StoreError::NotWritten { .. } => Self::NotWritten,
            other => Self::internal(other),
        }
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        let field = match &error {
            QueryError::Index(_) => return Self::internal(error),
            QueryError::DaysCrossed => "from",
            QueryError::PageTooLarge { .. } => "limit",
            QueryError::FacetTooLarge { .. } => "facet_size",
            QueryError::ForeignCursor => "after",
            QueryError::TooManyValues { field, .. } => field.name(),
            _ => "q",
        };
        Self::InvalidQuery { code: error.code(), field, reason: error.to_string() }
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::internal(error)
    }
}
