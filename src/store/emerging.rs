//! Failures nobody has named yet: the complaints they are made of, what became of them, and how far the
//! search for them has come.

use std::collections::{BTreeMap, HashMap};

use super::analysis::id_at;
use super::change_log::Entity;
use super::clock::new_id;
use super::cluster_history::bytes_of;
use super::db::Row;
use super::{Store, StoreError};
use crate::domain::emerging::{Emerging, EmergingEvidence, EmergingState};
use crate::domain::id::{ClusterId, ComplaintId, DecisionId, EmergingId};
use crate::domain::time::Timestamp;

const SELECT_AFTER: &str = "SELECT c.received_at_us, c.id
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
WHERE t.body IS NOT NULL
  AND (c.received_at_us > $1 OR (c.received_at_us = $1 AND c.id > $2))
ORDER BY c.received_at_us, c.id
LIMIT $3";
const SELECT_UNTIL: &str = "SELECT c.received_at_us, c.id
FROM complaint c
JOIN complaint_text t ON t.complaint_id = c.id
WHERE t.body IS NOT NULL
  AND (c.received_at_us < $1 OR (c.received_at_us = $1 AND c.id <= $2))
ORDER BY c.received_at_us DESC, c.id DESC
LIMIT $3";
const SELECT_SCAN: &str = "SELECT past_us, past_id, recent, learned_us, since, scanned_us, scanned_id
FROM emerging_scan
WHERE name = 'texts'";
const UPSERT_SCAN: &str = "INSERT INTO emerging_scan (
  name, past_us, past_id, recent, learned_us, since, scanned_us, scanned_id
) VALUES ('texts', $1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name) DO UPDATE SET
  past_us = excluded.past_us,
  past_id = excluded.past_id,
  recent = excluded.recent,
  learned_us = excluded.learned_us,
  since = excluded.since,
  scanned_us = excluded.scanned_us,
  scanned_id = excluded.scanned_id";
const SELECT_GROUPS: &str = "SELECT id, title, evidence, state, cluster_id, decision_id, noticed_at_us,
  first_at_us, last_at_us
FROM emerging_group
ORDER BY last_at_us DESC, id";
const SELECT_MEMBERS: &str = "SELECT group_id, complaint_id
FROM emerging_member
ORDER BY group_id, place";
const SELECT_GROUPS_OF: &str = "SELECT complaint_id, group_id
FROM emerging_member
WHERE complaint_id IN ({ids})";
const UPSERT_GROUP: &str = "INSERT INTO emerging_group (
  id, title, evidence, state, cluster_id, noticed_at_us, first_at_us, last_at_us
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET
  title = excluded.title,
  evidence = excluded.evidence,
  state = CASE WHEN emerging_group.decision_id IS NULL THEN excluded.state ELSE emerging_group.state END,
  cluster_id = CASE WHEN emerging_group.decision_id IS NULL THEN excluded.cluster_id
    ELSE emerging_group.cluster_id END,
  first_at_us = excluded.first_at_us,
  last_at_us = excluded.last_at_us";
const INSERT_MEMBERS: &str = "INSERT INTO emerging_member (complaint_id, group_id, place)";
const MEMBER_CONFLICT: &str = "ON CONFLICT (complaint_id) DO NOTHING";
const SETTLE: &str = "UPDATE emerging_group SET state = $2, cluster_id = $3, decision_id = $4
WHERE id = $1 AND decision_id IS NULL";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_AFTER,
    SELECT_UNTIL,
    SELECT_SCAN,
    UPSERT_SCAN,
    SELECT_GROUPS,
    SELECT_MEMBERS,
    SELECT_GROUPS_OF,
    UPSERT_GROUP,
    SETTLE,
];

/// A text that came in: texts are read in the order of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// When.
    pub at: Timestamp,
    /// Which complaint.
    pub id: ComplaintId,
}

