//! A fresh look at all complaints of a scope, those of standing clusters included. It only proposes what
//! it would change; people accept or reject, and both are learned.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::id::{ClusterId, ComplaintId, DecisionId, ProposalId};
use crate::domain::link::{Link, LinkKind, Node};
use crate::domain::proposal::{Overlap, Proposal, ProposalKind, ProposalState, Scope};
use crate::learn::constraints::Links;
use crate::learn::discovery::FoundGroup;
use crate::learn::lineage::{Suggestion, compare, jaccard};
use crate::store::analysis::GroupingText;
use crate::store::proposals::NewProposal;

use super::discover::{MIN_OF_GROUP, SAME_GROUP, Seeking, divide, titled};
use super::plan::{By, Change, Refusal};
use super::{Pipeline, PipelineError, THREADS, compute};

/// Proposals kept of one rediscovery, the largest first: a team reads tens, not hundreds.
const MAX_PROPOSALS: usize = 50;

/// What settling a proposal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Kept as this decision.
    Done(DecisionId),
    /// There is no such proposal, or it is not open any more.
    NotOpen,
    /// It cannot be done as things stand.
    Refused(Refusal),
}

impl Pipeline {
    /// Divides all complaints of a scope anew and keeps what that would change as proposals; gives how
    /// many. Nothing else changes.
    pub async fn rediscover(&self, scope: &Scope) -> Result<usize, PipelineError> {
        let _one_at_a_time = self.discovering.lock().await;
        let (texts, homes): (Vec<GroupingText>, Vec<Option<ClusterId>>) =
            self.store.grouping_texts_of(scope).await?.into_iter().unzip();
        let links = self.links().await?;
        let seeking = Seeking::new(self, links.clone(), Vec::new(), THREADS)?;
        let before = self.rejected().await?;
        let members = self.store.linked_members().await?;
        let taxonomy = self.taxonomy();
        let proposals = compute(move || -> Result<_, PipelineError> {
            let Some((groups, _)) = divide(&texts, &seeking)? else { return Ok(Vec::new()) };
            let divided: Vec<Vec<usize>> = groups.iter().map(|group| group.members.clone()).collect();
            let mut proposals = Vec::new();
            for mut suggestion in compare(&divided, &homes, MIN_OF_GROUP as usize) {
                if is_allowed(&mut suggestion, &texts, &links, &members)
                    && !is_rejected(&suggestion, &texts, &before)
                    && proposals.len() < MAX_PROPOSALS
                {
                    let title = |members: &[usize], group: &FoundGroup| {
                        titled(members, &group.terms, group.title.clone(), &texts, &taxonomy)
                    };
                    proposals.push(proposal(suggestion, &texts, &groups, title));
                }
            }
            Ok(proposals)
        })
        .await??;
        self.store.propose(scope, &proposals).await?;
        tracing::info!(proposals = proposals.len(), scope = scope.line(), "clusters looked at anew");
        Ok(proposals.len())
    }

    /// Does what a proposal says, as far as its complaints are still where they were.
    pub async fn accept(&self, id: ProposalId, by: &By) -> Result<Settled, PipelineError> {
        let Some((proposal, members)) = self.open_proposal(id).await? else { return Ok(Settled::NotOpen) };
        let change = match (proposal.kind, proposal.cluster, proposal.other) {
            (ProposalKind::Merge, Some(from), Some(into)) => Change::Merge { from, into },
            (ProposalKind::Retire, Some(cluster), _) => Change::Retire { cluster },
            (ProposalKind::Split, Some(cluster), _) => {
                Change::Split { cluster, complaints: members, title: Some(proposal.title) }
            }
            (ProposalKind::Move, _, Some(to)) => Change::Move { complaints: members, to: Some(to) },
            _ => Change::Found { complaints: members, title: Some(proposal.title) },
        };
        let decision = match self.decide(&change, by).await? {
            Ok((decision, _)) => decision,
            Err(refusal) => return Ok(Settled::Refused(refusal)),
        };
        self.store.settle_proposal(id, ProposalState::Accepted, decision).await?;
        Ok(Settled::Done(decision))
    }

    /// Refuses a proposal: nothing moves, it is not proposed again, and what it says about who belongs
    /// where is learned.
    pub async fn reject(&self, id: ProposalId, by: &By) -> Result<Settled, PipelineError> {
        let Some((proposal, members)) = self.open_proposal(id).await? else { return Ok(Settled::NotOpen) };
        let links = match (proposal.kind, proposal.cluster, proposal.other) {
            (ProposalKind::Merge, Some(a), Some(b)) => {
                vec![Link { kind: LinkKind::Cannot, a: Node::Cluster(a), b: Node::Cluster(b) }]
            }
            (ProposalKind::Split | ProposalKind::Move, Some(cluster), _) => members
                .iter()
                .map(|complaint| Link {
                    kind: LinkKind::Must,
                    a: Node::Complaint(*complaint),
                    b: Node::Cluster(cluster),
                })
                .collect(),
            (ProposalKind::Move, None, Some(other)) => members
                .iter()
                .map(|complaint| Link {
                    kind: LinkKind::Cannot,
                    a: Node::Complaint(*complaint),
                    b: Node::Cluster(other),
                })
                .collect(),
            _ => Vec::new(),
        };
        let decision = by.refuses(links);
        let _one_at_a_time = self.discovering.lock().await;
        let Some(decision) = self.store.decide(&decision).await? else { return Ok(Settled::NotOpen) };
        self.store.settle_proposal(id, ProposalState::Rejected, decision).await?;
        Ok(Settled::Done(decision))
    }

