//! The histories of clusters and memberships: written with every change, read back as they stood at any
//! instant.

use std::collections::{BTreeMap, HashMap};

use super::analysis::{day_at, id_at};
use super::db::{Row, Tx, Value};
use super::{Store, StoreError};
use crate::domain::cluster::Cluster;
use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind, PastCluster};
use crate::domain::id::{ClusterId, ComplaintId, DecisionId};
use crate::domain::label::Origin;
use crate::domain::time::{Day, Timestamp};

const INSERT_CLUSTER_EVENTS: &str = "INSERT INTO cluster_event (
  cluster_id, event, before, after, other_cluster, complaints, origin, person, reason, decision_id, at_us
)";
const INSERT_MEMBERSHIP_EVENTS: &str = "INSERT INTO membership_event (
  complaint_id, from_cluster, to_cluster, similarity, origin, reason, decision_id, at_us
)";
const SELECT_EVENTS_OF: &str = "SELECT cluster_id, event, before, after, other_cluster, complaints, origin,
  person, reason, decision_id, at_us
FROM cluster_event
WHERE cluster_id = $1
ORDER BY seq";
const SELECT_EVENTS_UNTIL: &str = "SELECT cluster_id, event, before, after, other_cluster, complaints,
  origin, person, reason, decision_id, at_us
FROM cluster_event
WHERE at_us <= $1
ORDER BY seq";
/// The last event of each complaint up to an instant says where it was.
const SELECT_PAST_FIGURES: &str = "SELECT e.to_cluster,
  CAST(COUNT(*) AS BIGINT),
  CAST(MIN(c.received_day) AS BIGINT),
  CAST(MAX(c.received_day) AS BIGINT)
FROM membership_event e
JOIN complaint c ON c.id = e.complaint_id
WHERE e.to_cluster IS NOT NULL AND e.seq = (
  SELECT MAX(l.seq) FROM membership_event l WHERE l.complaint_id = e.complaint_id AND l.at_us <= $1
)
GROUP BY e.to_cluster";
const SELECT_PAST_MEMBERS: &str = "SELECT e.complaint_id
FROM membership_event e
WHERE e.to_cluster = $1 AND e.seq = (
  SELECT MAX(l.seq) FROM membership_event l WHERE l.complaint_id = e.complaint_id AND l.at_us <= $2
)
ORDER BY e.similarity DESC, e.complaint_id
LIMIT $3";

pub(super) const STATEMENTS: &[&str] =
    &[SELECT_EVENTS_OF, SELECT_EVENTS_UNTIL, SELECT_PAST_FIGURES, SELECT_PAST_MEMBERS];

/// One complaint that changes its cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joining {
    pub(super) complaint: ComplaintId,
    pub(super) from: Option<ClusterId>,
    pub(super) to: Option<ClusterId>,
    pub(super) similarity: Option<f64>,
    pub(super) origin: Origin,
}

impl Tx {
    /// Writes what happened to clusters.
    pub(super) async fn note_clusters(&mut self, events: &[ClusterEvent]) -> Result<(), StoreError> {
        let values: Vec<Value<'_>> = events
            .iter()
            .flat_map(|event| {
                [
                    event.cluster.as_bytes().into(),
                    event.kind.name().into(),
                    event.before.as_deref().into(),
                    event.after.as_deref().into(),
                    bytes_of(event.other.as_ref().map(ClusterId::as_bytes)),
                    event.complaints.into(),
                    event.origin.name().into(),
                    event.person.as_deref().into(),
                    event.reason.as_deref().into(),
                    bytes_of(event.decision.as_ref().map(DecisionId::as_bytes)),
                    event.at.0.into(),
                ]
            })
            .collect();
        self.insert_many(INSERT_CLUSTER_EVENTS, "", 11, &values).await.map(drop)
    }

    /// Writes who went where, and why.
    pub(super) async fn note_memberships(
        &mut self,
        changes: &[Joining],
        reason: &str,
        decision: Option<DecisionId>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values: Vec<Value<'_>> = changes
            .iter()
            .flat_map(|change| {
                [
                    change.complaint.as_bytes().into(),
                    bytes_of(change.from.as_ref().map(ClusterId::as_bytes)),
                    bytes_of(change.to.as_ref().map(ClusterId::as_bytes)),
                    Value::Real(change.similarity),
                    change.origin.name().into(),
                    reason.into(),
                    bytes_of(decision.as_ref().map(DecisionId::as_bytes)),
                    at.0.into(),
                ]
            })
            .collect();
        self.insert_many(INSERT_MEMBERSHIP_EVENTS, "", 8, &values).await.map(drop)
    }
}

