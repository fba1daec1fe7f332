//! People in the loop: which complaint to look at next, what the model proposes for it and why, and what
//! people's answers say about each other.

use std::collections::HashMap;

use crate::domain::counts::Dimension;
use crate::domain::id::ComplaintId;
use crate::domain::label::Axis;
use crate::domain::review::{Queue, last_of_each, usefulness};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::time::Day;
use crate::learn::classifier::Classifier;
pub use crate::stats::kappa::Kappa;
use crate::stats::kappa::cohen_kappa;
use crate::store::complaints::ComplaintRecord;
use crate::store::judgements::Doubt;

use super::{Pipeline, PipelineError, compute};

/// Doubts that are ranked: the newest. Older ones come up again as these are judged.
const RANKED: usize = 2_000;
/// Days whose complaints make the burden of an answer.
const BURDEN_DAYS: i32 = 56;
/// Answers proposed.
const PROPOSALS: usize = 3;
/// Words named for a proposal.
const WORDS: usize = 4;

/// A complaint to judge.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    /// The complaint, redacted.
    pub record: ComplaintRecord,
    /// What the model proposes, most probable first; empty when no model knows the axis.
    pub proposals: Vec<Proposal>,
}

/// One answer of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// An id of the taxonomy.
    pub value: String,
    /// Calibrated probability, 0 to 1.
    pub probability: f32,
    /// Words of the text that speak for it, as written, strongest first.
    pub words: Vec<String>,
}

impl Pipeline {
    /// The next complaints of a queue for `reviewer`, best first, at most `limit`.
    pub async fn review_queue(
        &self,
        axis: Axis,
        queue: Queue,
        reviewer: &str,
        limit: usize,
    ) -> Result<Vec<ReviewItem>, PipelineError> {
        let ids = self.review_order(axis, queue, reviewer, limit).await?;
        self.review_items(axis, &ids).await
    }

    /// These complaints with proposals, in the order of `ids`; unknown ids are left out.
    pub async fn review_items(
        &self,
        axis: Axis,
        ids: &[ComplaintId],
    ) -> Result<Vec<ReviewItem>, PipelineError> {
        let records = self.complaints(ids).await?;
        let (models, taxonomy) = (self.models(), self.taxonomy());
        compute(move || {
            let classifier = models.classifiers().find(|(known, _)| *known == axis);
            records
                .into_iter()
                .map(|record| {
                    let proposals = match classifier {
                        Some((_, model)) if record.prepared => {
                            proposals(&model.classifier, &taxonomy, axis, &record)
                        }
                        _ => Vec::new(),
                    };
                    ReviewItem { record, proposals }
                })
                .collect()
        })
        .await
    }

    /// Ids of the next complaints of a queue, best first.
    pub async fn review_order(
        &self,
        axis: Axis,
        queue: Queue,
        reviewer: &str,
        limit: usize,
    ) -> Result<Vec<ComplaintId>, PipelineError> {
        match queue {
            Queue::Unsure => {
                let mut doubts = self.store.doubts(axis, RANKED).await?;
                let burden = self.burden(axis).await?;
                let most = burden.values().copied().max().unwrap_or(0).max(1) as f64;
                let useful = |doubt: &Doubt| {
                    let share = *burden.get(&doubt.value).unwrap_or(&0) as f64 / most;
                    usefulness(doubt.probability, share, doubt.similarity)
                };
                doubts.sort_by(|a, b| {
                    useful(b).total_cmp(&useful(a)).then_with(|| b.complaint.cmp(&a.complaint))
                });
                Ok(doubts.into_iter().take(limit).map(|doubt| doubt.complaint).collect())
            }
            Queue::Second => Ok(self.store.for_second_opinion(axis, reviewer, limit).await?),
            Queue::Disputed => Ok(self.store.disputed(axis, limit).await?),
        }
    }

    /// How far the first two reviewers of each complaint agree on an axis. Judgements that settle a
    /// dispute are left out: they were not given blind.
    pub async fn agreement(&self, axis: Axis) -> Result<Option<Kappa>, PipelineError> {
        let judged = self.store.judgements_of_axis(axis).await?;
        let mut pairs = Vec::new();
        for said in judged.chunk_by(|a, b| a.judgement.complaint == b.judgement.complaint) {
            if let [first, second, ..] = last_of_each(said)[..] {
                pairs.push((first.value.as_str(), second.value.as_str()));
            }
        }
        Ok(cohen_kappa(&pairs))
    }

    /// Complaints of each answer in the last weeks of the history.
    async fn burden(&self, axis: Axis) -> Result<HashMap<String, i64>, PipelineError> {
        let Some((_, last)) = self.store.span_of_days().await? else { return Ok(HashMap::new()) };
        let counts =
            self.store.counts_of_dimension(Dimension::from(axis), Day(last.0 - BURDEN_DAYS), last).await?;
        let mut burden: HashMap<String, i64> = HashMap::new();
        for count in counts {
            *burden.entry(count.key).or_default() += count.complaints;
        }
        Ok(burden)
    }
}

fn proposals(
    classifier: &Classifier,
    taxonomy: &Taxonomy,
    axis: Axis,
    record: &ComplaintRecord,
) -> Vec<Proposal> {
    let complaint = &record.complaint;
    let subject = complaint.facts.as_subject_line();
    let text = complaint.text.as_deref().filter(|text| !text.trim().is_empty()).unwrap_or(&subject);
    let words = |label: &str| {
        let explained = classifier.explain(text, complaint.language, label, WORDS);
        explained.into_iter().map(|reason| reason.word).collect()
    };
    let mut proposals: Vec<Proposal> = Vec::new();
    for (label, probability) in classifier.ranked(text, complaint.language, PROPOSALS) {
        let value = taxonomy.present(axis, label);
        match proposals.iter_mut().find(|known| known.value == value) {
            // Two answers the model knows apart are one by now.
            Some(known) => known.probability += probability,
            None => proposals.push(Proposal { value: value.to_owned(), probability, words: words(label) }),
        }
    }
    proposals
}
