//! Counts per answer, corrected for what the model gets wrong, from the complaints people reviewed.
//!
//! The reviewed are not drawn by chance: the queue offers what the model doubts. So they are taken to be like
//! the others only within strata: given this answer or another, sure or not. A stratum without enough
//! reviews makes the count unknown, and that is said.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pipeline, PipelineError, THREADS, compute};
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::domain::time::Day;
pub use crate::stats::true_counts::{Estimate, FEWEST_REVIEWED};
use crate::stats::true_counts::{Rates, Stratum, adjusted_count, prediction_powered};

/// Reviewed complaints the correction is made from: the newest.
const REVIEWED: i64 = 5_000;

/// A count, as the model gave it and as it truly may be.
#[derive(Clone, Debug, PartialEq)]
pub struct TrueCount {
    /// Complaints with this label now, by models and by people.
    pub counted: i64,
    /// By the reviewed part of each stratum, or why that cannot be told.
    pub powered: Result<Estimate, NotTold>,
    /// By the model's rates of finding and mistaking; `None` when it cannot be told.
    pub adjusted: Option<Estimate>,
    /// Reviewed complaints it was made from.
    pub reviewed: usize,
}

/// Which complaints would have to be reviewed before a count can be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotTold {
    /// Those the model gave this answer, or those it gave another.
    pub given: bool,
    /// Those it is sure of, or those it is not.
    pub sure: bool,
    /// Reviews there are; [`FEWEST_REVIEWED`] are needed.
    pub reviewed: u32,
}

/// A reviewed complaint: what the model says, whether it is sure, and what is true.
pub(super) struct Reviewed {
    pub(super) given: String,
    pub(super) sure: bool,
    pub(super) truth: String,
}

impl Pipeline {
    /// The corrected count of every answer of an axis between two days, both inclusive, by answer.
    pub async fn true_counts(
        &self,
        axis: Axis,
        first: Day,
        last: Day,
    ) -> Result<BTreeMap<String, TrueCount>, PipelineError> {
        let reviewed = self.reviewed(axis).await?;
        let totals = self.store.label_totals(axis, (first, last)).await?;
        let mut answers: BTreeSet<&str> = totals.iter().map(|total| total.value.as_str()).collect();
        answers.extend(reviewed.iter().map(|one| one.truth.as_str()));
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let corrected = answers.into_iter().map(|answer| {
            let mut strata = [Stratum { unreviewed: 0, reviewed: 0, positive: 0 }; 4];
            let place = |given: &str, sure: bool| usize::from(given == answer) * 2 + usize::from(sure);
            let (mut decided, mut given, mut all) = (0, 0, 0);
            for total in &totals {
                let here = total.value == answer;
                if total.by_person {
                    decided += if here { total.complaints } else { 0 };
                    continue;
                }
                all += total.complaints;
                given += if here { total.complaints } else { 0 };
                let stratum = &mut strata[place(&total.value, !total.unsure)];
                stratum.unreviewed = stratum.unreviewed.saturating_add(count(total.complaints));
            }
            let mut rates = Rates::default();
            for Reviewed { given, sure, truth } in &reviewed {
                let (has, was_given) = (truth == answer, given == answer);
                let stratum = &mut strata[place(given, *sure)];
                stratum.reviewed += 1;
                stratum.positive += u32::from(has);
                *match (has, was_given) {
                    (true, true) => &mut rates.found,
                    (true, false) => &mut rates.missed,
                    (false, true) => &mut rates.mistaken,
                    (false, false) => &mut rates.passed,
                } += 1;
            }
            let with_decided = |estimate: Estimate| Estimate {
                count: estimate.count + decided as f64,
                low: estimate.low + decided as f64,
                high: estimate.high + decided as f64,
            };
            let powered = prediction_powered(&strata).map(with_decided).map_err(|few| NotTold {
                given: few.stratum >= 2,
                sure: few.stratum % 2 == 1,
                reviewed: few.reviewed,
            });
            let adjusted = adjusted_count(count(given), count(all), rates).map(with_decided);
            let counted = given + decided;
            (answer.to_owned(), TrueCount { counted, powered, adjusted, reviewed: reviewed.len() })
        });
        Ok(corrected.collect())
    }

    /// What people reviewed, with what the model in force says of it.
    pub(super) async fn reviewed(&self, axis: Axis) -> Result<Vec<Reviewed>, PipelineError> {
        let judged = self.store.judged_complaints(axis, REVIEWED).await?;
        let (models, taxonomy) = (self.models(), self.taxonomy());
        compute(move || {
            let Some((_, model)) = models.classifiers().find(|(known, _)| *known == axis) else {
                return Vec::new();
            };
            let texts: Vec<(&str, Language)> =
                judged.iter().map(|judged| (judged.text.as_str(), judged.language)).collect();
            let given = model.classifier.predict_many(&texts, THREADS);
            judged
                .iter()
                .zip(given)
                .map(|(judged, given)| Reviewed {
                    given: taxonomy.present(axis, given.label).to_owned(),
                    sure: !given.unsure,
                    truth: taxonomy.present(axis, &judged.value).to_owned(),
                })
                .collect()
        })
        .await
    }
}
