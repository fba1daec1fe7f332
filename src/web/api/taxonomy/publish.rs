//! `PUT /api/v1/taxonomy`: a new version, or with `dry_run` what it would change.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answer::TermChangeAnswer;
use crate::domain::complaint::FieldError;
use crate::domain::taxonomy::Draft;
use crate::pipeline::taxonomy::{MAX_NOTE_CHARS, Revision};
use crate::store::taxonomy::Published;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::refuse_repeated_names;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// How it is published.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is its documentation")]
pub struct PublishQuestion {
    /// `true`: say what would change and write nothing.
    dry_run: Option<bool>,
    /// What to say about the version, at most 500 characters.
    note: Option<String>,
}

/// A new version of the taxonomy, in the shape `raiz taxonomy export --format json` writes.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read through the domain's draft; this is its documentation")]
pub struct TaxonomyDraft {
    /// The version it was made from; another one in force refuses it. Without it nothing is compared.
    version: Option<String>,
    /// Terms of the axis `kind`, as `GET /taxonomy` gives them.
    #[schema(required = true)]
    kind: Vec<Map<String, Value>>,
    /// Terms of the axis `product_area`.
    #[schema(required = true)]
    product_area: Vec<Map<String, Value>>,
    /// Terms of the axis `failure_type`.
    #[schema(required = true)]
    failure_type: Vec<Map<String, Value>>,
    /// Terms that go: `axis`, `id` and `replaced_by`, the term that takes their complaints.
    retired: Option<Vec<Map<String, Value>>>,
}

/// What the new version changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyPublished {
    /// Whether it is in force now: false for a dry run, and when nothing differs.
    published: bool,
    /// The version it is, or would be.
    version: String,
    /// The terms that differ from the version before.
    changes: Vec<TermChangeAnswer>,
    /// Complaints that went, or would go, from a retired term to another.
    moved: i64,
}

/// Publish a version of the taxonomy
#[utoipa::path(
    put,
    path = "/taxonomy",
    tag = "taxonomy",
    params(PublishQuestion),
    request_body(content = TaxonomyDraft, content_type = "application/json"),
    responses(
        (status = 200, description = "What it changes", body = TaxonomyPublished),
        (status = 409, description = "Another version was published meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Some fields or parameters cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn publish(
    State(state): State<AppState>,
    mut parameters: Parameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<TaxonomyPublished>, ApiError> {
    let dry_run = parameters.parsed("dry_run", "write true or false", |text| text.parse().ok());
    let note = parameters.one("note").unwrap_or_default();
    if note.chars().count() > MAX_NOTE_CHARS || note.contains('\0') {
        let reason = format!("has more than {MAX_NOTE_CHARS} characters or a NUL character");
        parameters.refuse("note", "too_long", reason, "shorten it");
    }
    parameters.finish()?;
    refuse_repeated_names(&body)?;
    let draft: Draft = serde_json::from_slice(&body).map_err(|error| unreadable(&error))?;
    let revision = state.pipeline.revise_taxonomy(draft).await?;
    let Revision { next, changes, moving } = revision.map_err(|errors| ApiError::InvalidFields { errors })?;
    let version = next.version.clone();
    let (published, moved) = match dry_run.unwrap_or(false) || changes.is_empty() {
        true => (false, moving),
        false => match state.pipeline.publish_taxonomy(next, &note).await? {
            Published::InForce { moved } => (true, i64::try_from(moved).unwrap_or(i64::MAX)),
            Published::Outdated => return Err(ApiError::TaxonomyOutdated),
        },
    };
    let changes = changes.into_iter().map(TermChangeAnswer::from).collect();
    Ok(Json(TaxonomyPublished { published, version, changes, moved }))
}

/// Broken JSON is the body's fault, JSON of another shape a field's.
fn unreadable(error: &serde_json::Error) -> ApiError {
    match error.classify() {
        serde_json::error::Category::Data => {
            let remedy = "send the members `raiz taxonomy export --format json` writes";
            let errors = vec![FieldError::new("body", "wrong_shape", error.to_string(), remedy)];
            ApiError::InvalidFields { errors }
        }
        _ => ApiError::MalformedJson { reason: format!("is not JSON: {error}") },
    }
}
