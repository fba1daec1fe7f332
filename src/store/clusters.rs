//! Clusters and who belongs to them. Figures (how many, since when) come from the daily counts.

use std::collections::HashMap;

use super::analysis::{Assignment, GroupingText, day_at, grouping_text_from, id_at};
use super::change_log::Entity;
use super::checkpoints::Checkpoint;
use super::clock::new_id;
use super::cluster_history::cluster_at;
use super::db::{Row, Tx, Value};
use super::{Store, StoreError};
use crate::domain::cluster::{Cluster, ClusterState, Life, Retired};
use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind};
use crate::domain::cluster_life::Aside;
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::label::Origin;
use crate::domain::priority::Priority;
use crate::domain::time::{Day, Timestamp};

const SELECT_CLUSTERS: &str = "SELECT id, title, title_by_person, state, terms, product_area, failure_type,
  owner, created_at_us, retired_at_us, merged_into, state_since_us, state_by_person, aside, owner_by_person,
  priority, priority_by_person, load, customers, texts
FROM cluster
ORDER BY id";
const SELECT_FIGURES: &str = "SELECT node,
  CAST(SUM(complaints) AS BIGINT),
  CAST(MIN(day) AS BIGINT),
  CAST(MAX(day) AS BIGINT)
FROM daily_count
WHERE dimension = 'cluster' AND complaints > 0
GROUP BY node";
const INSERT_CLUSTERS: &str = "INSERT INTO cluster (
  id, title, title_by_person, state, terms, product_area, failure_type, owner, created_at_us, updated_at_us,
  state_since_us
)";
const SELECT_CENTRAL: &str = "SELECT complaint_id
FROM membership
WHERE cluster_id = $1
ORDER BY similarity DESC, complaint_id
LIMIT $2";
const SELECT_EDGE: &str = "SELECT complaint_id
FROM membership
WHERE cluster_id = $1
ORDER BY similarity, complaint_id
LIMIT $2";
const SELECT_MEMBER_TEXTS: &str = "SELECT t.complaint_id, t.body, t.language, c.received_day,
  c.product, c.sub_product, c.issue, c.sub_issue, a.value, f.value
FROM membership m
JOIN complaint_text t ON t.complaint_id = m.complaint_id
JOIN complaint c ON c.id = m.complaint_id
LEFT JOIN label a ON a.complaint_id = m.complaint_id AND a.axis = 'product_area'
LEFT JOIN label f ON f.complaint_id = m.complaint_id AND f.axis = 'failure_type'
WHERE m.cluster_id = $1
ORDER BY m.similarity DESC, m.complaint_id
LIMIT $2";
const SELECT_MAIN_LABELS: &str = "SELECT m.cluster_id, l.axis, l.value, CAST(COUNT(*) AS BIGINT)
FROM membership m
JOIN label l ON l.complaint_id = m.complaint_id
WHERE l.axis IN ('product_area', 'failure_type')
GROUP BY m.cluster_id, l.axis, l.value
ORDER BY m.cluster_id, l.axis, 4 DESC, l.value";
const UPDATE_MAIN_LABELS: &str = "UPDATE cluster
SET product_area = $2, failure_type = $3, updated_at_us = $4
WHERE id = $1 AND (
  COALESCE(product_area, '') <> COALESCE($2, '') OR COALESCE(failure_type, '') <> COALESCE($3, '')
)";
/// The end of each ended cluster, for what still names it.
const SELECT_ENDS: &str = "SELECT id, merged_into FROM cluster WHERE retired_at_us IS NOT NULL";
const UPDATE_CLUSTER: &str = "UPDATE cluster
SET title = $2,
  title_by_person = $3,
  state = $4,
  owner = $5,
  updated_at_us = $6,
  state_since_us = $7,
  state_by_person = $8,
  aside = $9,
  owner_by_person = $10,
  priority = $11,
  priority_by_person = $12
