//! What people decide about who belongs to which cluster: memberships, counts, histories and the links the
//! decision teaches, in one transaction; and undoing it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::analysis::{day_at, id_at};
use super::change_log::Entity;
use super::clock::new_id;
use super::cluster_history::{Joining, bytes_of, cluster_at, origin_at};
use super::clusters::NewCluster;
use super::counts::CountDeltas;
use super::db::{Row, Tx, Value};
use super::{Store, StoreError};
use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind, DecisionKind};
use crate::domain::counts::Dimension;
use crate::domain::id::{ClusterId, ComplaintId, DecisionId};
use crate::domain::label::Origin;
use crate::domain::link::{Link, LinkKind, Node};
use crate::domain::time::{Day, Timestamp};

const SELECT_STANDING: &str = "SELECT c.id, c.received_day, m.cluster_id, m.similarity, m.origin
FROM complaint c
LEFT JOIN membership m ON m.complaint_id = c.id
WHERE c.id IN ({ids})";
const DELETE_MEMBERSHIPS: &str = "DELETE FROM membership WHERE complaint_id IN ({ids})";
const INSERT_MEMBERSHIPS: &str =
    "INSERT INTO membership (complaint_id, cluster_id, similarity, origin, assigned_at_us)";
const INSERT_DECISION: &str = "INSERT INTO cluster_decision (id, kind, person, reason, at_us)
VALUES ($1, $2, $3, $4, $5)";
const INSERT_LINKS: &str = "INSERT INTO cluster_link (decision_id, kind, a_kind, a_id, b_kind, b_id)";
const RETIRE: &str = "UPDATE cluster SET retired_at_us = $2, merged_into = $3, updated_at_us = $2
WHERE id = $1 AND retired_at_us IS NULL";
const RESTORE: &str = "UPDATE cluster SET retired_at_us = NULL, merged_into = NULL, updated_at_us = $2
WHERE id = $1";
const SELECT_DECISION: &str = "SELECT kind, person, reason, at_us, undone_at_us
FROM cluster_decision
WHERE id = $1";
const MARK_UNDONE: &str = "UPDATE cluster_decision SET undone_at_us = $2, undone_by = $3
WHERE id = $1 AND undone_at_us IS NULL";
const REOPEN_PROPOSAL: &str = "UPDATE cluster_proposal SET state = 'open', decision_id = NULL
WHERE decision_id = $1";
const REOPEN_EMERGING: &str = "UPDATE emerging_group
SET state = 'open', decision_id = NULL, cluster_id = NULL
WHERE decision_id = $1";
const SELECT_MOVED: &str = "SELECT e.complaint_id, e.from_cluster, p.similarity, p.origin, e.to_cluster,
  m.cluster_id
FROM membership_event e
LEFT JOIN membership_event p ON p.seq = (
  SELECT MAX(b.seq) FROM membership_event b WHERE b.complaint_id = e.complaint_id AND b.seq < e.seq
)
LEFT JOIN membership m ON m.complaint_id = e.complaint_id
WHERE e.decision_id = $1
ORDER BY e.seq";
const SELECT_DECISION_EVENTS: &str = "SELECT cluster_id, event
FROM cluster_event
WHERE decision_id = $1 AND event IN ('founded', 'merged_into', 'retired')
ORDER BY seq";
const SELECT_LINKS: &str = "SELECT l.kind, l.a_kind, l.a_id, l.b_kind, l.b_id
FROM cluster_link l
JOIN cluster_decision d ON d.id = l.decision_id
WHERE d.undone_at_us IS NULL AND d.id <> $1
ORDER BY l.seq";
const SELECT_LINKED_MEMBERS: &str = "SELECT m.complaint_id, m.cluster_id
FROM membership m
WHERE m.complaint_id IN (SELECT a_id FROM cluster_link UNION SELECT b_id FROM cluster_link)";
const SELECT_MEMBERS: &str =
    "SELECT complaint_id FROM membership WHERE cluster_id = $1 ORDER BY complaint_id";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_STANDING,
    DELETE_MEMBERSHIPS,
    INSERT_DECISION,
    RETIRE,
    RESTORE,
    SELECT_DECISION,
    MARK_UNDONE,
    REOPEN_PROPOSAL,
    REOPEN_EMERGING,
    SELECT_MOVED,
    SELECT_DECISION_EVENTS,
    SELECT_LINKS,
    SELECT_LINKED_MEMBERS,
    SELECT_MEMBERS,
];

