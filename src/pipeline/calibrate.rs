//! A model's doubt fitted again on what people decided of late: a version of its own, judged beside the one in
//! force and put to work like any other.
//!
//! People review what the model doubts, so the reviewed of either kind, sure and in doubt, count for all of
//! their kind that nobody reviewed. One text in three is kept from the fit: the comparison has texts it did not see.

use super::models::{self, NamedClassifier};
use super::promote::{ComparisonReport, JUDGEMENTS, KnownText, PromotionError};
use super::{Pipeline, THREADS, compute};
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::domain::time::Day;
use crate::learn::classifier::Classifier;
use crate::learn::classifier::recent::RecentText;
use crate::stats::true_counts::FEWEST_REVIEWED;
use crate::text::fingerprint::normalised_hash;

/// Recent texts a fit rests on, unless another number is asked for.
pub const WINDOW: usize = 1_000;
/// One text in so many is kept from the fit.
const KEPT_BACK_ONE_IN: u64 = 3;
/// Reviews of a kind that is a smaller share of all are not waited for.
const NEGLIGIBLE: f64 = 0.02;

/// Why the reviewed cannot stand for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFewOfAKind {
    /// The labels the model is sure of, or those it doubts.
    pub sure: bool,
    /// Reviewed labels of that kind.
    pub reviewed: usize,
}

/// Whether a text is kept from fitting a doubt, to judge it by. The same text always is or never is.
pub(super) fn is_kept_back(text: &str) -> bool {
    normalised_hash(text).is_multiple_of(KEPT_BACK_ONE_IN)
}

impl Pipeline {
    /// Fits the doubt of the model in force on the `window` newest texts of `known` (a name and labelled texts,
    /// newest first), or without it of what people decided; keeps the version in the models folder and
    /// compares it with the one in force on the texts that were kept back.
    pub async fn calibrate_model(
        &self,
        axis: Axis,
        window: usize,
        known: Option<(String, Vec<KnownText>)>,
    ) -> Result<ComparisonReport, PromotionError> {
        self.refresh_models().await?;
        let (judged_on, mut known) = match known {
            Some(known) => known,
            None => (JUDGEMENTS.to_owned(), self.reviewed_texts(axis, window).await?),
        };
        known.truncate(window);
        let (models, taxonomy, dir) = (self.models(), self.taxonomy(), self.models_dir.clone());
        let (folder, kept_back) = compute(move || {
            let (_, in_force) = models
                .classifiers()
                .find(|(known, _)| *known == axis)
                .ok_or(PromotionError::NothingInForce { axis: axis.name() })?;
            // Loaded anew, to be changed.
            let NamedClassifier { card, classifier, .. } = models::named(&dir, axis, &in_force.name)?
                .ok_or(PromotionError::NothingInForce { axis: axis.name() })?;
            let (kept_back, fitted): (Vec<KnownText>, Vec<KnownText>) =
                known.into_iter().partition(|known| is_kept_back(&known.text));
            // The model answers in the words it learned; an answer that replaced one of them stands for it.
            let own = |label: &str| {
                let same = |known: &&String| taxonomy.present(axis, known) == label;
                classifier.labels().iter().find(same).map_or(label, String::as_str).to_owned()
            };
            let labels: Vec<String> = fitted.iter().map(|known| own(&known.label)).collect();
            let recent: Vec<RecentText<'_>> = fitted
                .iter()
                .zip(&labels)
                .map(|(known, label)| RecentText {
                    text: &known.text,
                    language: known.language,
                    label,
                    weight: known.weight,
                })
                .collect();
            let (classifier, card) = classifier.recalibrated(&card, &recent, THREADS)?;
            let folder = models::version_dir(&dir, axis, &card.name);
            classifier.save(&card, &folder)?;
            Ok::<_, PromotionError>((folder, kept_back))
        })
        .await??;
        self.compare_model(axis, folder, Some((judged_on, kept_back))).await
    }

