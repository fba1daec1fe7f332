//! Fourth step: recurring failures among complaints that belong to no cluster yet. Clusters that stand
//! keep their identity and their members; a discovery only adds to them.
//!
//! Sudden failures come first, whatever the classifiers made of their complaints: texts that are alike and
//! came together in time. A failure nobody has named yet has no label to be sought under. The others are
//! sought within each failure of each product area.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::label::{Axis, NO_FAILURE};
use crate::domain::language::Language;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::time::Day;
use crate::learn::LearnError;
use crate::learn::assign::{GroupModel, GroupTexts};
use crate::learn::constraints::Links;
use crate::learn::discovery::{
    Discovery, DiscoveryDoc, DiscoveryParams, FoundGroup, Grouping, ValidDiscoveryParams, discover_by,
};
use crate::learn::identity::cluster_id;
use crate::learn::lineage::jaccard;
use crate::learn::naming::told_apart;
use crate::learn::word_vectors::WordVectors;
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
/// Complaints of one failure of one product area that are worth dividing, and that make a group.
const MIN_OF_FAILURE: usize = 20;
pub(super) const MIN_OF_GROUP: u32 = 8;
/// Two groups that share so much of their complaints (Jaccard) are the same one.
pub(super) const SAME_GROUP: f64 = 0.5;
/// How finely one failure of one product area is divided: its complaints are alike already.
const RESOLUTION: f64 = 0.6;
/// How finely all complaints are divided in search of sudden failures: into a few hundred groups.
const SUDDEN_RESOLUTION: f64 = 30.0;
/// A group is sudden when so much of it came within so many days, and so many times the share of all
/// complaints that came in those days.
const SUDDEN_DAYS: i32 = 91;
const SUDDEN_SHARE: f64 = 0.6;
const SUDDEN_LIFT: f64 = 2.5;
/// Complaints a sudden failure has at least: among hundreds of groups a few small ones are close together
/// by chance.
const MIN_OF_SUDDEN: usize = 12;
/// Share of its members that must tell of a failure for the group to be named by it.
const NAMING_SHARE: f64 = 0.5;
/// Terms in a group's title.
const TITLE_TERMS: usize = 3;
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

/// How and where a discovery works.
pub(super) struct Seeking {
    params: ValidDiscoveryParams,
    sudden: ValidDiscoveryParams,
    threads: usize,
    folder: PathBuf,
    taxonomy: Arc<Taxonomy>,
    links: Links,
    vectors: Option<Arc<WordVectors>>,
    /// Groups that people said are no failure.
    refused: Vec<BTreeSet<ComplaintId>>,
    /// Ids there are already.
    taken: HashSet<ClusterId>,
}

