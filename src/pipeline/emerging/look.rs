//! Scans after every step of the texts that came in, and what they told.

use std::collections::HashMap;
use std::sync::Arc;

use super::stretch::Stretch;
use super::{Pipeline, PipelineError, STEPS_AT_ONCE, WITH_REPEATS, compute, step_of};
use crate::domain::id::ComplaintId;
use crate::learn::emerging::{EmergingGroup, Scanner};
use crate::store::analysis::GroupingText;
use crate::store::emerging::{Arrival, EmergingScan};

/// A group as a scan told it.
pub(super) struct Told {
    pub(super) group: EmergingGroup,
    /// Its texts' positions in the stretch.
    pub(super) members: Vec<usize>,
    /// The text after which it was told.
    pub(super) at: usize,
}

impl Pipeline {
    /// Scans after every step of the coming texts, and keeps what was found; gives scans and failures found.
    /// `None` when fewer than a step of them are no repeats.
    pub(super) async fn look_at(
        &self,
        scan: &mut EmergingScan,
        coming: &[Arrival],
        scanner: Arc<Scanner>,
    ) -> Result<Option<(usize, usize)>, PipelineError> {
        let (recent, step) = (scan.recent, step_of(scan.recent));
        let before = self.store.arrivals_until(Some(scan.scanned), recent * WITH_REPEATS).await?;
        let mut stretch = Stretch::default();
        stretch.push(&before, self.texts_of(&before).await?, recent);
        let start = stretch.texts.len();
        stretch.push(coming, self.texts_of(coming).await?, recent);
        let scans = (stretch.texts.len() - start) / step;
        if scans == 0 {
            // So many repeats that no step is full: the next look starts after them.
            if coming.len() < step * STEPS_AT_ONCE {
                return Ok(None);
            }
            scan.scanned = *coming.last().expect("there are more than a step");
            self.store.record_emerging(&[], scan).await?;
            return Ok(Some((0, 0)));
        }
        let ids: Vec<ComplaintId> = stretch.texts.iter().map(|read| read.arrival.id).collect();
        let known = self.store.emerging_of(&ids).await?;
        let is_known: Vec<bool> = ids.iter().map(|id| known.contains_key(id)).collect();
        let for_terms = Arc::clone(&scanner);
        let (stretch, told) = compute(move || {
            let told = scanned(&scanner, &stretch, is_known, start, step, recent);
            (stretch, told)
        })
        .await?;
        let last = start + scans * step - 1;
        scan.scanned = stretch.texts[last].arrival;
        scan.since += scans * step;
        let (updates, found) = self.updates(&stretch, told, known, scan, for_terms.threshold()).await?;
        self.store.record_emerging(&updates, scan).await?;
        Ok(Some((scans, found)))
    }

    async fn texts_of(
        &self,
        arrivals: &[Arrival],
    ) -> Result<HashMap<ComplaintId, GroupingText>, PipelineError> {
        let ids: Vec<ComplaintId> = arrivals.iter().map(|arrival| arrival.id).collect();
        Ok(self.store.grouping_texts(&ids).await?.into_iter().map(|text| (text.id, text)).collect())
    }
}

/// What the scans after each step of the stretch beyond `start` tell.
fn scanned(
    scanner: &Scanner,
    stretch: &Stretch,
    mut is_known: Vec<bool>,
    start: usize,
    step: usize,
    recent: usize,
) -> Vec<Told> {
    let placed = scanner.place(&stretch.words(0..stretch.texts.len()));
    let mut told = Vec::new();
    for end in (start + step..=placed.len()).step_by(step) {
        let from = end.saturating_sub(recent);
        for group in scanner.scan(&placed[from..end], &mut is_known[from..end]) {
            let members = group.members.iter().map(|member| from + member).collect();
            told.push(Told { group, members, at: end - 1 });
        }
    }
    told
}
