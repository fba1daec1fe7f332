//! How far a step of the pipeline has come, where its own tables cannot say.

use super::db::Tx;
use super::{Store, StoreError};

const SELECT_CHECKPOINT: &str = "SELECT value FROM checkpoint WHERE name = $1";
const UPSERT_CHECKPOINT: &str = "INSERT INTO checkpoint (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value";

pub(super) const STATEMENTS: &[&str] = &[SELECT_CHECKPOINT, UPSERT_CHECKPOINT];

/// What a checkpoint measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    /// The last week the watcher has judged.
    WatchedWeek,
    /// Complaints there were when clusters were last sought.
    DiscoveredComplaints,
    /// The last change there was when clusters were last looked after.
    KeptChange,
    /// The day on which clusters were last looked after.
    KeptDay,
}

impl Checkpoint {
    fn name(self) -> &'static str {
        match self {
            Self::WatchedWeek => "watched_week",
            Self::DiscoveredComplaints => "discovered_complaints",
            Self::KeptChange => "kept_change",
            Self::KeptDay => "kept_day",
        }
    }
}

impl Store {
    /// Where a checkpoint stands; `None` before it was first set.
    pub async fn checkpoint(&self, checkpoint: Checkpoint) -> Result<Option<i64>, StoreError> {
        self.db.row(SELECT_CHECKPOINT, &[checkpoint.name().into()]).await?.map(|row| row.int(0)).transpose()
    }
}

impl Tx {
    /// Sets a checkpoint with the writes it speaks of.
    pub(super) async fn set_checkpoint(
        &mut self,
        checkpoint: Checkpoint,
        value: i64,
    ) -> Result<(), StoreError> {
        self.execute(UPSERT_CHECKPOINT, &[checkpoint.name().into(), value.into()]).await.map(drop)
    }
}
