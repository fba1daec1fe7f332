//! Third step: the search index follows the change log. A complaint that only came in is passed over; its
//! analysis writes another change.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::id::ComplaintId;
use crate::domain::label::Axis;
use crate::search::index::Checkpoint;
use crate::search::writer::IndexedComplaint;
use crate::store::change_log::{Change, ComplaintChange};
use crate::store::complaints::ComplaintRecord;

use super::{Pipeline, PipelineError, compute};

/// How often the index is committed while changes come in: what is written is found within two seconds.
pub const COMMIT_EVERY: Duration = Duration::from_millis(500);
/// Changes read at once.
const BATCH: usize = 2_000;
/// Changes after which a commit is due in the middle of a long replay, so that a stop loses little.
const COMMIT_AFTER_CHANGES: usize = 20_000;

impl Pipeline {
    /// Brings the index up to date with the change log; gives how many complaints it took in.
    pub async fn follow_changes(&self) -> Result<u64, PipelineError> {
        let _one_writer = self.indexing.lock().await;
        let mut seq = self.index.checkpoint().map_or(0, |checkpoint| checkpoint.seq);
        let mut changes = self.store.complaint_changes_after(seq, BATCH).await?;
        if changes.is_empty() {
            return Ok(0);
        }
        let mut writer = self.index.writer()?;
        let (mut taken_in, mut uncommitted) = (0_u64, 0);
        while let Some(last) = changes.last() {
            seq = last.seq;
            uncommitted += changes.len();
            let latest = latest_by_complaint(&changes);
            let of = |wanted| latest.iter().filter(move |(_, change)| *change == wanted).map(|(id, _)| *id);
            let changed: Vec<ComplaintId> = of(Change::Upsert).collect();
            let erased: Vec<ComplaintId> = of(Change::Erase).collect();
            let mut records = self.complaints(&changed).await?;
            records.retain(|record| record.prepared);
            taken_in += records.len() as u64;
            writer = compute(move || -> Result<_, PipelineError> {
                erased.into_iter().for_each(|id| writer.erase(id));
                for record in &records {
                    writer.upsert(&as_indexed(record))?;
                }
                if uncommitted >= COMMIT_AFTER_CHANGES {
                    writer.commit(Checkpoint { seq })?;
                }
                Ok(writer)
            })
            .await??;
            uncommitted %= COMMIT_AFTER_CHANGES;
            changes = self.store.complaint_changes_after(seq, BATCH).await?;
        }
        compute(move || writer.commit(Checkpoint { seq })).await??;
        Ok(taken_in)
    }
}

/// One entry per complaint, with what its last change says; in no order.
fn latest_by_complaint(changes: &[ComplaintChange]) -> Vec<(ComplaintId, Change)> {
    let latest: HashMap<ComplaintId, Change> =
        changes.iter().map(|change| (change.complaint, change.change)).collect();
    latest.into_iter().collect()
}

fn as_indexed(record: &ComplaintRecord) -> IndexedComplaint<'_> {
    let value = |axis| record.label(axis).map(|label| label.value.as_str());
    let complaint = &record.complaint;
    IndexedComplaint {
        id: complaint.id,
        received_at: complaint.received_at,
        received_day: complaint.received_day,
        language: complaint.language,
        text: complaint.text.as_deref().unwrap_or_default(),
        facts: &complaint.facts,
        source: &complaint.source,
        external_id: complaint.external_id.as_deref(),
        kind: value(Axis::Kind),
        product_area: value(Axis::ProductArea),
        failure_type: value(Axis::FailureType),
        cluster: record.cluster.map(|(cluster, _)| cluster),
        unsure: record.labels.iter().any(|label| label.unsure),
    }
}
