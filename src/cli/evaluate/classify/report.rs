//! The figures of a classifier on labelled texts, and those of what learns nothing.

use serde::Serialize;

use crate::cli::evaluate::rounded;
use crate::cli::labelled::Example;
use crate::learn::classifier::Classifier;
use crate::learn::evaluate::{Interval, Judged, LabelMetrics, Metrics, accuracy_interval, macro_f1_interval};
use crate::learn::keywords::KeywordRules;

/// The figures, under the names of the peers' script where it has them.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) accuracy: f64,
    pub(super) macro_f1: f64,
    pub(super) ece: f64,
    pub(super) majority: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) train_cpu_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) predict_docs_per_cpu_s: Option<f64>,
    pub(super) n_train: usize,
    pub(super) n_test: usize,
    pub(super) n_labels: usize,
    /// Share of prediction sets that hold the true label.
    pub(super) coverage: f64,
    /// Mean number of labels in a set.
    pub(super) set_size: f64,
    /// The same of the sets that promise their coverage for each true label.
    pub(super) coverage_by_label: f64,
    pub(super) set_size_by_label: f64,
    /// Recent texts the doubt was fitted on before each stretch of texts; absent when it was the model's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recent_window: Option<usize>,
    /// Share of texts whose set is not one label.
    pub(super) unsure_share: f64,
    /// Accuracy where it is; absent when there is no such text.
    pub(super) accuracy_when_sure: Option<f64>,
    /// Accuracy on the half with the higher probabilities.
    pub(super) accuracy_surest_half: f64,
    pub(super) accuracy_interval: Interval,
    pub(super) macro_f1_interval: Interval,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) peak_memory_mib: Option<f64>,
    /// Texts left out because the model has no such label.
    pub(super) n_unknown_label: usize,
    pub(super) baselines: Vec<Baseline>,
    pub(super) labels: Vec<LabelLine>,
}

/// What something that learns nothing comes to.
#[derive(Serialize)]
pub(super) struct Baseline {
    pub(super) name: &'static str,
    pub(super) accuracy: f64,
    pub(super) macro_f1: f64,
}

/// One label's figures.
#[derive(Serialize)]
pub(super) struct LabelLine {
    #[serde(flatten)]
    pub(super) metrics: LabelMetrics,
    /// Share of its texts whose set holds it, and labels in their sets; absent without texts.
    pub(super) coverage: Option<f64>,
    pub(super) set_size: Option<f64>,
    /// The same of the sets that promise their coverage for each true label.
    pub(super) coverage_by_label: Option<f64>,
    pub(super) set_size_by_label: Option<f64>,
}

/// The texts as they were judged.
pub(super) struct Judgement {
    labels: Vec<String>,
    judged: Vec<Judged>,
    /// Each text's set, and the one that promises its coverage for each true label.
    sets: Vec<[Set; 2]>,
}

/// A prediction set.
#[derive(Clone, Copy)]
struct Set {
    size: usize,
    holds_truth: bool,
}

impl Judgement {
    pub(super) fn new(labels: &[String]) -> Self {
        Self { labels: labels.to_vec(), judged: Vec::new(), sets: Vec::new() }
    }

    /// Judges texts under the classifier's doubt.
    pub(super) fn add(&mut self, classifier: &Classifier, texts: &[Example], scores: &[Vec<f32>]) {
        for (example, scores) in texts.iter().zip(scores) {
            let Some(truth) = classifier.place(&example.label) else { continue };
            let mut own = scores.clone();
            classifier.doubt().weigh(&mut own);
            let sets = [classifier.prediction_set(&own), classifier.set_by_label(&own)];
            let given = sets[0][0];
            self.judged.push(Judged { truth: truth as u32, given: given as u32, probability: own[given] });
            self.sets.push(sets.map(|set| Set { size: set.len(), holds_truth: set.contains(&truth) }));
        }
    }