WHERE id = $1";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_CLUSTERS,
    SELECT_FIGURES,
    SELECT_CENTRAL,
    SELECT_EDGE,
    SELECT_MEMBER_TEXTS,
    SELECT_MAIN_LABELS,
    UPDATE_MAIN_LABELS,
    SELECT_ENDS,
    UPDATE_CLUSTER,
];

/// Share of a cluster's members that must bear a label for the cluster to bear it.
const MAIN_LABEL_SHARE: f64 = 0.4;

/// A cluster that was found and is about to be founded.
#[derive(Clone, Debug)]
pub struct NewCluster {
    /// Its identity, made of what it was founded by: files derived from a cluster name it before it stands.
    pub id: ClusterId,
    /// Its computed name.
    pub title: String,
    /// The terms that set it apart, strongest first.
    pub terms: Vec<String>,
}

/// What a person may change about a cluster; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct ClusterEdit {
    /// A name that wins over the computed one from now on.
    pub title: Option<String>,
    /// Where it stands.
    pub state: Option<ClusterState>,
    /// Until when it is put aside; goes with the archived state.
    pub aside: Option<Aside>,
    /// Who answers for it; an empty text takes the owner away and lets the rules name one.
    pub owner: Option<String>,
    /// How urgent it is; `Some(None)` lets it be computed again.
    pub priority: Option<Option<Priority>>,
    /// Who changes it, where that was said.
    pub person: Option<String>,
}

impl Store {
    /// Every cluster that stands with its figures, largest first.
    pub async fn clusters(&self) -> Result<Vec<Cluster>, StoreError> {
        let mut clusters = self.all_clusters().await?;
        clusters.retain(|cluster| cluster.retired.is_none());
        Ok(clusters)
    }

    /// Every cluster there ever was, those that ended included, largest first.
    pub async fn all_clusters(&self) -> Result<Vec<Cluster>, StoreError> {
        let mut figures: HashMap<String, (i64, Day, Day)> = HashMap::new();
        for row in self.db.rows(SELECT_FIGURES, &[]).await? {
            figures.insert(row.text(0)?, (row.int(1)?, day_at(&row, 2)?, day_at(&row, 3)?));
        }
        let rows = self.db.rows(SELECT_CLUSTERS, &[]).await?;
        let mut clusters =
            rows.iter().map(|row| cluster_from(row, &figures)).collect::<Result<Vec<_>, _>>()?;
        clusters.sort_by_key(|cluster| (-cluster.complaints, cluster.id));
        Ok(clusters)
    }

    /// One cluster, whether it stands or ended.
    pub async fn cluster(&self, id: ClusterId) -> Result<Option<Cluster>, StoreError> {
        // Clusters are hundreds, not millions: one way of reading them keeps the figures in one place.
        Ok(self.all_clusters().await?.into_iter().find(|cluster| cluster.id == id))
    }

