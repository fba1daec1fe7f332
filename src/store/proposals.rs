//! Proposals of rediscoveries: kept with their evidence, settled by people, never forgotten.

use std::collections::{BTreeSet, HashMap};

use super::analysis::{GroupingText, day_at, grouping_text_from, id_at};
use super::clock::new_id;
use super::cluster_history::bytes_of;
use super::db::{Row, Value};
use super::{Store, StoreError};
use crate::domain::id::{ClusterId, ComplaintId, DecisionId, ProposalId};
use crate::domain::proposal::{Overlap, Proposal, ProposalKind, ProposalState, Scope};
use crate::domain::time::Timestamp;

const SELECT_GROUPING_OF_ALL: &str = "SELECT t.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, a.value, f.value, m.cluster_id
FROM complaint_text t
JOIN complaint c ON c.id = t.complaint_id
LEFT JOIN label a ON a.complaint_id = t.complaint_id AND a.axis = 'product_area'
LEFT JOIN label f ON f.complaint_id = t.complaint_id AND f.axis = 'failure_type'
LEFT JOIN membership m ON m.complaint_id = t.complaint_id
ORDER BY t.complaint_id";
const SELECT_PROPOSALS: &str = "SELECT id, kind, cluster_id, other_id, title, overlap, state, decision_id,
  made_at_us
FROM cluster_proposal
ORDER BY made_at_us DESC, id";
const SELECT_MEMBERS: &str = "SELECT proposal_id, complaint_id
FROM cluster_proposal_member
WHERE proposal_id IN ({ids})
ORDER BY proposal_id, place";
const MAKE_STALE: &str = "UPDATE cluster_proposal SET state = 'stale' WHERE state = 'open' AND scope = $1";
const INSERT_PROPOSALS: &str = "INSERT INTO cluster_proposal (
  id, kind, cluster_id, other_id, title, overlap, scope, state, made_at_us
)";
const INSERT_MEMBERS: &str = "INSERT INTO cluster_proposal_member (proposal_id, place, complaint_id)";
const SETTLE: &str = "UPDATE cluster_proposal SET state = $2, decision_id = $3
WHERE id = $1 AND state = 'open'";
const SELECT_REFUSED_GROUPS: &str = "SELECT p.id, m.complaint_id
FROM cluster_proposal p
JOIN cluster_proposal_member m ON m.proposal_id = p.id
WHERE p.kind = 'new' AND p.state = 'rejected'
UNION ALL
SELECT d.id, e.complaint_id
FROM cluster_decision d
JOIN membership_event e ON e.decision_id = d.id
WHERE d.kind = 'retire' AND d.undone_at_us IS NULL
UNION ALL
SELECT g.id, m.complaint_id
FROM emerging_group g
JOIN emerging_member m ON m.group_id = g.id
WHERE g.state = 'dismissed'";

pub(super) const STATEMENTS: &[&str] =
    &[SELECT_GROUPING_OF_ALL, SELECT_PROPOSALS, SELECT_MEMBERS, MAKE_STALE, SETTLE, SELECT_REFUSED_GROUPS];

/// Complaints named with a proposal in a list.
const EXAMPLES: usize = 5;

/// A proposal about to be kept.
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// What is proposed.
    pub kind: ProposalKind,
    /// The cluster it is about.
    pub cluster: Option<ClusterId>,
    /// The cluster its complaints would go to.
    pub other: Option<ClusterId>,
    /// What the fresh division calls the group it rests on.
    pub title: String,
    /// The numbers it rests on.
    pub overlap: Overlap,
    /// Its complaints, the most central first.
    pub members: Vec<ComplaintId>,
}

impl Store {
    /// What the grouping reads of every complaint in scope, and the cluster each belongs to, by id.
    pub async fn grouping_texts_of(
        &self,
        scope: &Scope,
    ) -> Result<Vec<(GroupingText, Option<ClusterId>)>, StoreError> {
        let mut texts = Vec::new();
        for row in self.db.rows(SELECT_GROUPING_OF_ALL, &[]).await? {
            if scope.holds(row.opt_text(8)?.as_deref(), day_at(&row, 3)?) {
                let home = row.opt_bytes(10)?.as_deref().and_then(ClusterId::from_slice);
                texts.push((grouping_text_from(&row)?, home));
            }
        }
        Ok(texts)
    }

