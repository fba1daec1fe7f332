//! `raiz evaluate classify`: how good a classifier is on labelled texts it has not seen, beside dumb baselines.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::super::Outcome;
use super::super::labelled::{self, Columns, Example};
use super::super::process;
use super::rounded;
use crate::domain::language::Language;
use crate::learn::classifier::Classifier;
use crate::learn::evaluate::{Interval, Judged, LabelMetrics, Metrics, accuracy_interval, macro_f1_interval};
use crate::learn::keywords::KeywordRules;
use crate::learn::training::Params;

/// Predicting goes on until it took this much processor time, as the system counts it in hundredths.
const TIMED_AT_LEAST: Duration = Duration::from_millis(300);

#[derive(Args)]
pub(in crate::cli) struct Classify {
    /// Folder of the model to judge
    #[arg(long, value_name = "DIR", required_unless_present = "train", conflicts_with = "train")]
    model: Option<PathBuf>,
    /// Files to train a model from first, with the same columns
    #[arg(long, value_name = "FILE", num_args = 1..)]
    train: Vec<PathBuf>,
    /// Files with the labelled texts to judge by
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Decides the training and the resamples behind intervals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The figures, under the names of the peers' script where it has them.
#[derive(Serialize)]
struct Report {
    accuracy: f64,
    macro_f1: f64,
    ece: f64,
    majority: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    train_cpu_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    predict_docs_per_cpu_s: Option<f64>,
    n_train: usize,
    n_test: usize,
    n_labels: usize,
    /// Share of prediction sets that hold the true label.
    coverage: f64,
    /// Mean number of labels in a set.
    set_size: f64,
    /// Share of texts whose set is not one label.
    unsure_share: f64,
    /// Accuracy where it is; absent when there is no such text.
    accuracy_when_sure: Option<f64>,
    /// Accuracy on the half with the higher probabilities.
    accuracy_surest_half: f64,
    accuracy_interval: Interval,
    macro_f1_interval: Interval,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_memory_mib: Option<f64>,
    /// Texts left out because the model has no such label.
    n_unknown_label: usize,
    baselines: Vec<Baseline>,
    labels: Vec<LabelLine>,
}

/// What something that learns nothing comes to.
#[derive(Serialize)]
struct Baseline {
    name: &'static str,
    accuracy: f64,
    macro_f1: f64,
}

/// One label's figures.
#[derive(Serialize)]
struct LabelLine {
    #[serde(flatten)]
    metrics: LabelMetrics,
    /// Share of its texts whose set holds it; absent without texts.
    coverage: Option<f64>,
}

impl Classify {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let columns = Columns { label: self.label.clone(), text: self.text.clone() };
        let mut seen = HashSet::new();
        let start = process::cpu_time();
        let (classifier, n_train) = match &self.model {
            Some(folder) => {
                let (classifier, card) = Classifier::load(folder)?;
                (classifier, card.texts)
            }
            None => self.learn(&columns, &mut seen)?,
        };
        let train_cpu_s = self.model.is_none().then(|| process::seconds_since(start)).flatten();
        let mut texts = labelled::without_repeats(labelled::read(&self.data, &columns)?, &mut seen);
        let all = texts.len();
        texts.retain(|example| place(&classifier, &example.label).is_some());
        if texts.is_empty() {
            bail!("none of the {all} texts has a label the model knows: {}", classifier.labels().join(", "));
        }
        let (probabilities, predict_docs_per_cpu_s) = predict(&classifier, &texts);
        let judgement = Judgement::new(&classifier, &texts, &probabilities);
        let report = Report {
            train_cpu_s: train_cpu_s.map(rounded),
            predict_docs_per_cpu_s,
            n_train,
            n_unknown_label: all - texts.len(),
            peak_memory_mib: process::peak_memory_mib().map(rounded),
            baselines: baselines(&classifier, &texts),
            ..judgement.report(self.seed)
        };
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            show(&report);
        }
        Ok(Outcome::Done)
    }

    /// Trains on texts that do not repeat and labels frequent enough.
    fn learn(&self, columns: &Columns, seen: &mut HashSet<String>) -> anyhow::Result<(Classifier, usize)> {
        let mut examples = labelled::without_repeats(labelled::read(&self.train, columns)?, seen);
        let labels = labelled::frequent_labels(&examples);
        examples.retain(|example| labels.binary_search(&example.label).is_ok());
        let params = Params::new(&self.label, self.seed).check()?;
        let (classifier, card) = Classifier::train(&labelled::for_learning(&examples), &params)?;
        Ok((classifier, card.texts))
    }
}

fn place(classifier: &Classifier, label: &str) -> Option<usize> {
    classifier.labels().binary_search_by(|known| known.as_str().cmp(label)).ok()
}

/// Probabilities of every text, on one thread, and how many texts a second of processor time takes.
fn predict(classifier: &Classifier, texts: &[Example]) -> (Vec<Vec<f32>>, Option<f64>) {
    let once = || {
        let asked: Vec<(&str, Language)> =
            texts.iter().map(|example| (example.text.as_str(), example.language())).collect();
        classifier.probabilities(&asked, 1)
    };
    let start = process::cpu_time();
    let probabilities = once();
    let mut rounds = 1;
    while let (Some(start), Some(now)) = (start, process::cpu_time())
        && now.saturating_sub(start) < TIMED_AT_LEAST
    {
        once();
        rounds += 1;
    }
    let speed =
        process::seconds_since(start).map(|seconds| ((rounds * texts.len()) as f64 / seconds).round());
    (probabilities, speed)
}

