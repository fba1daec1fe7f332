//! People set clusters right: a planned change is kept as a decision and taught to the groups' model, so
//! that complaints that come in later follow it. It can be undone.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::domain::id::{ClusterId, ComplaintId, DecisionId};
use crate::domain::label::Origin;
use crate::domain::language::Language;
use crate::learn::assign::{GroupModel, GroupTexts};
use crate::learn::constraints::Links;
use crate::store::analysis::GroupingText;
use crate::store::cluster_decisions::{Restorable, Undoing, Undone};

use super::models::groups_dir;
use super::plan::{By, Change, Drafted, Plan, Refusal, standing};
use super::{Pipeline, PipelineError, THREADS, compute};

/// Members a cluster is placed by in the model.
const TEXTS_PER_GROUP: usize = 200;

impl Pipeline {
    /// Makes a change and keeps it as a decision.
    pub async fn decide(
        &self,
        change: &Change,
        by: &By,
    ) -> Result<Result<(DecisionId, Plan), Refusal>, PipelineError> {
        let _one_at_a_time = self.discovering.lock().await;
        let Drafted { plan, decision } = match self.draft(change, by).await? {
            Ok(drafted) => drafted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(id) = self.store.decide(&decision).await? else {
            // Another process ended it meanwhile.
            return Ok(Err(plan.ends.map_or(Refusal::Nothing, Refusal::Ended)));
        };
        let merged = match change {
            Change::Merge { from, into } => Some((*from, *into)),
            _ => None,
        };
        self.teach(plan.clusters(), merged).await?;
        tracing::info!(decision.id = %id, kind = plan.kind.name(), "decided about clusters");
        Ok(Ok((id, plan)))
    }

    /// Undoes a decision; `None` when there is no such decision or it was undone already.
    pub async fn undo(
        &self,
        decision: DecisionId,
        person: Option<&str>,
    ) -> Result<Option<Undone>, PipelineError> {
        let _one_at_a_time = self.discovering.lock().await;
        let Some(undoing) = self.store.undoing(decision).await? else { return Ok(None) };
        let moves = self.restoring(decision, &undoing).await?;
        let undone = self.store.undo_decision(decision, person, &undoing, &moves).await?;
        if let Some(undone) = &undone {
            self.teach(undone.clusters.iter().copied().collect(), None).await?;
            tracing::info!(decision.id = %decision, "a decision about clusters was undone");
        }
        Ok(undone)
    }

    /// Where complaints go when a decision is undone: back, unless another decision that still holds, or
    /// holds again, says otherwise.
    async fn restoring(
        &self,
        decision: DecisionId,
        undoing: &Undoing,
    ) -> Result<Vec<Restorable>, PipelineError> {
        let ended = self.store.ended_clusters(&undoing.revived).await?;
        let links = Links::new(&standing(self.store.links(Some(decision)).await?, &ended));
        let now: BTreeMap<ComplaintId, Option<ClusterId>> =
            self.store.linked_members().await?.into_iter().map(|(id, home)| (id, Some(home))).collect();
        let stands =
            |home: Option<ClusterId>| home.and_then(|home| ended.get(&home).copied().unwrap_or(Some(home)));
        let mut planned = now.clone();
        for back in &undoing.restorable {
            planned.insert(back.complaint, stands(back.home));
        }
        let firm = now.keys().copied().collect::<BTreeSet<_>>();
        let restored = undoing.restorable.iter().map(|back| back.complaint).collect::<BTreeSet<_>>();
        links.repair(&mut planned, &firm.difference(&restored).copied().collect());
        let mut moves = Vec::new();
        for back in &undoing.restorable {
            let home = planned.remove(&back.complaint).flatten();
            let similarity = back.similarity.filter(|_| home == back.home);
            moves.push(Restorable { home, similarity, ..back.clone() });
        }
        // What is left of the plan are complaints that follow what is brought back.
        let follows = planned.into_iter().filter(|(complaint, home)| now.get(complaint) != Some(home));
        moves.extend(follows.map(|(complaint, home)| Restorable {
            complaint,
            home,
            similarity: None,
            origin: Origin::Person,
        }));
        Ok(moves)
    }

    /// Brings the groups' model in line with clusters whose members changed. A merged cluster keeps the
    /// place it was known by under the id it went into.
    pub(super) async fn teach(
        &self,
        touched: BTreeSet<ClusterId>,
        merged: Option<(ClusterId, ClusterId)>,
    ) -> Result<(), PipelineError> {
        self.store.refresh_main_labels().await?;
        let models = self.models();
        let Some(groups) = models.groups() else { return Ok(()) };
        let model = match merged {
            Some((from, into)) => groups.merged(from, into),
            None => {
                let standing: HashSet<ClusterId> =
                    self.store.clusters().await?.into_iter().map(|cluster| cluster.id).collect();
                let mut texts = Vec::new();
                for cluster in touched {
                    let is_there = standing.contains(&cluster);
                    let members = if is_there {
                        self.store.member_texts(cluster, TEXTS_PER_GROUP).await?
                    } else {
                        Vec::new()
                    };
                    texts.push((cluster, members));
                }
                let groups = groups.clone();
                compute(move || placed_anew(groups, &texts)).await?
            }
        };
        let folder = groups_dir(&self.models_dir);
        let model = compute(move || model.save(&folder).map(|_| model)).await??;
        self.use_models(self.models().with_groups(model));
        Ok(())
    }
}

impl Plan {
    /// The clusters it changes.
    fn clusters(&self) -> BTreeSet<ClusterId> {
        let moved = self.flows.iter().flat_map(|flow| [flow.from, flow.to]).flatten();
        moved.chain(self.ends).collect()
    }
}

/// The model with these clusters placed by their present members; those without any are left out.
fn placed_anew(model: GroupModel, clusters: &[(ClusterId, Vec<GroupingText>)]) -> GroupModel {
    let words: Vec<(ClusterId, Vec<(&str, Language)>)> = clusters
        .iter()
        .map(|(id, texts)| (*id, texts.iter().map(|text| (text.text.as_str(), text.language)).collect()))
        .collect();
    let (gone, there): (Vec<_>, Vec<_>) = words.iter().partition(|(_, texts)| texts.is_empty());
    let rest = gone.iter().fold(model, |model, (id, _)| model.without(*id));
    let placed: Vec<GroupTexts<'_>> = there.iter().map(|(id, texts)| GroupTexts { id: *id, texts }).collect();
    rest.extend(&placed, THREADS)
}
