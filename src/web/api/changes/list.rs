//! `GET /api/v1/changes`: what was changed, latest first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::ChangeAnswer;
use crate::domain::id::RegisteredChangeId;
use crate::web::api::paging::ListPage;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which page.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ChangesQuestion {
    /// Rows of the page, 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of changes, latest day first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesAnswer {
    /// How many there are, on all pages.
    total: usize,
    /// The page's changes.
    changes: Vec<ChangeAnswer>,
    /// `after` of the next page; null on the last one.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// What was changed, latest first
#[utoipa::path(
    get,
    path = "/changes",
    tag = "changes",
    params(ChangesQuestion),
    responses(
        (status = 200, description = "A page of changes", body = ChangesAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ChangesAnswer>, ApiError> {
    let page = ListPage::<RegisteredChangeId>::read(&mut parameters);
    parameters.finish()?;
    let changes = state.store.registered_changes().await?;
    let total = changes.len();
    let (changes, next) = page.cut(changes, |change| change.id)?;
    let changes = changes.into_iter().map(ChangeAnswer::from).collect();
    Ok(Json(ChangesAnswer { total, changes, next: next.map(|id| id.to_string()) }))
}