/// How far the search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmergingScan {
    /// The last text of the past that was learned from.
    pub past: Arrival,
    /// Recent texts a scan looks at.
    pub recent: usize,
    /// The text at which the past was learned.
    pub learned_at: Timestamp,
    /// Texts that have been looked at since.
    pub since: usize,
    /// The last text that has been looked at.
    pub scanned: Arrival,
}

/// An emerging failure as it is to be kept: a new one, or one that goes on.
#[derive(Clone, Debug)]
pub struct EmergingUpdate {
    /// Its identity.
    pub id: EmergingId,
    /// What it is called.
    pub title: String,
    /// What it rests on.
    pub evidence: EmergingEvidence,
    /// Where it stands; what a person decided is not touched.
    pub state: EmergingState,
    /// The cluster most of its complaints are in.
    pub cluster: Option<ClusterId>,
    /// When it was noticed.
    pub noticed_at: Timestamp,
    /// When its first and last complaint came in.
    pub first_at: Timestamp,
    /// As above.
    pub last_at: Timestamp,
    /// Complaints that are new in it, after `place` others.
    pub added: Vec<ComplaintId>,
    /// How many it had before.
    pub place: usize,
}

impl Store {
    /// Redacted texts that came in after one, oldest first.
    pub async fn arrivals_after(&self, after: Arrival, limit: usize) -> Result<Vec<Arrival>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [after.at.0.into(), after.id.as_bytes().into(), limit.into()];
        self.db.rows(SELECT_AFTER, &values).await?.iter().map(arrival_from).collect()
    }

    /// The last redacted texts up to one, or of all, oldest first.
    pub async fn arrivals_until(
        &self,
        until: Option<Arrival>,
        limit: usize,
    ) -> Result<Vec<Arrival>, StoreError> {
        let end = Arrival { at: Timestamp(i64::MAX), id: ComplaintId(uuid::Uuid::max()) };
        let until = until.unwrap_or(end);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [until.at.0.into(), until.id.as_bytes().into(), limit.into()];
        let rows = self.db.rows(SELECT_UNTIL, &values).await?;
        rows.iter().rev().map(arrival_from).collect()
    }

    /// How far the search has come; `None` before it began.
    pub async fn emerging_scan(&self) -> Result<Option<EmergingScan>, StoreError> {
        let Some(row) = self.db.row(SELECT_SCAN, &[]).await? else { return Ok(None) };
        let count = |column| Ok::<_, StoreError>(usize::try_from(row.int(column)?).unwrap_or(0));
        Ok(Some(EmergingScan {
            past: Arrival { at: Timestamp(row.int(0)?), id: id_at(&row, 1)? },
            recent: count(2)?,
            learned_at: Timestamp(row.int(3)?),
            since: count(4)?,
            scanned: Arrival { at: Timestamp(row.int(5)?), id: id_at(&row, 6)? },
        }))
    }

    /// An identity for a failure that was just found.
    pub fn new_emerging_id(&self) -> EmergingId {
        EmergingId(new_id())
    }

    /// The emerging failure each of these complaints is in, for those that are in one.
    pub async fn emerging_of(
        &self,
        ids: &[ComplaintId],
    ) -> Result<HashMap<ComplaintId, EmergingId>, StoreError> {
        let rows = self.db.rows_for_ids(SELECT_GROUPS_OF, ids.iter().map(ComplaintId::as_bytes)).await?;
        rows.iter().map(|row| Ok((id_at(row, 0)?, emerging_at(row, 1)?))).collect()
    }

    /// Every emerging failure there ever was, the latest first.
    pub async fn emerging(&self) -> Result<Vec<Emerging>, StoreError> {
        let mut members: BTreeMap<EmergingId, Vec<ComplaintId>> = BTreeMap::new();
        for row in self.db.rows(SELECT_MEMBERS, &[]).await? {
            members.entry(emerging_at(&row, 0)?).or_default().push(id_at(&row, 1)?);
        }
        let rows = self.db.rows(SELECT_GROUPS, &[]).await?;
        rows.iter()
            .map(|row| {
                let mut group = emerging_from(row)?;
                group.members = members.remove(&group.id).unwrap_or_default();
                Ok(group)
            })
            .collect()
    }

    /// Keeps what a scan found and how far it came, in one transaction.
    pub async fn record_emerging(
        &self,
        updates: &[EmergingUpdate],
        scan: &EmergingScan,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut tx = self.db.begin().await?;
        let mut members = Vec::new();
        for update in updates {
            let evidence = serde_json::to_string(&update.evidence).expect("numbers and texts are JSON");
            let values = [
                update.id.as_bytes().into(),
                update.title.as_str().into(),
                evidence.into(),
                update.state.name().into(),
                bytes_of(update.cluster.as_ref().map(ClusterId::as_bytes)),
                update.noticed_at.0.into(),
                update.first_at.0.into(),
                update.last_at.0.into(),
            ];
            tx.execute(UPSERT_GROUP, &values).await?;
            for (place, complaint) in (update.place..).zip(&update.added) {
                members.extend([
                    complaint.as_bytes().into(),
                    update.id.as_bytes().into(),
                    count(place).into(),
                ]);
            }
        }
        tx.insert_many(INSERT_MEMBERS, MEMBER_CONFLICT, 3, &members).await?;
        let EmergingScan { past, recent, learned_at, since, scanned } = scan;
        let values = [
            past.at.0.into(),
            past.id.as_bytes().into(),
            count(*recent).into(),
            learned_at.0.into(),
            count(*since).into(),
            scanned.at.0.into(),
            scanned.id.as_bytes().into(),
        ];
        tx.execute(UPSERT_SCAN, &values).await?;
        let changed = updates.iter().map(|update| update.id.as_bytes());
        tx.log_upserts(Entity::Emerging, changed, now).await?;
        tx.commit().await
    }

    /// Settles an emerging failure nobody has decided about; false when somebody has.
    pub async fn settle_emerging(
        &self,
        id: EmergingId,
        state: EmergingState,
        cluster: Option<ClusterId>,
        decision: Option<DecisionId>,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let values = [
            id.as_bytes().into(),
            state.name().into(),
            bytes_of(cluster.as_ref().map(ClusterId::as_bytes)),
            bytes_of(decision.as_ref().map(DecisionId::as_bytes)),
        ];
        let settled = tx.execute(SETTLE, &values).await? > 0;
        if settled {
            tx.log_upserts(Entity::Emerging, [id.as_bytes()], now).await?;
        }
        tx.commit().await?;
        Ok(settled)
    }
}

