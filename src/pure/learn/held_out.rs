//! Figures on texts that were held out: how right a model is, by label and language, and how sure it may say
//! it is.

use super::calibrate::{fit_temperature, given_and_next, softmax};
use super::conformal::{Own, label_thresholds, set_threshold};
use super::doubt::Doubt;
use super::evaluate::{Judged, Metrics};
use super::labels::place_of;
use super::selection::{Data, Fold};
use super::sparse::SparseRows;
use super::training::{LanguageMetrics, Params, Scorer, Weakness};
use crate::domain::language::Language;

/// A label found in fewer of its texts than this is a known weakness.
const WEAK_RECALL: f32 = 0.5;

/// Held-out texts with the scores a model gave them that had not seen them.
pub(super) struct HeldOut {
    scores: Vec<f32>,
    truth: Vec<u32>,
    languages: Vec<Language>,
    labels: usize,
}

/// What they say.
pub(super) struct Measured {
    pub(super) metrics: Metrics,
    pub(super) languages: Vec<LanguageMetrics>,
    pub(super) weaknesses: Vec<Weakness>,
    pub(super) doubt: Doubt,
}

impl HeldOut {
    pub(super) fn none(labels: usize) -> Self {
        Self { scores: Vec::new(), truth: Vec::new(), languages: Vec::new(), labels }
    }

    pub(super) fn judge(scorer: &Scorer, rows: &SparseRows, fold: &Fold, data: &Data<'_>) -> Self {
        let truth = fold.held_out.iter().map(|&row| data.truth[row as usize]).collect();
        let languages = fold.held_out.iter().map(|&row| data.texts[row as usize].1).collect();
        Self { scores: scorer.scores(rows, &fold.held_out), truth, languages, labels: data.labels.len() }
    }

    pub(super) fn extend(&mut self, part: Self) {
        self.scores.extend(part.scores);
        self.truth.extend(part.truth);
        self.languages.extend(part.languages);
    }

    /// Judges the texts. Each half is judged under the temperature of the other, so that the calibration
    /// error is not measured where it was minimised; the temperature kept comes from both.
    pub(super) fn measure(&self, labels: &[String], params: &Params) -> Measured {
        let apart = params.apart.as_deref().and_then(|apart| place_of(labels, apart));
        let Self { scores, truth, languages, labels: width } = self;
        let half = truth.len() / 2;
        let first = fit_temperature(&scores[..half * width], &truth[..half], &[], *width);
        let second = fit_temperature(&scores[half * width..], &truth[half..], &[], *width);
        let mut own_probabilities: Vec<Own> = Vec::with_capacity(truth.len());
        let judged: Vec<Judged> = scores
            .chunks_exact(*width)
            .zip(truth)
            .enumerate()
            .map(|(index, (scores, &own))| {
                let mut scores = scores.to_vec();
                softmax(&mut scores, if index < half { second } else { first });
                own_probabilities.push(Own { probability: scores[own as usize], weight: 1.0 });
                let (given, _) = given_and_next(&scores, apart);
                Judged { truth: own, given: given as u32, probability: scores[given] }
            })
            .collect();
        let metrics = Metrics::of(labels, &judged);
        Measured {
            weaknesses: weaknesses(&metrics, &judged),
            languages: by_language(labels, languages, &judged),
            metrics,
            doubt: Doubt {
                temperature: fit_temperature(scores, truth, &[], *width),
                label_thresholds: label_thresholds(&own_probabilities, truth, *width, params.coverage),
                set_threshold: set_threshold(own_probabilities, params.coverage),
            },
        }
    }
}

fn by_language(labels: &[String], languages: &[Language], judged: &[Judged]) -> Vec<LanguageMetrics> {
    let of = |language: Language| {
        let own = judged.iter().zip(languages).filter(|(_, own)| **own == language);
        let metrics = Metrics::of(labels, &own.map(|(one, _)| *one).collect::<Vec<_>>());
        LanguageMetrics {
            language: language.code().to_owned(),
            texts: metrics.texts,
            accuracy: metrics.accuracy,
            macro_f1: metrics.macro_f1,
        }
    };
    Language::ALL.into_iter().map(of).filter(|metrics| metrics.texts > 0).collect()
}

fn weaknesses(metrics: &Metrics, judged: &[Judged]) -> Vec<Weakness> {
    let lines = metrics.labels.iter().enumerate();
    lines
        .filter(|(_, line)| line.support > 0 && line.recall < WEAK_RECALL)
        .map(|(label, line)| {
            let mut others = vec![0_u32; metrics.labels.len()];
            for one in judged.iter().filter(|one| one.truth as usize == label && one.given != one.truth) {
                others[one.given as usize] += 1;
            }
            let most = others.iter().copied().max().unwrap_or(0);
            let other = others.iter().position(|&count| count == most).unwrap_or(label);
            Weakness {
                label: line.label.clone(),
                recall: line.recall,
                taken_for: metrics.labels[other].label.clone(),
            }
        })
        .collect()
}