impl Seeking {
    /// Ways to divide; ids and refusals are those a founding needs.
    pub(super) fn new(
        pipeline: &Pipeline,
        links: Links,
        refused: Vec<BTreeSet<ComplaintId>>,
        threads: usize,
    ) -> Result<Self, LearnError> {
        let dividing = |resolution| {
            let grouping = Grouping::Communities { resolution };
            let default = DiscoveryParams::default();
            DiscoveryParams { grouping, min_size: MIN_OF_GROUP, threads, ..default }.check()
        };
        Ok(Self {
            params: dividing(RESOLUTION)?,
            sudden: dividing(SUDDEN_RESOLUTION)?,
            threads,
            folder: groups_dir(&pipeline.models_dir),
            taxonomy: pipeline.taxonomy(),
            links,
            vectors: pipeline.vectors.clone(),
            refused,
            taken: HashSet::new(),
        })
    }
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
        let lost = self.lost_groups().await?;
        let taken = self.store.all_clusters().await?.into_iter().map(|cluster| cluster.id).collect();
        let refused = self.store.refused_groups().await?;
        let seeking = Seeking { taken, ..Seeking::new(self, self.links().await?, refused, THREADS)? };
        let models = self.models();
        let found = compute(move || find(&texts, models.groups(), &lost, &seeking)).await??;
        let Some(found) = found else { return Ok(Discovered::default()) };
        let discovered = Discovered { founded: found.clusters.len(), joined: found.members.len() };
        self.store.found_clusters(&found.clusters, &found.members, complaints).await?;
        self.follow_links().await?;
        self.store.refresh_main_labels().await?;
        self.use_models(self.models().with_groups(found.groups));
        tracing::info!(founded = discovered.founded, joined = discovered.joined, "clusters sought");
        Ok(discovered)
    }

    /// Where word vectors are set and no model lies in their space, the standing groups are placed in it by their
    /// members, so that what comes in next finds them.
    pub(super) async fn place_groups_by_vectors(&self) -> Result<(), PipelineError> {
        let Some(vectors) = self.vectors.clone().filter(|_| self.models().groups().is_none()) else {
            return Ok(());
        };
        let lost = self.lost_groups().await?;
        if lost.is_empty() {
            return Ok(());
        }
        let folder = groups_dir(&self.models_dir);
        let placed = lost.len();
        let groups = compute(move || -> Result<_, LearnError> {
            let words: Vec<(ClusterId, Vec<(&str, Language)>)> =
                lost.iter().map(|(id, texts)| (*id, texts.iter().map(words).collect())).collect();
            let groups: Vec<GroupTexts<'_>> =
                words.iter().map(|(id, texts)| GroupTexts { id: *id, texts }).collect();
            let all: Vec<(&str, Language)> = words.iter().flat_map(|(_, texts)| texts).copied().collect();
            let model = GroupModel::empty(&vectors, &all, THREADS).extend(&groups, THREADS);
            model.save(&folder)?;
            Ok(model)
        })
        .await??;
        tracing::info!(groups = placed, "groups placed in the space of the word vectors that are set");
        self.use_models(self.models().with_groups(groups));
        Ok(())
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

/// `None` when the texts have too few different words to be compared by.
fn find(
    texts: &[GroupingText],
    standing: Option<&GroupModel>,
    lost: &[(ClusterId, Vec<GroupingText>)],
    seeking: &Seeking,
) -> Result<Option<Found>, LearnError> {
    let Some((mut groups, all)) = divide(texts, seeking)? else { return Ok(None) };
    groups.retain(|group| {
        let members: BTreeSet<ComplaintId> = group.members.iter().map(|&member| texts[member].id).collect();
        !seeking.refused.iter().any(|refused| jaccard(&members, refused) >= SAME_GROUP)
    });
    let latest = texts.iter().map(|text| text.day).max().unwrap_or(Day(0));
    let id_of = |group: &FoundGroup| {
        let founded_by = group.members.iter().map(|&member| (texts[member].day, texts[member].text.as_str()));
        cluster_id(founded_by, latest, &seeking.taken)
    };
    let groups: Vec<(ClusterId, FoundGroup)> =
        groups.into_iter().map(|group| (id_of(&group), group)).collect();
    // The first discovery's space becomes the model's; later groups are placed in it, so that the standing
    // ones never move.
    let base = standing.cloned().unwrap_or_else(|| GroupModel::of(&all, &[]));
    let mut added: Vec<(ClusterId, Vec<(&str, Language)>)> =
        lost.iter().map(|(id, texts)| (*id, texts.iter().map(words).collect())).collect();
    added.extend(
        groups
            .iter()
            .map(|(id, group)| (*id, group.members.iter().map(|&member| words(&texts[member])).collect())),
    );
    let more: Vec<GroupTexts<'_>> = added.iter().map(|(id, texts)| GroupTexts { id: *id, texts }).collect();
    let model = base.extend(&more, seeking.threads);
    // The model is on disk before its clusters are founded: what a crash leaves is a model with groups
    // nobody knows, and loading leaves those out.
    model.save(&seeking.folder)?;
    let clusters = groups
        .iter()
        .map(|(id, group)| NewCluster {
            id: *id,
            title: titled(&group.members, &group.terms, group.title.clone(), texts, &seeking.taxonomy),
            terms: group.terms.clone(),
        })
        .collect();
    Ok(Some(Found { clusters, members: members(texts, &groups, &model, seeking.threads), groups: model }))
}

/// Divides texts into recurring failures that obey what people decided; with them the division of all
/// texts in whose space they lie. `None` when the texts have too few different words to be compared by.
pub(super) fn divide(
    texts: &[GroupingText],
    seeking: &Seeking,
) -> Result<Option<(Vec<FoundGroup>, Discovery)>, LearnError> {
    let vectors = seeking.vectors.as_ref();
    let mut all = match discover_by(vectors, &docs(texts.iter()), &seeking.sudden, SEED) {
        Ok(all) => all,
        Err(LearnError::NoFeatures { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut groups = std::mem::take(&mut all.groups);
    groups.retain(|group| is_sudden(group, texts) && prevailing_failure(group, texts) != Some(NO_FAILURE));
    let mut taken = vec![false; texts.len()];
    groups.iter().flat_map(|group| &group.members).for_each(|&member| taken[member] = true);
    for members in by_failure(texts, &taken).values().filter(|members| members.len() >= MIN_OF_FAILURE) {
        let own = docs(members.iter().map(|&member| &texts[member]));
        let found = match discover_by(vectors, &own, &seeking.params, SEED) {
            Ok(found) => found,
            // Too few different words in this area to compare anything by.
            Err(LearnError::NoFeatures { .. }) => continue,
            Err(error) => return Err(error),
        };
        groups.extend(found.groups.into_iter().map(|mut group| {
            // From positions among the area's complaints to positions among all.
            group.members.iter_mut().chain(&mut group.central).for_each(|member| *member = members[*member]);
            group
        }));
    }
    obey(&seeking.links, texts, &mut groups);
    Ok(Some((groups, all)))
}

/// Moves members between groups until what people decided holds; groups that become too small are none.
fn obey(links: &Links, texts: &[GroupingText], groups: &mut Vec<FoundGroup>) {
    if links.is_empty() {
        return;
    }
    let ids: Vec<ComplaintId> = texts.iter().map(|text| text.id).collect();
    let mut placed = vec![None; texts.len()];
    for (number, group) in groups.iter_mut().enumerate() {
        group.members.drain(..).for_each(|member| placed[member] = Some(number));
    }
    links.obey(&ids, &mut placed);
    for (member, group) in placed.iter().enumerate() {
        if let Some(group) = group {
            groups[*group].members.push(member);
        }
    }
    groups.retain(|group| group.members.len() >= MIN_OF_GROUP as usize);
}

/// Whether the group's complaints came together in time, and not because all complaints did.
fn is_sudden(group: &FoundGroup, texts: &[GroupingText]) -> bool {
    if group.members.len() < MIN_OF_SUDDEN {
        return false;
    }
    let mut days: Vec<i32> = group.members.iter().map(|&member| texts[member].day.0).collect();
    days.sort_unstable();
    let densest = (0..days.len())
        .map(|start| (days.partition_point(|day| *day < days[start] + SUDDEN_DAYS) - start, days[start]))
        .max_by_key(|&(count, first)| (count, std::cmp::Reverse(first)));
    let Some((count, first)) = densest else { return false };
    let within = texts.iter().filter(|text| (first..first + SUDDEN_DAYS).contains(&text.day.0)).count();
    let share = count as f64 / days.len() as f64;
    share >= SUDDEN_SHARE && share >= SUDDEN_LIFT * within as f64 / texts.len() as f64
}

/// The failure at least half the group's members tell of.
fn prevailing_failure<'a>(group: &FoundGroup, texts: &'a [GroupingText]) -> Option<&'a str> {
    failure_of(&group.members, texts)
}

fn failure_of<'a>(members: &[usize], texts: &'a [GroupingText]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for failure in members.iter().filter_map(|&member| texts[member].failure_type.as_deref()) {
        *counts.entry(failure).or_default() += 1;
    }
    let enough = NAMING_SHARE * members.len() as f64;
    counts.into_iter().find(|(_, count)| *count as f64 >= enough).map(|(failure, _)| failure)
}

/// Positions of the complaints of each failure of each product area, without those `taken`. Seeking within
/// them keeps a rare failure from drowning in a frequent one, and lets a group be named by what goes wrong.
/// Complaints that tell of no failure (petitions, compliments) are in no such group.
fn by_failure<'a>(
    texts: &'a [GroupingText],
    taken: &[bool],
) -> BTreeMap<(Option<&'a str>, Option<&'a str>), Vec<usize>> {
    let mut failures: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, text) in texts.iter().enumerate() {
        let failure = text.failure_type.as_deref();
        if failure != Some(NO_FAILURE) && !taken[position] {
            failures.entry((text.product_area.as_deref(), failure)).or_default().push(position);
        }
    }
    failures
}

