//! How an emerging failure ends: by itself, as a cluster a person makes of it, or dismissed.

use super::{Pipeline, PipelineError};
use crate::domain::emerging::{Emerging, EmergingState, settled_by_itself};
use crate::domain::id::{ClusterId, EmergingId};
use crate::pipeline::plan::{By, Change};
use crate::pipeline::rediscover::Settled;

impl Pipeline {
    /// Lets failures nobody has decided about end by themselves: they have a cluster by now, or stopped.
    pub(super) async fn settle_by_itself(&self) -> Result<(), PipelineError> {
        let Some(newest) = self.store.arrivals_until(None, 1).await?.pop() else { return Ok(()) };
        for group in self.store.emerging().await? {
            if group.state != EmergingState::Open {
                continue;
            }
            let homes = self.store.members_among(&group.members).await?;
            let homes: Vec<Option<ClusterId>> = homes.into_values().collect();
            if let Some((state, cluster)) = settled_by_itself(&homes, group.last_at, newest.at) {
                self.store.settle_emerging(group.id, state, cluster, None).await?;
            }
        }
        Ok(())
    }

    /// Makes an emerging failure a cluster of its complaints that are in none; a decision as any other, that
    /// can be undone.
    pub async fn found_emerging(
        &self,
        id: EmergingId,
        title: Option<String>,
        by: &By,
    ) -> Result<Settled, PipelineError> {
        let Some(group) = self.open_emerging(id).await? else { return Ok(Settled::NotOpen) };
        let homes = self.store.members_among(&group.members).await?;
        let complaints = group.members.iter().copied().filter(|member| homes.get(member) == Some(&None));
        let title = title.filter(|title| !title.is_empty()).unwrap_or(group.title);
        let change = Change::Found { complaints: complaints.collect(), title: Some(title) };
        let (decision, plan) = match self.decide(&change, by).await? {
            Ok(decided) => decided,
            Err(refusal) => return Ok(Settled::Refused(refusal)),
        };
        let cluster = plan.founds.map(|(cluster, _)| cluster);
        self.store.settle_emerging(id, EmergingState::Founded, cluster, Some(decision)).await?;
        Ok(Settled::Done(decision))
    }

    /// Says that an emerging failure is nothing: nothing moves, and no later search tells of it again.
    pub async fn dismiss_emerging(&self, id: EmergingId, by: &By) -> Result<Settled, PipelineError> {
        if self.open_emerging(id).await?.is_none() {
            return Ok(Settled::NotOpen);
        }
        let decision = by.refuses(Vec::new());
        let _one_at_a_time = self.discovering.lock().await;
        let Some(decision) = self.store.decide(&decision).await? else { return Ok(Settled::NotOpen) };
        self.store.settle_emerging(id, EmergingState::Dismissed, None, Some(decision)).await?;
        Ok(Settled::Done(decision))
    }

    /// One that nobody has decided about.
    async fn open_emerging(&self, id: EmergingId) -> Result<Option<Emerging>, PipelineError> {
        let found = self.store.emerging().await?.into_iter().find(|group| group.id == id);
        Ok(found.filter(|group| group.decision.is_none() && group.state != EmergingState::Known))
    }
}