/// The texts as they were judged.
struct Judgement<'a> {
    labels: &'a [String],
    judged: Vec<Judged>,
    /// Size of each text's set, and whether it holds the true label.
    sets: Vec<(usize, bool)>,
}

impl<'a> Judgement<'a> {
    fn new(classifier: &'a Classifier, texts: &[Example], probabilities: &[Vec<f32>]) -> Self {
        let (mut judged, mut sets) = (Vec::new(), Vec::new());
        for (example, own) in texts.iter().zip(probabilities) {
            let Some(truth) = place(classifier, &example.label) else { continue };
            let set = classifier.prediction_set(own);
            judged.push(Judged { truth: truth as u32, given: set[0] as u32, probability: own[set[0]] });
            sets.push((set.len(), set.contains(&truth)));
        }
        Self { labels: classifier.labels(), judged, sets }
    }

    fn report(&self, seed: u64) -> Report {
        let Self { labels, judged, sets } = self;
        let metrics = Metrics::of(labels, judged);
        let n = judged.len();
        let share = |count: usize| rounded(count as f64 / n.max(1) as f64);
        let accuracy_of = |of: &[Judged]| {
            let right = of.iter().filter(|one| one.truth == one.given).count();
            (!of.is_empty()).then(|| rounded(right as f64 / of.len() as f64))
        };
        let sure: Vec<Judged> =
            judged.iter().zip(sets).filter(|(_, set)| set.0 == 1).map(|(one, _)| *one).collect();
        let mut falling = judged.clone();
        falling.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let lines = metrics.labels.into_iter().enumerate().map(|(label, metrics)| {
            let own = || judged.iter().zip(sets).filter(move |(one, _)| one.truth as usize == label);
            let covered = own().filter(|(_, set)| set.1).count();
            let coverage =
                (metrics.support > 0).then(|| rounded(covered as f64 / f64::from(metrics.support)));
            LabelLine { metrics, coverage }
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
            coverage: share(sets.iter().filter(|set| set.1).count()),
            set_size: share(sets.iter().map(|set| set.0).sum()),
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

/// Always the commonest label; and keyword rules, where the labels are failure types.
fn baselines(classifier: &Classifier, texts: &[Example]) -> Vec<Baseline> {
    let labels = classifier.labels();
    let truth: Vec<usize> = texts.iter().filter_map(|example| place(classifier, &example.label)).collect();
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
    if rules.labels().iter().all(|label| place(classifier, label).is_some()) {
        let given = |example: &Example| {
            let found = rules.label(&example.text, example.language());
            found.and_then(|label| place(classifier, label)).unwrap_or(majority)
        };
        baselines.push(judge("keywords", &given));
    }
    baselines
}

fn rounded_interval(interval: Interval) -> Interval {
    Interval { low: rounded(interval.low), high: rounded(interval.high) }
}

fn show(report: &Report) {
    let Interval { low, high } = report.accuracy_interval;
    println!(
        "{} texts judged, {} labels, learned from {} texts",
        report.n_test, report.n_labels, report.n_train
    );
    if report.n_unknown_label > 0 {
        println!("{} texts have a label the model does not know and were left out", report.n_unknown_label);
    }
    println!(
        "\n{:<24} {:>8} {:>15} {:>8} {:>15}",
        "", "accuracy", "95 % interval", "macro-F1", "95 % interval"
    );
    let f1 = report.macro_f1_interval;
    println!(
        "{:<24} {:>8.3} {:>15} {:>8.3} {:>15}",
        "model",
        report.accuracy,
        format!("{low:.3}-{high:.3}"),
        report.macro_f1,
        format!("{:.3}-{:.3}", f1.low, f1.high)
    );
    for baseline in &report.baselines {
        println!("{:<24} {:>8.3} {:>15} {:>8.3}", baseline.name, baseline.accuracy, "", baseline.macro_f1);
    }
    println!("\ncalibration error {:.3}", report.ece);
    println!(
        "prediction sets: {:.3} hold the true label, {:.2} labels in the mean, {:.3} are not one label",
        report.coverage, report.set_size, report.unsure_share
    );
    if let Some(accuracy) = report.accuracy_when_sure {
        println!("accuracy where sure {accuracy:.3}, on the surest half {:.3}", report.accuracy_surest_half);
    }
    if let Some(seconds) = report.train_cpu_s {
        println!("training took {seconds:.2} s of processor time");
    }
    if let Some(speed) = report.predict_docs_per_cpu_s {
        println!("{speed:.0} texts labelled per second of processor time");
    }
    println!(
        "\n{:<40} {:>9} {:>7} {:>6} {:>8} {:>6}",
        "label", "precision", "recall", "F1", "coverage", "texts"
    );
    for LabelLine { metrics, coverage } in &report.labels {
        let coverage = coverage.map_or("-".to_owned(), |coverage| format!("{coverage:.3}"));
        println!(
            "{:<40} {:>9.3} {:>7.3} {:>6.3} {coverage:>8} {:>6}",
            metrics.label.chars().take(40).collect::<String>(),
            metrics.precision,
            metrics.recall,
            metrics.f1,
            metrics.support
        );
    }
}