    /// Keeps what a rediscovery of a scope proposes; what an earlier one of the same scope proposed and
    /// nobody settled is stale from now on.
    pub async fn propose(&self, scope: &Scope, proposals: &[NewProposal]) -> Result<(), StoreError> {
        let (now, line) = (self.clock.now(), scope.line());
        let ids: Vec<ProposalId> = proposals.iter().map(|_| ProposalId(new_id())).collect();
        let mut tx = self.db.begin().await?;
        tx.execute(MAKE_STALE, &[line.as_str().into()]).await?;
        let (mut rows, mut members) = (Vec::new(), Vec::new());
        for (id, proposal) in ids.iter().zip(proposals) {
            rows.extend([
                Value::from(id.as_bytes()),
                proposal.kind.name().into(),
                bytes_of(proposal.cluster.as_ref().map(ClusterId::as_bytes)),
                bytes_of(proposal.other.as_ref().map(ClusterId::as_bytes)),
                proposal.title.as_str().into(),
                overlap_to_json(&proposal.overlap).into(),
                line.as_str().into(),
                ProposalState::Open.name().into(),
                now.0.into(),
            ]);
            for (place, complaint) in (0_i64..).zip(&proposal.members) {
                members.extend([id.as_bytes().into(), place.into(), complaint.as_bytes().into()]);
            }
        }
        tx.insert_many(INSERT_PROPOSALS, "", 9, &rows).await?;
        tx.insert_many(INSERT_MEMBERS, "", 3, &members).await?;
        tx.log_upserts(super::change_log::Entity::Proposal, ids.iter().map(ProposalId::as_bytes), now)
            .await?;
        tx.commit().await
    }

    /// Every proposal there ever was, newest first.
    pub async fn proposals(&self) -> Result<Vec<Proposal>, StoreError> {
        let rows = self.db.rows(SELECT_PROPOSALS, &[]).await?;
        let mut proposals = rows.iter().map(proposal_from).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<ProposalId> = proposals.iter().map(|proposal| proposal.id).collect();
        let members = self.members_of_proposals(&ids).await?;
        for proposal in &mut proposals {
            let examples = members.get(&proposal.id).into_iter().flatten().take(EXAMPLES);
            proposal.examples = examples.copied().collect();
        }
        // The largest of one rediscovery first.
        proposals.sort_by_key(|one| (-one.made_at.0, std::cmp::Reverse(one.overlap.complaints), one.id));
        Ok(proposals)
    }

    /// The complaints each proposal is about, the most central first.
    pub async fn members_of_proposals(
        &self,
        ids: &[ProposalId],
    ) -> Result<HashMap<ProposalId, Vec<ComplaintId>>, StoreError> {
        let mut members: HashMap<ProposalId, Vec<ComplaintId>> = HashMap::new();
        for row in self.db.rows_for_ids(SELECT_MEMBERS, ids.iter().map(ProposalId::as_bytes)).await? {
            members.entry(proposal_at(&row)?).or_default().push(id_at(&row, 1)?);
        }
        Ok(members)
    }

    /// Settles an open proposal by a decision; false when it is not open any more.
    pub async fn settle_proposal(
        &self,
        id: ProposalId,
        state: ProposalState,
        decision: DecisionId,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let values = [id.as_bytes().into(), state.name().into(), decision.as_bytes().into()];
        let settled = tx.execute(SETTLE, &values).await? > 0;
        if settled {
            tx.log_upserts(super::change_log::Entity::Proposal, [id.as_bytes()], now).await?;
        }
        tx.commit().await?;
        Ok(settled)
    }

    /// Groups of complaints that people said are no failure: rejected as new, or retired.
    pub async fn refused_groups(&self) -> Result<Vec<BTreeSet<ComplaintId>>, StoreError> {
        let mut groups: HashMap<Vec<u8>, BTreeSet<ComplaintId>> = HashMap::new();
        for row in self.db.rows(SELECT_REFUSED_GROUPS, &[]).await? {
            groups.entry(row.bytes(0)?).or_default().insert(id_at(&row, 1)?);
        }
        Ok(groups.into_values().collect())
    }
}

fn overlap_to_json(overlap: &Overlap) -> String {
    serde_json::to_string(overlap).expect("numbers and texts are always JSON")
}

fn proposal_at(row: &Row) -> Result<ProposalId, StoreError> {
    let bytes = row.bytes(0)?;
    ProposalId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data("cluster_proposal", "id", format!("{bytes:?}")))
}

fn proposal_from(row: &Row) -> Result<Proposal, StoreError> {
    let (kind, overlap, state) = (row.text(1)?, row.text(5)?, row.text(6)?);
    Ok(Proposal {
        id: proposal_at(row)?,
        kind: ProposalKind::from_name(&kind)
            .ok_or_else(|| StoreError::bad_data("cluster_proposal", "kind", kind))?,
        cluster: row.opt_bytes(2)?.as_deref().and_then(ClusterId::from_slice),
        other: row.opt_bytes(3)?.as_deref().and_then(ClusterId::from_slice),
        title: row.text(4)?,
        overlap: serde_json::from_str(&overlap)
            .map_err(|_| StoreError::bad_data("cluster_proposal", "overlap", overlap))?,
        examples: Vec::new(),
        state: ProposalState::from_name(&state)
            .ok_or_else(|| StoreError::bad_data("cluster_proposal", "state", state))?,
        decision: row.opt_bytes(7)?.as_deref().and_then(DecisionId::from_slice),
        made_at: Timestamp(row.int(8)?),
    })
}