fn docs<'a>(texts: impl Iterator<Item = &'a GroupingText>) -> Vec<DiscoveryDoc<'a>> {
    texts.map(|text| DiscoveryDoc { text: &text.text, language: text.language, copies: 1 }).collect()
}

fn words(text: &GroupingText) -> (&str, Language) {
    (&text.text, text.language)
}

/// A title for complaints that a person set apart, and their terms.
pub(super) fn name_of(
    members: &[GroupingText],
    others: &[GroupingText],
    taxonomy: &Taxonomy,
) -> (String, Vec<String>) {
    let texts: Vec<(&str, Language)> = members.iter().map(words).collect();
    let others: Vec<(&str, Language)> = others.iter().map(words).collect();
    let (title, terms) = told_apart(&texts, &others);
    (titled(&(0..members.len()).collect::<Vec<_>>(), &terms, title, members, taxonomy), terms)
}

/// The failure the members tell of, in their language, and the words that set the group apart: "Cobro
/// indebido: roaming, factura, viaje".
pub(super) fn titled(
    members: &[usize],
    terms: &[String],
    without_failure: String,
    texts: &[GroupingText],
    taxonomy: &Taxonomy,
) -> String {
    let Some(failure) =
        failure_of(members, texts).and_then(|failure| taxonomy.term(Axis::FailureType, failure))
    else {
        return without_failure;
    };
    let spanish = members.iter().filter(|&&member| texts[member].language == Language::Spanish).count();
    let name = if 2 * spanish >= members.len() { &failure.es } else { &failure.en };
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let terms = terms.iter().take(TITLE_TERMS).map(String::as_str).collect::<Vec<_>>().join(", ");
    let name = format!("{first}{}", letters.as_str());
    if terms.is_empty() { name } else { format!("{name}: {terms}") }
}

/// Every member of every new group, with its closeness to the group as the model sees it.
fn members(
    texts: &[GroupingText],
    groups: &[(ClusterId, FoundGroup)],
    model: &GroupModel,
    threads: usize,
) -> Vec<Assignment> {
    let pairs: Vec<(ClusterId, usize)> =
        groups.iter().flat_map(|(id, group)| group.members.iter().map(|&member| (*id, member))).collect();
    let words: Vec<(&str, Language)> =
        pairs.iter().map(|(_, member)| (texts[*member].text.as_str(), texts[*member].language)).collect();
    pairs
        .iter()
        .zip(model.assign_many(&words, threads))
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