    pub(super) fn report(&self, seed: u64) -> Report {
        let Self { labels, judged, sets } = self;
        let metrics = Metrics::of(labels, judged);
        let n = judged.len();
        let share = |count: usize| rounded(count as f64 / n.max(1) as f64);
        let accuracy_of = |of: &[Judged]| {
            let right = of.iter().filter(|one| one.truth == one.given).count();
            (!of.is_empty()).then(|| rounded(right as f64 / of.len() as f64))
        };
        let sure: Vec<Judged> =
            judged.iter().zip(sets).filter(|(_, set)| set[0].size == 1).map(|(one, _)| *one).collect();
        let mut falling = judged.clone();
        falling.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let lines = metrics.labels.into_iter().enumerate().map(|(label, metrics)| {
            let own = judged.iter().zip(sets).filter(|(one, _)| one.truth as usize == label);
            let own: Vec<[Set; 2]> = own.map(|(_, sets)| *sets).collect();
            let [[coverage, set_size], [coverage_by_label, set_size_by_label]] =
                [0, 1].map(|kind| [covered(&own, kind), mean_size(&own, kind)]);
            LabelLine { metrics, coverage, set_size, coverage_by_label, set_size_by_label }
        });
        Report {
            accuracy: rounded(metrics.accuracy),
            macro_f1: rounded(metrics.macro_f1),
            ece: rounded(metrics.ece),
            majority: rounded(metrics.majority),
            train_cpu_s: None,
            predict_docs_per_cpu_s: None,
            n_train: 0,
            n_test: n,
            n_labels: labels.len(),
            coverage: covered(sets, 0).unwrap_or(0.0),
            set_size: mean_size(sets, 0).unwrap_or(0.0),
            coverage_by_label: covered(sets, 1).unwrap_or(0.0),
            set_size_by_label: mean_size(sets, 1).unwrap_or(0.0),
            recent_window: None,
            unsure_share: share(n - sure.len()),
            accuracy_when_sure: accuracy_of(&sure),
            accuracy_surest_half: accuracy_of(&falling[..n.div_ceil(2)]).unwrap_or(0.0),
            accuracy_interval: rounded_interval(accuracy_interval(judged)),
            macro_f1_interval: rounded_interval(macro_f1_interval(labels.len(), judged, seed)),
            peak_memory_mib: None,
            n_unknown_label: 0,
            baselines: Vec::new(),
            labels: lines.collect(),
        }
    }
}

/// Share of the sets of a kind that hold the true label; `None` without texts.
fn covered(sets: &[[Set; 2]], kind: usize) -> Option<f64> {
    let holding = sets.iter().filter(|sets| sets[kind].holds_truth).count();
    (!sets.is_empty()).then(|| rounded(holding as f64 / sets.len() as f64))
}

/// Labels in a set of a kind, in the mean.
fn mean_size(sets: &[[Set; 2]], kind: usize) -> Option<f64> {
    let all: usize = sets.iter().map(|sets| sets[kind].size).sum();
    (!sets.is_empty()).then(|| rounded(all as f64 / sets.len() as f64))
}

/// Always the commonest label; and keyword rules, where the labels are failure types.
pub(super) fn baselines(classifier: &Classifier, texts: &[Example]) -> Vec<Baseline> {
    let labels = classifier.labels();
    let truth: Vec<usize> = texts.iter().filter_map(|example| classifier.place(&example.label)).collect();
    let mut counts = vec![0_u32; labels.len()];
    truth.iter().for_each(|&label| counts[label] += 1);
    let majority = (0..labels.len()).max_by_key(|&label| (counts[label], labels.len() - label)).unwrap_or(0);
    let judge = |name, given: &dyn Fn(&Example) -> usize| {
        let judged: Vec<Judged> = texts
            .iter()
            .zip(&truth)
            .map(|(example, &truth)| Judged {
                truth: truth as u32,
                given: given(example) as u32,
                probability: 1.0,
            })
            .collect();
        let metrics = Metrics::of(labels, &judged);
        Baseline { name, accuracy: rounded(metrics.accuracy), macro_f1: rounded(metrics.macro_f1) }
    };
    let mut baselines = vec![judge("majority", &|_| majority)];
    let rules = KeywordRules::failure_types();
    if rules.labels().iter().all(|label| classifier.place(label).is_some()) {
        let given = |example: &Example| {
            let found = rules.label(&example.text, example.language());
            found.and_then(|label| classifier.place(label)).unwrap_or(majority)
        };
        baselines.push(judge("keywords", &given));
    }
    baselines
}

fn rounded_interval(interval: Interval) -> Interval {
    Interval { low: rounded(interval.low), high: rounded(interval.high) }
}