fn arrival_from(row: &Row) -> Result<Arrival, StoreError> {
    Ok(Arrival { at: Timestamp(row.int(0)?), id: id_at(row, 1)? })
}

fn emerging_at(row: &Row, column: usize) -> Result<EmergingId, StoreError> {
    let bytes = row.bytes(column)?;
    EmergingId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data("emerging_group", "id", format!("{bytes:?}")))
}

fn emerging_from(row: &Row) -> Result<Emerging, StoreError> {
    let (evidence, state) = (row.text(2)?, row.text(3)?);
    Ok(Emerging {
        id: emerging_at(row, 0)?,
        title: row.text(1)?,
        evidence: serde_json::from_str(&evidence)
            .map_err(|_| StoreError::bad_data("emerging_group", "evidence", evidence))?,
        state: EmergingState::from_name(&state)
            .ok_or_else(|| StoreError::bad_data("emerging_group", "state", state))?,
        cluster: row.opt_bytes(4)?.as_deref().and_then(ClusterId::from_slice),
        decision: row.opt_bytes(5)?.as_deref().and_then(DecisionId::from_slice),
        noticed_at: Timestamp(row.int(6)?),
        first_at: Timestamp(row.int(7)?),
        last_at: Timestamp(row.int(8)?),
        members: Vec::new(),
    })
}