    /// The newest texts people decided, each with what it counts.
    async fn reviewed_texts(&self, axis: Axis, window: usize) -> Result<Vec<KnownText>, PromotionError> {
        let limit = i64::try_from(window).unwrap_or(i64::MAX);
        let judged = self.store.judged_complaints(axis, limit).await?;
        let Some(first) = judged.iter().map(|judged| judged.day).min() else { return Ok(Vec::new()) };
        let last = self.store.span_of_days().await?.map_or(Day(0), |(_, last)| last);
        let totals = self.store.label_totals(axis, (first, last)).await?;
        let mut all = [0_i64; 2];
        for total in totals.iter().filter(|total| !total.by_person) {
            all[usize::from(!total.unsure)] += total.complaints;
        }
        let (models, taxonomy) = (self.models(), self.taxonomy());
        compute(move || {
            let (_, model) = models
                .classifiers()
                .find(|(known, _)| *known == axis)
                .ok_or(PromotionError::NothingInForce { axis: axis.name() })?;
            let sure = sure_of(&model.classifier, judged.iter().map(|one| (one.text.as_str(), one.language)));
            let weights = weights(&sure, all).map_err(PromotionError::TooFewOfAKind)?;
            let known = judged.into_iter().zip(weights).map(|(judged, weight)| KnownText {
                text: judged.text,
                language: judged.language,
                label: taxonomy.present(axis, &judged.value).to_owned(),
                weight,
            });
            Ok(known.collect())
        })
        .await?
    }
}

fn sure_of<'a>(model: &Classifier, texts: impl Iterator<Item = (&'a str, Language)>) -> Vec<bool> {
    let texts: Vec<(&str, Language)> = texts.collect();
    model.predict_many(&texts, THREADS).into_iter().map(|given| !given.unsure).collect()
}

/// What each reviewed text counts, 1 in the mean: its kind's share of all over its share of the reviewed. `all`
/// counts the labels nobody reviewed that the model doubts, and those it is sure of; with none, every text counts
/// the same.
fn weights(sure: &[bool], all: [i64; 2]) -> Result<Vec<f32>, TooFewOfAKind> {
    let total = (all[0] + all[1]) as f64;
    if total <= 0.0 {
        return Ok(vec![1.0; sure.len()]);
    }
    let mut weight = [0.0; 2];
    for kind in [0, 1] {
        let reviewed = sure.iter().filter(|sure| usize::from(**sure) == kind).count();
        let share = all[kind] as f64 / total;
        if reviewed < FEWEST_REVIEWED as usize && share > NEGLIGIBLE {
            return Err(TooFewOfAKind { sure: kind == 1, reviewed });
        }
        weight[kind] = share * sure.len() as f64 / reviewed.max(1) as f64;
    }
    Ok(sure.iter().map(|sure| weight[usize::from(*sure)] as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reviewed_count_for_their_kind() {
        // Of 100 reviewed the model doubts 80, but only 100 of 1,000 others.
        let sure: Vec<bool> = (0..100).map(|text| text % 5 == 0).collect();
        let weights = weights(&sure, [100, 900]).expect("enough of both");
        assert!((weights[0] - 4.5).abs() < 1e-6 && (weights[1] - 0.125).abs() < 1e-6, "{:?}", &weights[..2]);
        assert!((weights.iter().sum::<f32>() - 100.0).abs() < 1e-3);
    }

    #[test]
    fn a_kind_nobody_reviewed_is_named() {
        let doubted = vec![false; 50];
        let refused = TooFewOfAKind { sure: true, reviewed: 0 };
        assert_eq!(weights(&doubted, [500, 500]), Err(refused));
        assert_eq!(weights(&doubted, [995, 5]).expect("negligible").len(), 50);
        assert_eq!(weights(&doubted, [0, 0]).expect("nothing else is known"), vec![1.0; 50]);
    }

    #[test]
    fn one_text_in_three_is_kept_back_always() {
        let texts: Vec<String> = (0..600).map(|n| format!("cobro doble {}", "a".repeat(n))).collect();
        let kept = texts.iter().filter(|text| is_kept_back(text)).count();
        assert!((150..250).contains(&kept), "{kept} of 600");
        assert_eq!(is_kept_back("Un  cobro DOBLE"), is_kept_back("un cobro doble"));
    }
}
