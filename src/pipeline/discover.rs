//! Fourth step: recurring failures among complaints that belong to no cluster yet. Clusters that stand
//! keep their identity and their members; a discovery only adds to them.

use std::collections::HashSet;
use std::path::Path;

use crate::domain::id::ClusterId;
use crate::domain::language::Language;
use crate::learn::LearnError;
use crate::learn::assign::{GroupModel, GroupTexts};
use crate::learn::discovery::{DiscoveryDoc, DiscoveryParams, FoundGroup, Grouping, ValidDiscoveryParams, discover};
use crate::store::analysis::{Assignment, GroupingText};
use crate::store::checkpoints::Checkpoint;
use crate::store::clusters::NewCluster;

use super::models::groups_dir;
use super::{Pipeline, PipelineError, THREADS, compute};

/// With fewer ungrouped complaints nothing can be said to recur.
const MIN_COMPLAINTS: usize = 40;
/// Clusters are sought again when the complaints have grown by this share since the last time.
const DUE_AFTER_GROWTH: f64 = 0.1;
/// Members a lost group is placed by again.
const TEXTS_PER_GROUP: usize = 200;
/// How fine the clusters are. 2 agreed better than 1 with the labels of the two public sets it was tried on.
const RESOLUTION: f64 = 2.0;
/// The same data and seed give the same clusters.
const SEED: u64 = 1;

/// What a discovery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Clusters founded.
    pub founded: usize,
    /// Complaints that joined them.
    pub joined: usize,
}

/// What a discovery computed and the store is about to hear of.
struct Found {
    clusters: Vec<NewCluster>,
    members: Vec<Assignment>,
    groups: GroupModel,
}

impl Pipeline {
    /// Seeks clusters when enough complaints have come in since the last time.
    pub async fn discover(&self) -> Result<Discovered, PipelineError> {
        let _one_at_a_time = self.discovering.lock().await;
        let complaints = self.store.complaint_total().await?;
        let last = self.store.checkpoint(Checkpoint::DiscoveredComplaints).await?;
        if !is_due(complaints, last) {
            return Ok(Discovered::default());
        }
        let texts = self.store.ungrouped().await?;
        if texts.len() < MIN_COMPLAINTS {
            return Ok(Discovered::default());
        }
        let grouping = Grouping::Communities { resolution: RESOLUTION };
        let params = DiscoveryParams { grouping, threads: THREADS, ..DiscoveryParams::default() }.check()?;
        let lost = self.lost_groups().await?;
        let (models, folder, store) = (self.models(), groups_dir(&self.models_dir), self.store.clone());
        let found = compute(move || {
            let new_id = || store.new_cluster_id();
            find(&texts, models.groups(), &lost, &params, new_id, &folder)
        })
        .await??;
        let discovered = Discovered { founded: found.clusters.len(), joined: found.members.len() };
        self.store.found_clusters(&found.clusters, &found.members, complaints).await?;
        self.store.refresh_main_labels().await?;
        self.use_models(self.models().with_groups(found.groups));
        tracing::info!(founded = discovered.founded, joined = discovered.joined, "clusters sought");
        Ok(discovered)
    }

    /// Clusters the store knows and the model does not, with texts to place them by: their model was
    /// lost, or made by another version.
    async fn lost_groups(&self) -> Result<Vec<(ClusterId, Vec<GroupingText>)>, PipelineError> {
        let models = self.models();
        let known: HashSet<ClusterId> =
            models.groups().map(|groups| groups.clusters().collect()).unwrap_or_default();
        let mut lost = Vec::new();
        for cluster in self.store.clusters().await? {
            if !known.contains(&cluster.id) {
                lost.push((cluster.id, self.store.member_texts(cluster.id, TEXTS_PER_GROUP).await?));
            }
        }
        Ok(lost)
    }
}

/// Whether clusters should be sought, given how many complaints there are and were the last time.
fn is_due(complaints: i64, last: Option<i64>) -> bool {
    match last {
        None => true,
        Some(last) => {
            (complaints - last) as f64 >= (last as f64 * DUE_AFTER_GROWTH).max(MIN_COMPLAINTS as f64)
        }
    }
}

fn find(
    texts: &[GroupingText],
    standing: Option<&GroupModel>,
    lost: &[(ClusterId, Vec<GroupingText>)],
    params: &ValidDiscoveryParams,
    new_id: impl Fn() -> ClusterId,
    folder: &Path,
) -> Result<Found, LearnError> {
    let docs: Vec<DiscoveryDoc<'_>> = texts
        .iter()
        .map(|text| DiscoveryDoc { text: &text.text, language: text.language, copies: 1 })
        .collect();
    let discovery = discover(&docs, params, SEED)?;
    let ids: Vec<ClusterId> = discovery.groups.iter().map(|_| new_id()).collect();
    // Without a standing model the discovery's own space becomes the model's; otherwise new groups are
    // placed in the space the old ones stand in, so that none of those moves.
    let mut added: Vec<(ClusterId, Vec<(&str, Language)>)> = Vec::new();
    for (id, texts) in lost {
        added.push((*id, texts.iter().map(|text| (text.text.as_str(), text.language)).collect()));
    }
    let base = match standing {
        Some(standing) => {
            for (id, group) in ids.iter().zip(&discovery.groups) {
                let members = group.members.iter();
                added.push((
                    *id,
                    members.map(|&member| (texts[member].text.as_str(), texts[member].language)).collect(),
                ));
            }
            standing.clone()
        }
        None => GroupModel::of(&discovery, &ids),
    };
    let more: Vec<GroupTexts<'_>> = added.iter().map(|(id, texts)| GroupTexts { id: *id, texts }).collect();
    let groups = if more.is_empty() { base } else { base.extend(&more, THREADS) };
    // The model is on disk before its clusters are founded: what a crash leaves is a model with groups
    // nobody knows, and loading leaves those out.
    groups.save(folder)?;

    let clusters = ids
        .iter()
        .zip(&discovery.groups)
        .map(|(id, group)| NewCluster { id: *id, title: group.title.clone(), terms: group.terms.clone() })
        .collect();
    let members = members(texts, &ids, &discovery.groups, &groups);
    Ok(Found { clusters, members, groups })
}

/// Every member of every new group, with its closeness to the group as the model sees it.
fn members(
    texts: &[GroupingText],
    ids: &[ClusterId],
    groups: &[FoundGroup],
    model: &GroupModel,
) -> Vec<Assignment> {
    let pairs: Vec<(ClusterId, usize)> = ids
        .iter()
        .zip(groups)
        .flat_map(|(id, group)| group.members.iter().map(|&member| (*id, member)))
        .collect();
    let words: Vec<(&str, Language)> =
        pairs.iter().map(|(_, member)| (texts[*member].text.as_str(), texts[*member].language)).collect();
    pairs
        .iter()
        .zip(model.assign_many(&words, THREADS))
        .map(|((cluster, member), placed)| Assignment {
            complaint: texts[*member].id,
            day: texts[*member].day,
            cluster: *cluster,
            // A text at the edge may lie closer to another group; it is a member all the same, at the end.
            similarity: placed
                .filter(|placed| placed.cluster == *cluster)
                .map_or(0.0, |placed| placed.similarity),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_sought_first_and_after_growth() {
        for (complaints, last, due) in [
            (10, None, true),
            (1_000, Some(1_000), false),
            (1_039, Some(1_000), false),
            (1_100, Some(1_000), true),
            (41, Some(0), true),
            (30, Some(0), false),
        ] {
            assert_eq!(is_due(complaints, last), due, "{complaints} after {last:?}");
        }
    }
}
