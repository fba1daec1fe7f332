//! Whether a model still fits what comes in: how sure it is of the last weeks beside the half-year before,
//! how many of their words it has never seen, and how often people say it is right.

use serde::Serialize;

use super::{Pipeline, PipelineError, THREADS, compute};
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::domain::time::Day;
use crate::stats::drift::stability_index;
use crate::stats::true_counts::{Stratum, prediction_powered};

/// The days that are looked at: the last four weeks of the history.
const RECENT_DAYS: i32 = 28;
/// The days before that they are compared with.
const BEFORE_DAYS: i32 = 182;
/// Labels on either side that a comparison needs: with ten parts, chance alone gives 200 of them an index of
/// 0.05 or so.
const FEWEST_LABELS: i64 = 200;
/// Texts on either side whose words are looked up.
const TEXTS: i64 = 1_000;
/// The index from which certainties have moved a lot.
const MOVED: f64 = 0.25;
/// The share of unknown words grew by so much, and by half.
const UNSEEN_GREW: f64 = 0.05;
/// The accuracy people see is so much below the card's.
const WORSE: f64 = 0.03;

/// What was seen of one model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// The question it answers.
    pub axis: Axis,
    /// The model.
    pub model: String,
    /// Labels it gave in the last four weeks, and in the half-year before.
    pub labels: (i64, i64),
    /// Population stability index of its certainty; `None` with too few labels on either side.
    pub stability_index: Option<f64>,
    /// Share of unknown words and pairs of words in recent texts, and in those before.
    pub unseen: Option<(f64, f64)>,
    /// Share of right answers with its 95 % interval, weighed from the reviewed to all; `None` with too few
    /// reviews.
    pub accuracy: Option<(f64, f64, f64)>,
    /// Accuracy on held-out texts when it was trained.
    pub card_accuracy: f64,
    /// Reviewed complaints.
    pub reviewed: usize,
    /// What follows.
    pub verdict: Verdict,
}

/// Whether to train anew.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "retrain", content = "because")]
pub enum Verdict {
    /// Yes, because of each of these.
    Yes(Vec<Reason>),
    /// No: nothing that could be seen has changed.
    No,
    /// Nothing could be seen: too few labels and too few reviews.
    CannotTell,
}

/// Why to train anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Its certainty has moved.
    Certainty,
    /// Complaints speak of things it does not know.
    Vocabulary,
    /// People see it err more than when it was trained.
    Accuracy,
}

impl Reason {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certainty => "certainty",
            Self::Vocabulary => "vocabulary",
            Self::Accuracy => "accuracy",
        }
    }
}

impl Pipeline {
    /// What can be seen of the model in force of every axis.
    pub async fn drift(&self) -> Result<Vec<Drift>, PipelineError> {
        let Some((_, last)) = self.store.span_of_days().await? else { return Ok(Vec::new()) };
        let recent = (Day(last.0 - RECENT_DAYS + 1), last);
        let before = (Day(recent.0.0 - BEFORE_DAYS), Day(recent.0.0 - 1));
        let models = self.models();
        let mut all = Vec::new();
        for (axis, model) in models.classifiers() {
            let tenths = self.store.confidence_tenths(axis, &model.name, recent).await?;
            let tenths_before = self.store.confidence_tenths(axis, &model.name, before).await?;
            let labels = (tenths.iter().sum(), tenths_before.iter().sum());
            let enough = labels.0 >= FEWEST_LABELS && labels.1 >= FEWEST_LABELS;
            let stability_index = stability_index(&tenths_before, &tenths).filter(|_| enough);
            let unseen = match enough {
                true => self.unseen(axis, recent).await?.zip(self.unseen(axis, before).await?),
                false => None,
            };
            let (accuracy, reviewed) = self.accuracy_of_all(axis, (before.0, last)).await?;
            let card_accuracy = f64::from(model.card.metrics.accuracy);
            let verdict = verdict(stability_index, unseen, accuracy, card_accuracy);
            all.push(Drift {
                axis,
                model: model.name.clone(),
                labels,
                stability_index,
                unseen,
                accuracy,
                card_accuracy,
                reviewed,
                verdict,
            });
        }
        Ok(all)
    }

