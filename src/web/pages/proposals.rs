//! Propuestas: what the last rediscoveries would change about the groups, each with what it rests on, to
//! accept or reject.

use axum::extract::{Form as FormBody, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::frame::Frame;
use super::names::Names;
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::{ClusterId, ProposalId};
use crate::domain::proposal::{Proposal, ProposalKind, ProposalState};
use crate::domain::review::{MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::i18n::Arg;
use crate::pipeline::plan::By;
use crate::web::state::AppState;

/// Terms shown of a proposal.
const TERMS: usize = 5;

/// A proposal as one line of the list.
#[derive(Clone, Debug)]
pub(super) struct ProposalLine {
    pub(super) id: String,
    pub(super) sentence: String,
    pub(super) evidence: String,
    /// The groups it is about, to look at.
    pub(super) groups: Vec<(String, String)>,
    /// Complaints to look at.
    pub(super) examples: Vec<String>,
}

/// What a person decides about a proposal.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SettleBody {
    verdict: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    reason: String,
}

/// The open proposals.
pub(super) fn lines(frame: &Frame, proposals: Vec<Proposal>, names: &Names) -> Vec<ProposalLine> {
    let open = proposals.into_iter().filter(|proposal| proposal.state == ProposalState::Open);
    open.map(|proposal| ProposalLine::new(frame, &proposal, names)).collect()
}

impl ProposalLine {
    fn new(frame: &Frame, proposal: &Proposal, names: &Names) -> Self {
        let name = |cluster: ClusterId| names.node(&Node::new(Dimension::Cluster, cluster.to_string()));
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let overlap = &proposal.overlap;
        let (cluster, other) =
            (proposal.cluster.map(name).unwrap_or_default(), proposal.other.map(name).unwrap_or_default());
        let key = match (proposal.kind, proposal.cluster) {
            (ProposalKind::Move, None) => "proposal-join".to_owned(),
            (kind, _) => format!("proposal-{}", kind.name()),
        };
        let (complaints, of_cluster, of_group) =
            (count(overlap.complaints), count(overlap.of_cluster), count(overlap.of_group));
        let terms = overlap.terms.iter().take(TERMS).map(String::as_str).collect::<Vec<_>>().join(", ");
        let args: [(&str, &dyn Arg); 7] = [
            ("count", &complaints),
            ("cluster", &cluster),
            ("other", &other),
            ("title", &proposal.title),
            ("size", &of_cluster),
            ("group", &of_group),
            ("terms", &terms),
        ];
        let evidence = match (proposal.kind, proposal.cluster) {
            (ProposalKind::Retire, _) => "proposal-evidence-retire",
            (_, Some(_)) => "proposal-evidence-cluster",
            (_, None) => "proposal-evidence-group",
        };
        Self {
            id: proposal.id.to_string(),
            sentence: frame.locale.text(&key, &args),
            evidence: frame.locale.text(evidence, &args),
            groups: [proposal.cluster, proposal.other]
                .into_iter()
                .flatten()
                .map(|cluster| (cluster.to_string(), name(cluster)))
                .collect(),
            examples: proposal.examples.iter().map(ToString::to_string).collect(),
        }
    }
}

pub(super) async fn settle(
    State(state): State<AppState>,
    Path(id): Path<ProposalId>,
    FormBody(body): FormBody<SettleBody>,
) -> Result<Response, PageError> {
    let said = |text: &str, most: usize| {
        let text: String = text.trim().chars().filter(|c| *c != '\0').take(most).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    let by =
        By { person: said(&body.person, MAX_REVIEWER_CHARS), reason: said(&body.reason, MAX_REASON_CHARS) };
    // What cannot be done any more, because the groups changed meanwhile, leaves the list with the next
    // rediscovery.
    match body.verdict.as_str() {
        "accept" => state.pipeline.accept(id, &by).await?,
        "reject" => state.pipeline.reject(id, &by).await?,
        _ => return Err(PageError::NotFound),
    };
    Ok(Redirect::to("/grupos#propuestas").into_response())
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame, names: &Names) -> Vec<ProposalLine> {
    use super::tests::sample;
    use crate::domain::proposal::Overlap;
    let clusters = sample::clusters();
    let proposal = |kind, cluster, other| Proposal {
        id: ProposalId(clusters[0].id.0),
        kind,
        cluster,
        other,
        title: "Cobro <b>indebido".to_owned(),
        overlap: Overlap {
            complaints: 41,
            of_cluster: 120,
            of_group: 52,
            terms: vec!["cobro".to_owned(), "<i>roaming".to_owned()],
        },
        examples: vec![crate::domain::id::ComplaintId(clusters[0].id.0)],
        state: ProposalState::Open,
        decision: None,
        made_at: sample::NOW,
    };
    let (one, two) = (Some(clusters[0].id), Some(clusters[1].id));
    let all = vec![
        proposal(ProposalKind::New, None, None),
        proposal(ProposalKind::Merge, one, two),
        proposal(ProposalKind::Split, one, None),
        proposal(ProposalKind::Move, one, two),
        proposal(ProposalKind::Move, None, two),
        proposal(ProposalKind::Retire, one, None),
    ];
    lines(frame, all, names)
}
