//! `GET /api/v1/actions`: actions, last changed first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::ActionAnswer;
use crate::domain::action::ActionState;
use crate::domain::id::{ActionId, ClusterId};
use crate::web::api::names;
use crate::web::api::paging::ListPage;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which actions.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ActionsQuestion {
    /// Where it stands.
    #[param(schema_with = names::action_state)]
    state: Option<String>,
    /// Id of a cluster it is meant to end.
    #[param(format = "uuid")]
    cluster: Option<String>,
    /// Rows of the page, 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of actions, last changed first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionsAnswer {
    /// How many match, on all pages.
    total: usize,
    /// The page's actions.
    actions: Vec<ActionAnswer>,
    /// `after` of the next page; null on the last one.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// Actions, last changed first
#[utoipa::path(
    get,
    path = "/actions",
    tag = "actions",
    params(ActionsQuestion),
    responses(
        (status = 200, description = "A page of actions", body = ActionsAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ActionsAnswer>, ApiError> {
    let expected = format!("write one of: {}", ActionState::ALL.map(ActionState::name).join(", "));
    let standing = parameters.parsed("state", &expected, ActionState::from_name);
    let cluster = parameters.parsed("cluster", "write a cluster's id", |id| id.parse::<ClusterId>().ok());
    let page = ListPage::<ActionId>::read(&mut parameters);
    parameters.finish()?;

    let mut actions = state.store.actions().await?;
    actions.retain(|action| {
        standing.is_none_or(|standing| action.state == standing)
            && cluster.is_none_or(|cluster| action.clusters.contains(&cluster))
    });
    let total = actions.len();
    let (actions, next) = page.cut(actions, |action| action.id)?;
    let actions = actions.into_iter().map(ActionAnswer::from).collect();
    Ok(Json(ActionsAnswer { total, actions, next: next.map(|id| id.to_string()) }))
}
