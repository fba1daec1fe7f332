//! `GET /api/v1/emerging-groups`: failures nobody has named yet, with what they rest on.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::emerging::{Emerging, EmergingEvidence, EmergingState};
use crate::domain::id::EmergingId;
use crate::web::api::names;
use crate::web::api::paging::ListPage;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct EmergingQuestion {
    /// Where it stands.
    #[param(schema_with = names::emerging_state)]
    state: Option<String>,
    /// Rows of the page, 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of emerging failures, those with the latest complaint first.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmergingAnswer {
    /// How many match, on all pages.
    total: usize,
    /// The page's failures.
    groups: Vec<EmergingGroupAnswer>,
    /// `after` of the next page; null on the last one.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// Recent complaints that lie closer together than the past leaves room for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EmergingGroup)]
pub struct EmergingGroupAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// What it is called.
    title: String,
    /// Where it stands.
    #[schema(schema_with = names::emerging_state)]
    state: &'static str,
    /// Its complaints, the densest place first.
    complaints: Vec<String>,
    /// Terms that set it apart from the other recent complaints, strongest first.
    terms: Vec<String>,
    /// Recent complaints among the nearest ones when it was noticed.
    observed: usize,
    /// How many were to be expected there.
    expected: f64,
    /// The nearest complaints that were looked at, past and recent.
    neighbours: usize,
    /// Logarithm of how much more probable a denser place is than an even one.
    score: f64,
    /// The score from which the rate of false alarms asked for is kept.
    threshold: f64,
    /// Product area that prevails.
    product_area: Option<String>,
    /// Failure type that prevails.
    failure_type: Option<String>,
    /// The standing cluster nearest to it.
    #[schema(format = "uuid")]
    nearest: Option<String>,
    /// Cosine to the centre of that cluster.
    nearest_similarity: Option<f32>,
    /// The cluster it became, or is.
    #[schema(format = "uuid")]
    cluster: Option<String>,
    /// The decision that settled it, to undo it by.
    #[schema(format = "uuid")]
    decision: Option<String>,
    /// When the complaint came in with which it was noticed.
    #[schema(format = "date-time")]
    noticed_at: String,
    /// When its first complaint came in.
    #[schema(format = "date-time")]
    first_at: String,
    /// When its last complaint came in.
    #[schema(format = "date-time")]
    last_at: String,
}

/// Failures nobody has named yet
#[utoipa::path(
    get,
    path = "/emerging-groups",
    tag = "emerging",
    params(EmergingQuestion),
    responses(
        (status = 200, description = "A page of emerging failures", body = EmergingAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<EmergingAnswer>, ApiError> {
    let expected = format!("write one of: {}", EmergingState::ALL.map(EmergingState::name).join(", "));
    let standing = parameters.parsed("state", &expected, EmergingState::from_name);
    let page = ListPage::<EmergingId>::read(&mut parameters);
    parameters.finish()?;
    let mut groups = state.store.emerging().await?;
    groups.retain(|group| standing.is_none_or(|standing| group.state == standing));
    let total = groups.len();
    let (groups, next) = page.cut(groups, |group| group.id)?;
    let groups = groups.into_iter().map(EmergingGroupAnswer::from).collect();
    Ok(Json(EmergingAnswer { total, groups, next: next.map(|id| id.to_string()) }))
}

impl From<Emerging> for EmergingGroupAnswer {
    fn from(group: Emerging) -> Self {
        let Emerging {
            id,
            title,
            evidence,
            state,
            cluster,
            decision,
            noticed_at,
            first_at,
            last_at,
            members,
        } = group;
        let EmergingEvidence {
            recent: _,
            neighbours,
            recent_neighbours,
            expected,
            score,
            threshold,
            terms,
            nearest,
            product_area,
            failure_type,
        } = evidence;
        Self {
            id: id.to_string(),
            title,
            state: state.name(),
            complaints: members.iter().map(ToString::to_string).collect(),
            terms,
            observed: recent_neighbours,
            expected,
            neighbours,
            score,
            threshold,
            product_area,
            failure_type,
            nearest: nearest.map(|(id, _)| id.to_string()),
            nearest_similarity: nearest.map(|(_, cosine)| cosine),
            cluster: cluster.map(|id| id.to_string()),
            decision: decision.map(|id| id.to_string()),
            noticed_at: noticed_at.to_rfc3339(),
            first_at: first_at.to_rfc3339(),
            last_at: last_at.to_rfc3339(),
        }
    }
}