/// A decision about to be kept: what moves, what it founds and retires, and what it teaches.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// What was decided.
    pub kind: DecisionKind,
    /// By whom, where that was said.
    pub person: Option<String>,
    /// In the person's words.
    pub reason: Option<String>,
    /// Clusters it founds.
    pub founded: Vec<NewCluster>,
    /// Complaints that go elsewhere, or to none. They keep the closeness they had to their centre: who
    /// belongs was decided, not measured.
    pub moves: Vec<(ComplaintId, Option<ClusterId>)>,
    /// Clusters that end, and the one each goes into.
    pub retired: Vec<(ClusterId, Option<ClusterId>)>,
    /// What it teaches.
    pub links: Vec<Link>,
}

/// A decision that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub kind: DecisionKind,
    /// By whom.
    pub person: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// A complaint that an undone decision had moved, as it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Restorable {
    /// The complaint.
    pub complaint: ComplaintId,
    /// Where it was.
    pub home: Option<ClusterId>,
    /// How close it was to that cluster's centre; `None` keeps what it has.
    pub similarity: Option<f64>,
    /// Who had put it there.
    pub origin: Origin,
}

/// What undoing a decision brings back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undoing {
    /// Complaints it moved and nothing has moved since.
    pub restorable: Vec<Restorable>,
    /// Complaints a later decision has moved on.
    pub left: usize,
    /// Clusters it ended.
    pub revived: Vec<ClusterId>,
    /// Clusters it founded.
    pub founded: Vec<ClusterId>,
}

/// What undoing a decision did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Complaints that are where they were before.
    pub restored: usize,
    /// Complaints that a later decision had moved on, and that stay there.
    pub left: usize,
    /// Clusters whose members or standing changed, rising.
    pub clusters: Vec<ClusterId>,
}

