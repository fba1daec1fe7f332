//! The log of every write, in the order of commit. Followers (the search index first of all) read what
//! came after their checkpoint; together with the tables it makes everything derived rebuildable.

use super::db::{Tx, Value};
use super::{Store, StoreError};
use crate::domain::id::ComplaintId;
use crate::domain::time::Timestamp;

const INSERT_CHANGES: &str = "INSERT INTO change_log (entity, entity_id, kind, at_us)";
const SELECT_COMPLAINT_CHANGES: &str = "SELECT seq, entity_id, kind
FROM change_log
WHERE seq > $1 AND entity = 'complaint'
ORDER BY seq
LIMIT $2";
const SELECT_LAST: &str = "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM change_log";

pub(super) const STATEMENTS: &[&str] = &[SELECT_COMPLAINT_CHANGES, SELECT_LAST];

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    Complaint,
    Cluster,
    Proposal,
    Emerging,
    Signal,
    Subscription,
    Message,
    Action,
    RegisteredChange,
    Taxonomy,
    Model,
}

/// What a change did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A complaint came in. Nobody may read it before its analysis, which is a change of its own.
    Received,
    /// Something was written anew: followers read it again.
    Upsert,
    /// It is gone.
    Erase,
}

impl Change {
    fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Upsert => "upsert",
            Self::Erase => "erase",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Received, Self::Upsert, Self::Erase].into_iter().find(|change| change.name() == name)
    }
}

/// A change to one complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComplaintChange {
    /// Its place in the log.
    pub seq: i64,
    /// Which complaint.
    pub complaint: ComplaintId,
    /// What became of it.
    pub change: Change,
}

impl Tx {
    /// Writes one upsert row per id, under the lock that keeps log order and commit order the same.
    pub(super) async fn log_upserts<'a>(
        &mut self,
        entity: Entity,
        ids: impl IntoIterator<Item = &'a [u8; 16]>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.log(entity, Change::Upsert, ids, at).await
    }

    /// As [`Self::log_upserts`], for complaints that just came in.
    pub(super) async fn log_received<'a>(
        &mut self,
        ids: impl IntoIterator<Item = &'a [u8; 16]>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.log(Entity::Complaint, Change::Received, ids, at).await
    }

    async fn log<'a>(
        &mut self,
        entity: Entity,
        change: Change,
        ids: impl IntoIterator<Item = &'a [u8; 16]>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let name = match entity {
            Entity::Complaint => "complaint",
            Entity::Cluster => "cluster",
            Entity::Proposal => "proposal",
            Entity::Emerging => "emerging",
            Entity::Signal => "signal",
            Entity::Subscription => "subscription",
            Entity::Message => "message",
            Entity::Action => "action",
            Entity::RegisteredChange => "registered_change",
            Entity::Taxonomy => "taxonomy",
            Entity::Model => "model",
        };
        let values: Vec<Value<'_>> = ids
            .into_iter()
            .flat_map(|id| {
                [Value::from(name), Value::from(id), Value::from(change.name()), Value::from(at.0)]
            })
            .collect();
        self.lock_change_log().await?;
        self.insert_many(INSERT_CHANGES, "", 4, &values).await?;
        Ok(())
    }
}

impl Store {
    /// Changes to complaints after `seq`, oldest first, at most `limit`.
    pub async fn complaint_changes_after(
        &self,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<ComplaintChange>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.db.rows(SELECT_COMPLAINT_CHANGES, &[seq.into(), limit.into()]).await?;
        rows.into_iter()
            .map(|row| {
                let id = row.bytes(1)?;
                let complaint = ComplaintId::from_slice(&id)
                    .ok_or_else(|| StoreError::bad_data("change_log", "entity_id", format!("{id:?}")))?;
                let kind = row.text(2)?;
                let change = Change::from_name(&kind)
                    .ok_or_else(|| StoreError::bad_data("change_log", "kind", kind))?;
                Ok(ComplaintChange { seq: row.int(0)?, complaint, change })
            })
            .collect()
    }

    /// The number of the newest change; 0 when there is none.
    pub async fn last_change(&self) -> Result<i64, StoreError> {
        self.db.row(SELECT_LAST, &[]).await?.map_or(Ok(0), |row| row.int(0))
    }
}