impl Store {
    /// Everything that happened to a cluster, oldest first.
    pub async fn cluster_events(&self, id: ClusterId) -> Result<Vec<ClusterEvent>, StoreError> {
        self.db.rows(SELECT_EVENTS_OF, &[id.as_bytes().into()]).await?.iter().map(event_from).collect()
    }

    /// The clusters that stood at an instant, with titles, states, owners and figures as they were then,
    /// largest first. Terms are those of today: they are given when a cluster is founded.
    pub async fn clusters_as_of(&self, at: Timestamp) -> Result<Vec<Cluster>, StoreError> {
        let mut figures: HashMap<ClusterId, (i64, Day, Day)> = HashMap::new();
        for row in self.db.rows(SELECT_PAST_FIGURES, &[at.0.into()]).await? {
            let id = cluster_at(&row, 0, "membership_event")?;
            figures.insert(id, (row.int(1)?, day_at(&row, 2)?, day_at(&row, 3)?));
        }
        let mut events: BTreeMap<ClusterId, Vec<ClusterEvent>> = BTreeMap::new();
        for row in self.db.rows(SELECT_EVENTS_UNTIL, &[at.0.into()]).await? {
            let event = event_from(&row)?;
            events.entry(event.cluster).or_default().push(event);
        }
        let today = self.all_clusters().await?;
        let mut clusters: Vec<Cluster> = today
            .into_iter()
            .filter_map(|cluster| {
                let past = PastCluster::of(events.get(&cluster.id)?).filter(|past| past.stands)?;
                let seen = figures.get(&cluster.id);
                Some(Cluster {
                    title: past.title,
                    title_by_person: past.title_by_person,
                    state: past.state,
                    owner: past.owner,
                    product_area: past.product_area,
                    failure_type: past.failure_type,
                    complaints: seen.map_or(0, |(complaints, _, _)| *complaints),
                    seen: seen.map(|(_, first, last)| (*first, *last)),
                    retired: None,
                    ..cluster
                })
            })
            .collect();
        clusters.sort_by_key(|cluster| (-cluster.complaints, cluster.id));
        Ok(clusters)
    }

    /// The complaints a cluster held at an instant, the closest to its centre first.
    pub async fn members_as_of(
        &self,
        id: ClusterId,
        at: Timestamp,
        limit: usize,
    ) -> Result<Vec<ComplaintId>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [id.as_bytes().into(), at.0.into(), limit.into()];
        self.db.rows(SELECT_PAST_MEMBERS, &values).await?.iter().map(|row| id_at(row, 0)).collect()
    }
}

pub(super) fn bytes_of(id: Option<&[u8; 16]>) -> Value<'_> {
    Value::Bytes(id.map(|bytes| bytes.as_slice().into()))
}

pub(super) fn cluster_at(row: &Row, column: usize, table: &'static str) -> Result<ClusterId, StoreError> {
    let bytes = row.bytes(column)?;
    ClusterId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data(table, "cluster_id", format!("{bytes:?}")))
}

pub(super) fn origin_at(row: &Row, column: usize) -> Result<Origin, StoreError> {
    Ok(if row.text(column)? == Origin::Person.name() { Origin::Person } else { Origin::Machine })
}

fn event_from(row: &Row) -> Result<ClusterEvent, StoreError> {
    let kind = row.text(1)?;
    Ok(ClusterEvent {
        cluster: cluster_at(row, 0, "cluster_event")?,
        kind: ClusterEventKind::from_name(&kind)
            .ok_or_else(|| StoreError::bad_data("cluster_event", "event", kind))?,
        before: row.opt_text(2)?,
        after: row.opt_text(3)?,
        other: row.opt_bytes(4)?.as_deref().and_then(ClusterId::from_slice),
        complaints: row.opt_int(5)?,
        origin: origin_at(row, 6)?,
        person: row.opt_text(7)?,
        reason: row.opt_text(8)?,
        decision: row.opt_bytes(9)?.as_deref().and_then(DecisionId::from_slice),
        at: Timestamp(row.int(10)?),
    })
}