    /// The members closest to the cluster's centre, closest first.
    pub async fn central_members(&self, id: ClusterId, limit: usize) -> Result<Vec<ComplaintId>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.rows(SELECT_CENTRAL, &[id.as_bytes().into(), limit.into()]).await?;
        rows.iter().map(|row| id_at(row, 0)).collect()
    }

    /// The members farthest from the cluster's centre, farthest first.
    pub async fn edge_members(&self, id: ClusterId, limit: usize) -> Result<Vec<ComplaintId>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.rows(SELECT_EDGE, &[id.as_bytes().into(), limit.into()]).await?;
        rows.iter().map(|row| id_at(row, 0)).collect()
    }

    /// Texts of the members closest to the cluster's centre: what its model can be rebuilt from.
    pub async fn member_texts(&self, id: ClusterId, limit: usize) -> Result<Vec<GroupingText>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.rows(SELECT_MEMBER_TEXTS, &[id.as_bytes().into(), limit.into()]).await?;
        rows.iter().map(grouping_text_from).collect()
    }

    /// An identity for a cluster a person is about to found.
    pub fn new_cluster_id(&self) -> ClusterId {
        ClusterId(new_id())
    }

    /// Founds clusters and joins their first members, which must belong to none yet, in one transaction.
    /// `complaints` is how many there were when the clusters were sought.
    pub async fn found_clusters(
        &self,
        found: &[NewCluster],
        members: &[Assignment],
        complaints: i64,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.insert_clusters(found, now).await?;
        let founded: Vec<ClusterEvent> = found
            .iter()
            .map(|cluster| {
                ClusterEvent::by_machine(cluster.id, ClusterEventKind::Founded, now)
                    .changing(None, Some(&cluster.title))
            })
            .collect();
        tx.note_clusters(&founded).await?;
        tx.log_upserts(Entity::Cluster, found.iter().map(|cluster| cluster.id.as_bytes()), now).await?;
        tx.assign_ungrouped(members, now.0).await?;
        tx.set_checkpoint(Checkpoint::DiscoveredComplaints, complaints).await?;
        tx.commit().await
    }

    /// Clusters that ended, each with the standing one its complaints belong to now, if any; as it would
    /// be if the `revived` stood again.
    pub async fn ended_clusters(
        &self,
        revived: &[ClusterId],
    ) -> Result<HashMap<ClusterId, Option<ClusterId>>, StoreError> {
        ends_from(&self.db.rows(SELECT_ENDS, &[]).await?, revived)
    }

    /// Sets each cluster's product area and failure type to what prevails among its members.
    pub async fn refresh_main_labels(&self) -> Result<(), StoreError> {
        #[derive(Default)]
        struct Main {
            total: [i64; 2],
            best: [Option<(String, i64)>; 2],
        }
        let mut main: HashMap<Vec<u8>, Main> = HashMap::new();
        for row in self.db.rows(SELECT_MAIN_LABELS, &[]).await? {
            let axis = usize::from(row.text(1)? == "failure_type");
            let (value, count) = (row.text(2)?, row.int(3)?);
            let entry = main.entry(row.bytes(0)?).or_default();
            entry.total[axis] += count;
            if entry.best[axis].is_none() {
                entry.best[axis] = Some((value, count));
            }
        }
        let now = self.clock.now();
        let standing: HashMap<ClusterId, Cluster> =
            self.all_clusters().await?.into_iter().map(|cluster| (cluster.id, cluster)).collect();
        let mut events = Vec::new();
        let mut changed = Vec::new();
        let mut tx = self.db.begin().await?;
        for (id, Main { total, best }) in &main {
            let prevailing = |axis: usize| {
                best[axis]
                    .as_ref()
                    .filter(|(_, count)| *count as f64 >= MAIN_LABEL_SHARE * total[axis] as f64)
                    .map(|(value, _)| value.as_str())
            };
            let values = [id.as_slice().into(), prevailing(0).into(), prevailing(1).into(), now.0.into()];
            if tx.execute(UPDATE_MAIN_LABELS, &values).await? > 0
                && let Some(cluster) = ClusterId::from_slice(id).and_then(|id| standing.get(&id))
            {
                changed.push(cluster.id);
                let axes = [
                    (ClusterEventKind::ProductArea, cluster.product_area.as_deref(), prevailing(0)),
                    (ClusterEventKind::FailureType, cluster.failure_type.as_deref(), prevailing(1)),
                ];
                events.extend(axes.into_iter().filter(|(_, before, after)| before != after).map(
                    |(kind, before, after)| {
                        ClusterEvent::by_machine(cluster.id, kind, now).changing(before, after)
                    },
                ));
            }
        }
        // The map's order is chance; the history's is not.
        changed.sort_unstable();
        events.sort_by_key(|event| event.cluster);
        tx.note_clusters(&events).await?;
        tx.log_upserts(Entity::Cluster, changed.iter().map(ClusterId::as_bytes), now).await?;
        tx.commit().await
    }

    /// Changes what a person wants changed; `None` when there is no such cluster.
    pub async fn edit_cluster(
        &self,
        id: ClusterId,
        edit: ClusterEdit,
    ) -> Result<Option<Cluster>, StoreError> {
        let Some(mut cluster) = self.cluster(id).await? else { return Ok(None) };
        let before = cluster.clone();
        if let Some(title) = edit.title {
            cluster.title = title;
            cluster.title_by_person = true;
        }
        let now = self.clock.now();
        let state = edit.state.or(edit.aside.map(|_| ClusterState::Archived));
        // To say where it stands already is to say that it does, by hand.
        if let Some(state) = state {
            cluster.state = state;
            cluster.life.since = now;
            cluster.life.by_person = true;
            cluster.life.aside = edit.aside.filter(|_| state == ClusterState::Archived);
        }
        if let Some(owner) = edit.owner {
            cluster.owner = Some(owner).filter(|owner| !owner.is_empty());
            cluster.life.owner_by_person = cluster.owner.is_some();
        }
        if let Some(priority) = edit.priority {
            let computed = cluster.life.load.map_or(Priority::Low, |load| Priority::of_share(load.share));
            cluster.life.priority = priority.unwrap_or(computed);
            cluster.life.priority_by_person = priority.is_some();
        }
        let aside = cluster.life.aside.map(Aside::line);
        let values = [
            id.as_bytes().into(),
            cluster.title.as_str().into(),
            cluster.title_by_person.into(),
            cluster.state.name().into(),
            cluster.owner.as_deref().into(),
            now.0.into(),
            cluster.life.since.0.into(),
            cluster.life.by_person.into(),
            aside.as_deref().into(),
            cluster.life.owner_by_person.into(),
            cluster.life.priority.name().into(),
            cluster.life.priority_by_person.into(),
        ];
        let mut tx = self.db.begin().await?;
        tx.execute(UPDATE_CLUSTER, &values).await?;
        tx.note_clusters(&edited_events(&before, &cluster, edit.person.as_deref(), now)).await?;
        tx.log_upserts(Entity::Cluster, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(Some(cluster))
    }
}

