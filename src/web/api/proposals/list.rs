//! `GET /api/v1/cluster-proposals`: what rediscoveries propose, with the numbers it rests on.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::ProposalId;
use crate::domain::proposal::{Overlap, Proposal, ProposalState};
use crate::web::api::names;
use crate::web::api::paging::ListPage;
use crate::web::api::parameters::Parameters;
use crate::web::problem::{ApiError, Problem};
use crate::web::state::AppState;

/// Which proposals.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read through Parameters; this is their documentation")]
pub struct ProposalsQuestion {
    /// Where it stands.
    #[param(schema_with = names::proposal_state)]
    state: Option<String>,
    /// Rows of the page, 1 to 500; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of proposals, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalsAnswer {
    /// How many match, on all pages.
    total: usize,
    /// The page's proposals.
    proposals: Vec<ProposalAnswer>,
    /// `after` of the next page; null on the last one.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// A proposal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClusterProposal)]
pub struct ProposalAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// What is proposed.
    #[schema(schema_with = names::proposal_kind)]
    kind: &'static str,
    /// The cluster it is about; null for complaints that belong to none.
    #[schema(format = "uuid")]
    cluster: Option<String>,
    /// The cluster its complaints would go to.
    #[schema(format = "uuid")]
    other: Option<String>,
    /// What the fresh division calls the group it rests on.
    title: String,
    /// Complaints it is about.
    complaints: usize,
    /// Complaints of its cluster that were looked at.
    of_cluster: usize,
    /// Complaints in the group of the fresh division.
    of_group: usize,
    /// Terms that set that group apart, strongest first.
    terms: Vec<String>,
    /// Some of its complaints, the most central first.
    examples: Vec<String>,
    /// Where it stands.
    #[schema(schema_with = names::proposal_state)]
    state: &'static str,
    /// The decision that settled it, to undo it by.
    #[schema(format = "uuid")]
    decision: Option<String>,
    /// When it was made.
    #[schema(format = "date-time")]
    made_at: String,
}

/// What rediscoveries propose
#[utoipa::path(
    get,
    path = "/cluster-proposals",
    tag = "proposals",
    params(ProposalsQuestion),
    responses(
        (status = 200, description = "A page of proposals", body = ProposalsAnswer),
        (status = 422, description = "Unknown or unusable parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    mut parameters: Parameters,
) -> Result<Json<ProposalsAnswer>, ApiError> {
    let expected = format!("write one of: {}", ProposalState::ALL.map(ProposalState::name).join(", "));
    let standing = parameters.parsed("state", &expected, ProposalState::from_name);
    let page = ListPage::<ProposalId>::read(&mut parameters);
    parameters.finish()?;
    let mut proposals = state.store.proposals().await?;
    proposals.retain(|proposal| standing.is_none_or(|standing| proposal.state == standing));
    let total = proposals.len();
    let (proposals, next) = page.cut(proposals, |proposal| proposal.id)?;
    let proposals = proposals.into_iter().map(ProposalAnswer::from).collect();
    Ok(Json(ProposalsAnswer { total, proposals, next: next.map(|id| id.to_string()) }))
}

impl From<Proposal> for ProposalAnswer {
    fn from(proposal: Proposal) -> Self {
        let Proposal { id, kind, cluster, other, title, overlap, examples, state, decision, made_at } =
            proposal;
        let Overlap { complaints, of_cluster, of_group, terms } = overlap;
        Self {
            id: id.to_string(),
            kind: kind.name(),
            cluster: cluster.map(|id| id.to_string()),
            other: other.map(|id| id.to_string()),
            title,
            complaints,
            of_cluster,
            of_group,
            terms,
            examples: examples.iter().map(ToString::to_string).collect(),
            state: state.name(),
            decision: decision.map(|id| id.to_string()),
            made_at: made_at.to_rfc3339(),
        }
    }
}