    /// The share of unknown words in the newest texts of these days.
    async fn unseen(&self, axis: Axis, days: (Day, Day)) -> Result<Option<f64>, PipelineError> {
        let texts = self.store.labelled_between(axis, days, TEXTS).await?;
        let models = self.models();
        compute(move || {
            let (_, model) = models.classifiers().find(|(known, _)| *known == axis)?;
            let texts: Vec<(&str, Language)> =
                texts.iter().map(|text| (text.text.as_str(), text.language)).collect();
            model.classifier.unseen_share(&texts, THREADS)
        })
        .await
    }

    /// How often the model is right, weighed from the reviewed to all labels of these days; and how many were
    /// reviewed. People review what the model doubts, so the sure and the unsure are weighed apart.
    async fn accuracy_of_all(
        &self,
        axis: Axis,
        days: (Day, Day),
    ) -> Result<(Option<(f64, f64, f64)>, usize), PipelineError> {
        let reviewed = self.reviewed(axis).await?;
        let mut strata = [Stratum { unreviewed: 0, reviewed: 0, positive: 0 }; 2];
        for total in self.store.label_totals(axis, days).await?.iter().filter(|total| !total.by_person) {
            let stratum = &mut strata[usize::from(!total.unsure)];
            let complaints = u32::try_from(total.complaints).unwrap_or(u32::MAX);
            stratum.unreviewed = stratum.unreviewed.saturating_add(complaints);
        }
        for one in &reviewed {
            let stratum = &mut strata[usize::from(one.sure)];
            stratum.reviewed += 1;
            stratum.positive += u32::from(one.given == one.truth);
        }
        let all = f64::from(strata[0].unreviewed) + f64::from(strata[1].unreviewed);
        let right = prediction_powered(&strata).ok().filter(|_| all > 0.0);
        Ok((right.map(|right| (right.count / all, right.low / all, right.high / all)), reviewed.len()))
    }
}

fn verdict(
    stability_index: Option<f64>,
    unseen: Option<(f64, f64)>,
    accuracy: Option<(f64, f64, f64)>,
    card_accuracy: f64,
) -> Verdict {
    let reasons = [
        (Reason::Certainty, stability_index.is_some_and(|index| index > MOVED)),
        (
            Reason::Vocabulary,
            unseen.is_some_and(|(recent, before)| recent > before + UNSEEN_GREW && recent > 1.5 * before),
        ),
        (Reason::Accuracy, accuracy.is_some_and(|(_, _, high)| high < card_accuracy - WORSE)),
    ];
    let reasons: Vec<Reason> =
        reasons.into_iter().filter(|(_, holds)| *holds).map(|(reason, _)| reason).collect();
    if !reasons.is_empty() {
        Verdict::Yes(reasons)
    } else if stability_index.is_none() && accuracy.is_none() {
        Verdict::CannotTell
    } else {
        Verdict::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_names_what_it_rests_on() {
        let yes = |reasons: &[Reason]| Verdict::Yes(reasons.to_vec());
        let cases = [
            (None, None, None, Verdict::CannotTell),
            (Some(0.05), Some((0.3, 0.29)), None, Verdict::No),
            (Some(0.4), Some((0.3, 0.29)), None, yes(&[Reason::Certainty])),
            (Some(0.1), Some((0.5, 0.3)), None, yes(&[Reason::Vocabulary])),
            (Some(0.1), Some((0.06, 0.02)), None, Verdict::No),
            (None, None, Some((0.6, 0.5, 0.7)), Verdict::No),
            (None, None, Some((0.4, 0.3, 0.5)), yes(&[Reason::Accuracy])),
            (Some(0.4), None, Some((0.4, 0.3, 0.5)), yes(&[Reason::Certainty, Reason::Accuracy])),
        ];
        for (index, unseen, accuracy, expected) in cases {
            assert_eq!(verdict(index, unseen, accuracy, 0.65), expected, "{index:?} {unseen:?} {accuracy:?}");
        }
    }
}