impl Tx {
    /// Writes new clusters' rows; their events and the log are the caller's.
    pub(super) async fn insert_clusters(
        &mut self,
        found: &[NewCluster],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(found.len() * 11);
        for cluster in found {
            values.extend([
                Value::from(cluster.id.as_bytes()),
                cluster.title.as_str().into(),
                false.into(),
                ClusterState::New.name().into(),
                terms_to_json(&cluster.terms).into(),
                Value::Text(None),
                Value::Text(None),
                Value::Text(None),
                now.0.into(),
                now.0.into(),
                now.0.into(),
            ]);
        }
        self.insert_many(INSERT_CLUSTERS, "", 11, &values).await.map(drop)
    }

    /// As [`Store::ended_clusters`], seeing this transaction's own writes.
    pub(super) async fn ended_clusters(
        &mut self,
    ) -> Result<HashMap<ClusterId, Option<ClusterId>>, StoreError> {
        ends_from(&self.rows(SELECT_ENDS, &[]).await?, &[])
    }
}

/// What an edit by a person changed, one event a value.
fn edited_events(
    before: &Cluster,
    after: &Cluster,
    person: Option<&str>,
    now: Timestamp,
) -> Vec<ClusterEvent> {
    let computed = "computed";
    let priority = |cluster: &Cluster| {
        if cluster.life.priority_by_person { cluster.life.priority.name() } else { computed }.to_owned()
    };
    let (priority_before, priority_after) = (priority(before), priority(after));
    let aside = after.life.aside.filter(|aside| Some(*aside) != before.life.aside).map(Aside::line);
    let values = [
        (ClusterEventKind::Priority, Some(priority_before.as_str()), Some(priority_after.as_str())),
        (ClusterEventKind::Renamed, Some(before.title.as_str()), Some(after.title.as_str())),
        (ClusterEventKind::State, Some(before.state.name()), Some(after.state.name())),
        (ClusterEventKind::Owner, before.owner.as_deref(), after.owner.as_deref()),
    ];
    let is_change = |kind, old, new| old != new || kind == ClusterEventKind::State && aside.is_some();
    let changed = values.into_iter().filter(|(kind, old, new)| is_change(*kind, *old, *new));
    changed
        .map(|(kind, old, new)| ClusterEvent {
            origin: Origin::Person,
            person: person.map(str::to_owned),
            reason: aside.clone().filter(|_| kind == ClusterEventKind::State),
            ..ClusterEvent::by_machine(after.id, kind, now).changing(old, new)
        })
        .collect()
}

