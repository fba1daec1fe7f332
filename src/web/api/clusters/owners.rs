//! `GET` and `PUT /api/v1/cluster-owner-rules`: who answers for which recurring failures.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::complaint::FieldError;
use crate::domain::ownership::{MAX_RULES, OwnerRule};
use crate::pipeline::keep::check_rules;
use crate::web::api::body::JsonBytes;
use crate::web::api::json_object::refuse_repeated_names;
use crate::web::api::parameters::NoParameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// The rules, in order: of several that fit a cluster the last one holds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerRules {
    /// The rules.
    rules: Vec<OwnerRuleAnswer>,
}

/// Whoever fits the conditions belongs to the owner.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = OwnerRule)]
#[serde(deny_unknown_fields)]
pub struct OwnerRuleAnswer {
    /// The product area that must prevail; any when absent.
    #[serde(default)]
    area: Option<String>,
    /// The failure type that must prevail.
    #[serde(default)]
    failure_type: Option<String>,
    /// The company or unit that must prevail.
    #[serde(default)]
    unit: Option<String>,
    /// Who answers.
    owner: String,
}

/// Who answers for what
#[utoipa::path(
    get,
    path = "/cluster-owner-rules",
    tag = "clusters",
    operation_id = "owner_rules",
    responses(
        (status = 200, description = "The rules", body = OwnerRules),
        (status = 422, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<AppState>, _: NoParameters) -> Result<Json<OwnerRules>, ApiError> {
    Ok(Json(answer(state.store.owner_rules().await?)))
}

/// Say who answers for what
#[utoipa::path(
    put,
    path = "/cluster-owner-rules",
    tag = "clusters",
    operation_id = "set_owner_rules",
    request_body(content = OwnerRules, content_type = "application/json"),
    responses(
        (status = 200, description = "The rules as they are now", body = OwnerRules),
        (status = 422, description = "Some rules cannot be taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn replace(
    State(state): State<AppState>,
    _: NoParameters,
    JsonBytes(body): JsonBytes,
) -> Result<Json<OwnerRules>, ApiError> {
    refuse_repeated_names(&body)?;
    let OwnerRules { rules } = serde_json::from_slice(&body).map_err(|error| unreadable(&error))?;
    let rules: Vec<OwnerRule> = rules.into_iter().map(OwnerRule::from).collect();
    let errors = check_rules(&rules, &state.taxonomy());
    if !errors.is_empty() {
        return Err(ApiError::InvalidFields { errors });
    }
    state.store.set_owner_rules(&rules).await?;
    state.pipeline.keep_clusters().await?;
    Ok(Json(answer(rules)))
}

fn answer(rules: Vec<OwnerRule>) -> OwnerRules {
    OwnerRules { rules: rules.into_iter().map(OwnerRuleAnswer::from).collect() }
}

/// Broken JSON is the body's fault, JSON of another shape a field's.
fn unreadable(error: &serde_json::Error) -> ApiError {
    match error.classify() {
        serde_json::error::Category::Data => {
            let remedy = format!("send `rules`, at most {MAX_RULES}, each with `owner` and its conditions");
            let errors = vec![FieldError::new("body", "wrong_shape", error.to_string(), &remedy)];
            ApiError::InvalidFields { errors }
        }
        _ => ApiError::MalformedJson { reason: format!("is not JSON: {error}") },
    }
}

impl From<OwnerRule> for OwnerRuleAnswer {
    fn from(OwnerRule { area, failure_type, unit, owner }: OwnerRule) -> Self {
        Self { area, failure_type, unit, owner }
    }
}

impl From<OwnerRuleAnswer> for OwnerRule {
    fn from(OwnerRuleAnswer { area, failure_type, unit, owner }: OwnerRuleAnswer) -> Self {
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self { area: said(area), failure_type: said(failure_type), unit: said(unit), owner }
    }
}