impl Store {
    /// Keeps a decision. Every cluster it names must be known. `None` when a cluster that was to end does
    /// not stand any more; then nothing is written.
    pub async fn decide(&self, decision: &NewDecision) -> Result<Option<DecisionId>, StoreError> {
        let (id, now) = (DecisionId(new_id()), self.clock.now());
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        let values = [
            id.as_bytes().into(),
            decision.kind.name().into(),
            decision.person.as_deref().into(),
            decision.reason.as_deref().into(),
            now.0.into(),
        ];
        tx.execute(INSERT_DECISION, &values).await?;
        tx.insert_clusters(&decision.founded, now).await?;
        let moves: HashMap<ComplaintId, (Option<ClusterId>, Option<f64>, Origin)> =
            decision.moves.iter().map(|(complaint, to)| (*complaint, (*to, None, Origin::Person))).collect();
        let moved = tx.move_members(&moves, decision.kind.name(), Some(id), now).await?;
        let event = |cluster, kind| ClusterEvent {
            origin: Origin::Person,
            person: decision.person.clone(),
            reason: decision.reason.clone(),
            decision: Some(id),
            ..ClusterEvent::by_machine(cluster, kind, now)
        };
        let mut events: Vec<ClusterEvent> = decision
            .founded
            .iter()
            .map(|new| event(new.id, ClusterEventKind::Founded).changing(None, Some(&new.title)))
            .collect();
        events.extend(moved_events(decision, &moved, event));
        for (cluster, into) in &decision.retired {
            let values =
                [cluster.as_bytes().into(), now.0.into(), bytes_of(into.as_ref().map(ClusterId::as_bytes))];
            if tx.execute(RETIRE, &values).await? == 0 {
                return Ok(None);
            }
            if into.is_none() {
                events.push(event(*cluster, ClusterEventKind::Retired));
            }
        }
        let links: Vec<Value<'_>> = decision
            .links
            .iter()
            .flat_map(|link| {
                let (a, b) = (node_values(&link.a), node_values(&link.b));
                [id.as_bytes().into(), link.kind.name().into(), a.0, a.1, b.0, b.1]
            })
            .collect();
        tx.insert_many(INSERT_LINKS, "", 6, &links).await?;
        let touched: BTreeSet<ClusterId> = events.iter().map(|event| event.cluster).collect();
        tx.note_clusters(&events).await?;
        tx.log_upserts(Entity::Cluster, touched.iter().map(ClusterId::as_bytes), now).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// A decision by its id.
    pub async fn decision(&self, id: DecisionId) -> Result<Option<Decision>, StoreError> {
        let Some(row) = self.db.row(SELECT_DECISION, &[id.as_bytes().into()]).await? else { return Ok(None) };
        let kind = row.text(0)?;
        Ok(Some(Decision {
            kind: DecisionKind::from_name(&kind)
                .ok_or_else(|| StoreError::bad_data("cluster_decision", "kind", kind))?,
            person: row.opt_text(1)?,
            reason: row.opt_text(2)?,
            at: Timestamp(row.int(3)?),
            undone_at: row.opt_int(4)?.map(Timestamp),
        }))
    }

    /// Puts complaints where decisions say they belong, when that became known only after they were looked
    /// at: one they belong together with has joined a cluster since.
    pub async fn follow_links(&self, moves: &[(ComplaintId, Option<ClusterId>)]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let moves = moves.iter().map(|(complaint, to)| (*complaint, (*to, None, Origin::Machine))).collect();
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        tx.move_members(&moves, "follows", None, now).await?;
        tx.commit().await
    }

    /// What undoing a decision would bring back; `None` when there is no such decision or it was undone.
    pub async fn undoing(&self, id: DecisionId) -> Result<Option<Undoing>, StoreError> {
        if self.decision(id).await?.is_none_or(|decision| decision.undone_at.is_some()) {
            return Ok(None);
        }
        let mut undoing = Undoing::default();
        let mut left = BTreeSet::new();
        for row in self.db.rows(SELECT_MOVED, &[id.as_bytes().into()]).await? {
            let complaint = id_at(&row, 0)?;
            // A later decision that was itself undone has brought it back here.
            if row.opt_bytes(4)? != row.opt_bytes(5)? {
                left.insert(complaint);
                continue;
            }
            let origin = if row.opt_text(3)?.is_some() { origin_at(&row, 3)? } else { Origin::Machine };
            undoing.restorable.push(Restorable {
                complaint,
                home: row.opt_bytes(1)?.as_deref().and_then(ClusterId::from_slice),
                similarity: row.opt_real(2)?,
                origin,
            });
        }
        undoing.left = left.len();
        for row in self.db.rows(SELECT_DECISION_EVENTS, &[id.as_bytes().into()]).await? {
            let cluster = cluster_at(&row, 0, "cluster_event")?;
            if row.text(1)? == ClusterEventKind::Founded.name() {
                undoing.founded.push(cluster);
            } else {
                undoing.revived.push(cluster);
            }
        }
        Ok(Some(undoing))
    }

    /// Undoes a decision: what it ended stands again, `moves` go where they say, what it founded ends when
    /// nothing is left in it, and what it taught is forgotten. `None` when it was undone meanwhile.
    pub async fn undo_decision(
        &self,
        id: DecisionId,
        person: Option<&str>,
        undoing: &Undoing,
        moves: &[Restorable],
    ) -> Result<Option<Undone>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.lock_change_log().await?;
        let marked = tx.execute(MARK_UNDONE, &[id.as_bytes().into(), now.0.into(), person.into()]).await?;
        if marked == 0 {
            return Ok(None);
        }
        tx.execute(REOPEN_PROPOSAL, &[id.as_bytes().into()]).await?;
        tx.execute(REOPEN_EMERGING, &[id.as_bytes().into()]).await?;
        let event = |cluster, kind| ClusterEvent {
            origin: Origin::Person,
            person: person.map(str::to_owned),
            decision: Some(id),
            ..ClusterEvent::by_machine(cluster, kind, now)
        };
        let mut events = Vec::new();
        for cluster in &undoing.revived {
            tx.execute(RESTORE, &[cluster.as_bytes().into(), now.0.into()]).await?;
            events.push(event(*cluster, ClusterEventKind::Restored));
        }
        let back = moves
            .iter()
            .map(|back| (back.complaint, (back.home, back.similarity, back.origin)))
            .collect::<HashMap<_, _>>();
        let moved = tx.move_members(&back, "undo", Some(id), now).await?;
        for ((from, to), complaints) in tally(&moved) {
            let ends = [(from, to, ClusterEventKind::Gave), (to, from, ClusterEventKind::Received)];
            events.extend(ends.into_iter().filter_map(|(cluster, other, kind)| {
                Some(ClusterEvent { other, complaints: Some(complaints), ..event(cluster?, kind) })
            }));
        }
        for cluster in &undoing.founded {
            if tx.rows(SELECT_MEMBERS, &[cluster.as_bytes().into()]).await?.is_empty() {
                let values = [cluster.as_bytes().into(), now.0.into(), Value::Bytes(None)];
                if tx.execute(RETIRE, &values).await? > 0 {
                    events.push(event(*cluster, ClusterEventKind::Retired));
                }
            }
        }
        let clusters: BTreeSet<ClusterId> = events.iter().map(|event| event.cluster).collect();
        tx.note_clusters(&events).await?;
        tx.log_upserts(Entity::Cluster, clusters.iter().map(ClusterId::as_bytes), now).await?;
        tx.commit().await?;
        let clusters = clusters.into_iter().collect();
        Ok(Some(Undone { restored: moved.len(), left: undoing.left, clusters }))
    }