    /// An open proposal and those of its complaints that are still where it found them.
    async fn open_proposal(
        &self,
        id: ProposalId,
    ) -> Result<Option<(Proposal, Vec<ComplaintId>)>, PipelineError> {
        let proposals = self.store.proposals().await?;
        let Some(proposal) =
            proposals.into_iter().find(|one| one.id == id && one.state == ProposalState::Open)
        else {
            return Ok(None);
        };
        let members = self.store.members_of_proposals(&[id]).await?.remove(&id).unwrap_or_default();
        let homes = self.store.members_among(&members).await?;
        let still = members.into_iter().filter(|member| homes.get(member) == Some(&proposal.cluster));
        Ok(Some((proposal.clone(), still.collect())))
    }

    /// Rejected proposals with their complaints.
    async fn rejected(&self) -> Result<Vec<(Proposal, BTreeSet<ComplaintId>)>, PipelineError> {
        let mut rejected = self.store.proposals().await?;
        rejected.retain(|proposal| proposal.state == ProposalState::Rejected);
        let ids: Vec<ProposalId> = rejected.iter().map(|proposal| proposal.id).collect();
        let mut members = self.store.members_of_proposals(&ids).await?;
        Ok(rejected
            .into_iter()
            .map(|proposal| {
                let of_it = members.remove(&proposal.id).unwrap_or_default().into_iter().collect();
                (proposal, of_it)
            })
            .collect())
    }
}

/// Takes out of a suggestion what people decided otherwise; false when too little is left of it.
fn is_allowed(
    suggestion: &mut Suggestion,
    texts: &[GroupingText],
    links: &Links,
    members: &HashMap<ComplaintId, ClusterId>,
) -> bool {
    let Suggestion { kind, cluster, other, .. } = *suggestion;
    if kind == ProposalKind::Merge
        && let (Some(a), Some(b)) = (cluster, other)
    {
        return !links.apart(Node::Cluster(a), Node::Cluster(b));
    }
    let stays = |member: usize| {
        let home = links.cluster_of(Node::Complaint(texts[member].id));
        home.is_some_and(|home| Some(home) != other)
    };
    // Where people decided about most of it, the rest is the same case.
    if 2 * suggestion.members.iter().filter(|&&member| stays(member)).count() > suggestion.members.len() {
        return false;
    }
    if matches!(kind, ProposalKind::Split | ProposalKind::Move | ProposalKind::New) {
        suggestion.members.retain(|&member| {
            !stays(member) && other.is_none_or(|other| links.may_join(texts[member].id, other, members))
        });
    }
    let least = if kind == ProposalKind::Move { 1 } else { MIN_OF_GROUP as usize };
    kind == ProposalKind::Retire || suggestion.members.len() >= least
}

/// Whether much the same was rejected before.
fn is_rejected(
    suggestion: &Suggestion,
    texts: &[GroupingText],
    rejected: &[(Proposal, BTreeSet<ComplaintId>)],
) -> bool {
    let members: BTreeSet<ComplaintId> = suggestion.members.iter().map(|&member| texts[member].id).collect();
    rejected.iter().any(|(proposal, of_it)| {
        let is_same = proposal.kind == suggestion.kind
            && proposal.cluster == suggestion.cluster
            && proposal.other == suggestion.other;
        let by_clusters = matches!(suggestion.kind, ProposalKind::Merge | ProposalKind::Retire);
        is_same && (by_clusters || jaccard(&members, of_it) >= SAME_GROUP)
    })
}

fn proposal(
    suggestion: Suggestion,
    texts: &[GroupingText],
    groups: &[FoundGroup],
    title: impl Fn(&[usize], &FoundGroup) -> String,
) -> NewProposal {
    let Suggestion { kind, cluster, other, group, members, of_cluster } = suggestion;
    let group = group.map(|group| &groups[group]);
    // The group's own most central complaints first, then the others by id.
    let central: BTreeMap<usize, usize> =
        group.iter().flat_map(|group| group.central.iter().copied().zip(0..)).collect();
    let mut order = members.clone();
    order.sort_by_key(|member| (central.get(member).copied().unwrap_or(usize::MAX), *member));
    NewProposal {
        kind,
        cluster,
        other,
        title: group.map_or_else(String::new, |group| title(&members, group)),
        overlap: Overlap {
            complaints: members.len(),
            of_cluster,
            of_group: group.map_or(0, |group| group.members.len()),
            terms: group.map_or_else(Vec::new, |group| group.terms.clone()),
        },
        members: order.into_iter().map(|member| texts[member].id).collect(),
    }
}