/// Where the complaints of ended clusters belong, through every merge that followed.
fn ends_from(
    rows: &[Row],
    revived: &[ClusterId],
) -> Result<HashMap<ClusterId, Option<ClusterId>>, StoreError> {
    let mut next: HashMap<ClusterId, Option<ClusterId>> = HashMap::new();
    for row in rows {
        let into = row.opt_bytes(1)?.as_deref().and_then(ClusterId::from_slice);
        next.insert(cluster_at(row, 0, "cluster")?, into);
    }
    next.retain(|cluster, _| !revived.contains(cluster));
    let end = |start: ClusterId| {
        let mut at = Some(start);
        // As many steps as there are ended clusters: a circle cannot arise, and would end here.
        for _ in 0..=next.len() {
            match at.and_then(|cluster| next.get(&cluster)) {
                Some(into) => at = *into,
                None => return at,
            }
        }
        None
    };
    Ok(next.keys().map(|start| (*start, end(*start))).collect())
}

fn terms_to_json(terms: &[String]) -> String {
    serde_json::to_string(terms).expect("a list of strings is always JSON")
}

fn cluster_from(row: &Row, figures: &HashMap<String, (i64, Day, Day)>) -> Result<Cluster, StoreError> {
    let bytes = row.bytes(0)?;
    let id = ClusterId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data("cluster", "id", format!("{bytes:?}")))?;
    let state = row.text(3)?;
    let terms = row.text(4)?;
    let seen = figures.get(&id.to_string());
    Ok(Cluster {
        id,
        title: row.text(1)?,
        title_by_person: row.int(2)? != 0,
        state: ClusterState::from_name(&state)
            .ok_or_else(|| StoreError::bad_data("cluster", "state", state))?,
        terms: serde_json::from_str(&terms).map_err(|_| StoreError::bad_data("cluster", "terms", terms))?,
        product_area: row.opt_text(5)?,
        failure_type: row.opt_text(6)?,
        owner: row.opt_text(7)?,
        created_at: Timestamp(row.int(8)?),
        complaints: seen.map_or(0, |(complaints, _, _)| *complaints),
        seen: seen.map(|(_, first, last)| (*first, *last)),
        retired: row
            .opt_int(9)?
            .map(Timestamp)
            .map(|at| -> Result<Retired, StoreError> {
                Ok(Retired { at, into: row.opt_bytes(10)?.as_deref().and_then(ClusterId::from_slice) })
            })
            .transpose()?,
        life: life_from(row)?,
    })
}

/// From the columns after the eleventh.
fn life_from(row: &Row) -> Result<Life, StoreError> {
    let (aside, priority, load) = (row.opt_text(13)?, row.text(15)?, row.opt_text(17)?);
    let bad = |column, value: String| StoreError::bad_data("cluster", column, value);
    Ok(Life {
        since: Timestamp(row.int(11)?),
        by_person: row.int(12)? != 0,
        aside: match aside {
            Some(line) => Some(Aside::from_line(&line).ok_or_else(|| bad("aside", line))?),
            None => None,
        },
        owner_by_person: row.int(14)? != 0,
        priority: Priority::from_name(&priority).ok_or_else(|| bad("priority", priority))?,
        priority_by_person: row.int(16)? != 0,
        load: match load {
            Some(json) => Some(serde_json::from_str(&json).map_err(|_| bad("load", json))?),
            None => None,
        },
        customers: row.int(18)?,
        texts: row.int(19)?,
    })
}