    /// What people's decisions teach, oldest first, without what was undone, and without one that may be.
    pub async fn links(&self, without: Option<DecisionId>) -> Result<Vec<Link>, StoreError> {
        // No decision has the nil id.
        let without = without.unwrap_or(DecisionId(uuid::Uuid::nil()));
        self.db.rows(SELECT_LINKS, &[without.as_bytes().into()]).await?.iter().map(link_from).collect()
    }

    /// Where the complaints that any link speaks of are.
    pub async fn linked_members(&self) -> Result<HashMap<ComplaintId, ClusterId>, StoreError> {
        let rows = self.db.rows(SELECT_LINKED_MEMBERS, &[]).await?;
        rows.iter().map(|row| Ok((id_at(row, 0)?, cluster_at(row, 1, "membership")?))).collect()
    }

    /// Everything a cluster holds, by id.
    pub async fn all_members(&self, id: ClusterId) -> Result<Vec<ComplaintId>, StoreError> {
        let rows = self.db.rows(SELECT_MEMBERS, &[id.as_bytes().into()]).await?;
        rows.iter().map(|row| id_at(row, 0)).collect()
    }

    /// Where complaints are; those that are nowhere, or not known, are left out.
    pub async fn members_among(
        &self,
        ids: &[ComplaintId],
    ) -> Result<HashMap<ComplaintId, Option<ClusterId>>, StoreError> {
        let rows = self.db.rows_for_ids(SELECT_STANDING, ids.iter().map(ComplaintId::as_bytes)).await?;
        rows.iter()
            .map(|row| Ok((id_at(row, 0)?, row.opt_bytes(2)?.as_deref().and_then(ClusterId::from_slice))))
            .collect()
    }
}

