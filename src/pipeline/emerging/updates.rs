//! What scans told becomes failures to keep: new ones, and known ones that grew.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::look::Told;
use super::stretch::Stretch;
use super::{Pipeline, PipelineError, THREADS, compute, most_of};
use crate::domain::emerging::{Emerging, EmergingEvidence, EmergingState};
use crate::domain::id::{ComplaintId, EmergingId};
use crate::domain::language::Language;
use crate::domain::time::Timestamp;
use crate::pipeline::discover::name_of;
use crate::store::analysis::GroupingText;
use crate::store::emerging::{EmergingScan, EmergingUpdate};

impl Pipeline {
    /// What the scans told, as failures to keep: new ones, and known ones that grew; with how many are new.
    pub(super) async fn updates(
        &self,
        stretch: &Stretch,
        told: Vec<Told>,
        mut known: HashMap<ComplaintId, EmergingId>,
        scan: &EmergingScan,
        threshold: f64,
    ) -> Result<(Vec<EmergingUpdate>, usize), PipelineError> {
        let mut standing: BTreeMap<EmergingId, Emerging> =
            self.store.emerging().await?.into_iter().map(|group| (group.id, group)).collect();
        let mut added: BTreeMap<EmergingId, Vec<ComplaintId>> = BTreeMap::new();
        let mut found = 0;
        for Told { group, members, at } in told {
            let ids: Vec<ComplaintId> =
                members.iter().map(|&member| stretch.texts[member].arrival.id).collect();
            let before = most_of(ids.iter().filter_map(|id| known.get(id).copied()));
            let id = match before.filter(|_| group.goes_on) {
                Some(id) => id,
                None => {
                    found += 1;
                    let id = self.store.new_emerging_id();
                    let evidence = EmergingEvidence {
                        recent: scan.recent,
                        neighbours: group.neighbours,
                        recent_neighbours: group.recent_neighbours,
                        expected: group.expected,
                        score: group.score,
                        threshold,
                        ..EmergingEvidence::default()
                    };
                    let noticed_at = stretch.texts[at].arrival.at;
                    standing.insert(
                        id,
                        Emerging {
                            id,
                            title: String::new(),
                            evidence,
                            state: EmergingState::Open,
                            cluster: None,
                            decision: None,
                            noticed_at,
                            first_at: noticed_at,
                            last_at: noticed_at,
                            members: Vec::new(),
                        },
                    );
                    id
                }
            };
            for member in ids {
                known.entry(member).or_insert_with(|| {
                    added.entry(id).or_default().push(member);
                    id
                });
            }
        }
        for (arrival, original) in stretch.repeats.iter().filter(|(arrival, _)| *arrival <= scan.scanned) {
            if let Some(&id) = known.get(&stretch.texts[*original].arrival.id)
                && !standing.get(&id).is_some_and(|group| group.members.contains(&arrival.id))
            {
                added.entry(id).or_default().push(arrival.id);
            }
        }
        let at: HashMap<ComplaintId, Timestamp> = stretch
            .texts
            .iter()
            .map(|read| read.arrival)
            .chain(stretch.repeats.iter().map(|(arrival, _)| *arrival))
            .map(|arrival| (arrival.id, arrival.at))
            .collect();
        let mut updates = Vec::new();
        for (id, added) in added {
            let Some(group) = standing.remove(&id) else { continue };
            let times = added.iter().filter_map(|id| at.get(id).copied());
            let (first_at, last_at) = times
                .fold((group.first_at, group.last_at), |(first, last), at| (first.min(at), last.max(at)));
            let mut members = group.members.clone();
            members.extend(&added);
            let (title, evidence) = self.told_of(&members, stretch, group.evidence).await?;
            updates.push(EmergingUpdate {
                id,
                title,
                evidence,
                // One that had stopped and goes on is looked at again.
                state: if group.state == EmergingState::Faded { EmergingState::Open } else { group.state },
                cluster: group.cluster,
                noticed_at: group.noticed_at,
                first_at,
                last_at,
                place: group.members.len(),
                added,
            });
        }
        Ok((updates, found))
    }

    /// Title, terms and where it would stand, from its complaints beside the other recent ones.
    async fn told_of(
        &self,
        members: &[ComplaintId],
        stretch: &Stretch,
        evidence: EmergingEvidence,
    ) -> Result<(String, EmergingEvidence), PipelineError> {
        let own: HashSet<ComplaintId> = members.iter().copied().collect();
        let texts = self.store.grouping_texts(members).await?;
        let others: Vec<GroupingText> = stretch
            .texts
            .iter()
            .filter(|read| !own.contains(&read.arrival.id))
            .map(|read| read.text.clone())
            .collect();
        let (taxonomy, models) = (self.taxonomy(), self.models());
        compute(move || {
            let (title, terms) = name_of(&texts, &others, &taxonomy);
            let words: Vec<(&str, Language)> =
                texts.iter().map(|text| (text.text.as_str(), text.language)).collect();
            let nearest = models.groups().and_then(|groups| groups.nearest_to(&words, THREADS));
            let prevails = |value: fn(&GroupingText) -> Option<&String>| {
                let most = most_of(texts.iter().filter_map(value))?;
                let count = texts.iter().filter(|text| value(text) == Some(most)).count();
                (2 * count >= texts.len()).then(|| most.clone())
            };
            let product_area = prevails(|text| text.product_area.as_ref());
            let failure_type = prevails(|text| text.failure_type.as_ref());
            (title, EmergingEvidence { terms, nearest, product_area, failure_type, ..evidence })
        })
        .await
    }
}