impl Tx {
    /// Moves complaints, with counts, history and log; those already there stay as they are. Gives what
    /// moved, by id.
    async fn move_members(
        &mut self,
        moves: &HashMap<ComplaintId, (Option<ClusterId>, Option<f64>, Origin)>,
        reason: &str,
        decision: Option<DecisionId>,
        now: Timestamp,
    ) -> Result<Vec<Joining>, StoreError> {
        let mut joinings: Vec<(Joining, Day)> = Vec::new();
        for row in self.rows_for_ids(SELECT_STANDING, moves.keys().map(ComplaintId::as_bytes)).await? {
            let complaint = id_at(&row, 0)?;
            let from = row.opt_bytes(2)?.as_deref().and_then(ClusterId::from_slice);
            let (to, similarity, origin) = moves[&complaint];
            if from != to {
                let closeness = match similarity {
                    Some(closeness) => closeness,
                    None => row.opt_real(3)?.unwrap_or(0.0),
                };
                let similarity = to.map(|_| closeness);
                joinings.push((Joining { complaint, from, to, similarity, origin }, day_at(&row, 1)?));
            }
        }
        joinings.sort_unstable_by_key(|(joining, _)| joining.complaint);
        let mut deltas = CountDeltas::default();
        let mut values = Vec::new();
        for (joining, day) in &joinings {
            let (from, to) = (joining.from.map(|id| id.to_string()), joining.to.map(|id| id.to_string()));
            deltas.moved(Dimension::Cluster, *day, from.as_deref(), to.as_deref());
            if let Some(to) = &joining.to {
                values.extend([
                    joining.complaint.as_bytes().into(),
                    to.as_bytes().into(),
                    Value::Real(joining.similarity),
                    joining.origin.name().into(),
                    now.0.into(),
                ]);
            }
        }
        let ids = || joinings.iter().map(|(joining, _)| joining.complaint.as_bytes());
        self.rows_for_ids(DELETE_MEMBERSHIPS, ids()).await?;
        self.insert_many(INSERT_MEMBERSHIPS, "", 5, &values).await?;
        self.apply_counts(&deltas).await?;
        self.log_upserts(Entity::Complaint, ids(), now).await?;
        let joinings: Vec<Joining> = joinings.iter().map(|(joining, _)| *joining).collect();
        self.note_memberships(&joinings, reason, decision, now).await?;
        Ok(joinings)
    }
}

/// How many went from where to where.
fn tally(moved: &[Joining]) -> BTreeMap<(Option<ClusterId>, Option<ClusterId>), i64> {
    let mut counts = BTreeMap::new();
    moved.iter().for_each(|joining| *counts.entry((joining.from, joining.to)).or_default() += 1);
    counts
}

/// What the moves of a decision are to the clusters on both ends.
fn moved_events(
    decision: &NewDecision,
    moved: &[Joining],
    event: impl Fn(ClusterId, ClusterEventKind) -> ClusterEvent,
) -> Vec<ClusterEvent> {
    let mut counts = tally(moved);
    if decision.kind == DecisionKind::Merge {
        // An empty cluster that is merged moves nothing, and its end is told all the same.
        decision.retired.iter().for_each(|(from, into)| {
            counts.entry((Some(*from), *into)).or_default();
        });
    }
    let mut events = Vec::new();
    let kinds = |from: Option<ClusterId>, to: Option<ClusterId>| match decision.kind {
        DecisionKind::Merge if decision.retired.iter().any(|(end, _)| Some(*end) == from) => {
            (ClusterEventKind::MergedInto, ClusterEventKind::Absorbed)
        }
        DecisionKind::Split if decision.founded.iter().any(|new| Some(new.id) == to) => {
            (ClusterEventKind::SplitOff, ClusterEventKind::SplitFrom)
        }
        _ => (ClusterEventKind::Gave, ClusterEventKind::Received),
    };
    for ((from, to), complaints) in counts {
        let (gave, received) = kinds(from, to);
        for (cluster, other, kind) in [(from, to, gave), (to, from, received)] {
            if let Some(cluster) = cluster {
                events.push(ClusterEvent { other, complaints: Some(complaints), ..event(cluster, kind) });
            }
        }
    }
    events
}

fn node_values(node: &Node) -> (Value<'_>, Value<'_>) {
    match node {
        Node::Complaint(id) => ("complaint".into(), id.as_bytes().into()),
        Node::Cluster(id) => ("cluster".into(), id.as_bytes().into()),
    }
}

fn link_from(row: &Row) -> Result<Link, StoreError> {
    let kind = row.text(0)?;
    Ok(Link {
        kind: LinkKind::from_name(&kind).ok_or_else(|| StoreError::bad_data("cluster_link", "kind", kind))?,
        a: node_at(row, 1)?,
        b: node_at(row, 3)?,
    })
}

fn node_at(row: &Row, column: usize) -> Result<Node, StoreError> {
    Ok(match row.text(column)?.as_str() {
        "cluster" => Node::Cluster(cluster_at(row, column + 1, "cluster_link")?),
        _ => Node::Complaint(id_at(row, column + 1)?),
    })
}
