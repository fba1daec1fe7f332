//! `raiz evaluate classify`: how good a classifier is on labelled texts it has not seen, beside dumb baselines.

mod report;
mod told;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;

use super::super::Outcome;
use super::super::labelled::{self, Columns, Example};
use super::super::process;
use super::recent::{self, WINDOW};
use super::rounded;
use crate::domain::language::Language;
use crate::learn::classifier::Classifier;
use crate::learn::training::{Card, Params};

use report::{Judgement, Report, baselines};

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
    /// With --train: columns to read beside the text; a model that was trained with some reads its own
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "train", conflicts_with = "model")]
    structured: Vec<String>,
    /// Decides the training and the resamples behind intervals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Judge in the order of this column's dates: what came in before a text and is labelled by then says how
    /// sure the model may be of it
    #[arg(long, value_name = "COLUMN")]
    recent: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Classify {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let mut columns = Columns {
            label: self.label.clone(),
            text: self.text.clone(),
            received: self.recent.clone(),
            structured: labelled::named_once(self.structured.clone(), &self.label)?,
        };
        let mut seen = HashSet::new();
        let start = process::cpu_time();
        let (mut classifier, card) = match &self.model {
            Some(folder) => Classifier::load(folder)?,
            None => self.learn(&columns, &mut seen)?,
        };
        columns.structured = classifier.structured().names().map(str::to_owned).collect();
        let train_cpu_s = self.model.is_none().then(|| process::seconds_since(start)).flatten();
        let mut texts = labelled::without_repeats(labelled::read(&self.data, &columns)?, &mut seen);
        let all = texts.len();
        texts.retain(|example| classifier.place(&example.label).is_some());
        if texts.is_empty() {
            bail!("none of the {all} texts has a label the model knows: {}", classifier.labels().join(", "));
        }
        let (mut scores, predict_docs_per_cpu_s) = predict(&classifier, &texts);
        let baselines = baselines(&classifier, &texts);
        let mut judgement = Judgement::new(classifier.labels());
        if let Some(column) = &self.recent {
            (texts, scores) = in_order(texts, scores, column)?;
            let moments: Vec<i64> = texts.iter().filter_map(|example| example.moment).collect();
            let truth: Vec<usize> =
                texts.iter().filter_map(|example| classifier.place(&example.label)).collect();
            for (stretch, doubt) in recent::doubts(&moments, &scores, &truth, card.params.coverage) {
                if let Some(doubt) = doubt {
                    classifier = classifier.with_doubt(doubt);
                }
                judgement.add(&classifier, &texts[stretch.clone()], &scores[stretch]);
            }
        } else {
            judgement.add(&classifier, &texts, &scores);
        }
        let report = Report {
            train_cpu_s: train_cpu_s.map(rounded),
            predict_docs_per_cpu_s,
            n_train: card.texts,
            recent_window: self.recent.is_some().then_some(WINDOW),
            n_unknown_label: all - texts.len(),
            peak_memory_mib: process::peak_memory_mib().map(rounded),
            baselines,
            ..judgement.report(self.seed)
        };
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            told::show(&report);
        }
        Ok(Outcome::Done)
    }

    /// Trains on texts that do not repeat and labels frequent enough.
    fn learn(&self, columns: &Columns, seen: &mut HashSet<String>) -> anyhow::Result<(Classifier, Card)> {
        let mut examples = labelled::without_repeats(labelled::read(&self.train, columns)?, seen);
        let labels = labelled::frequent_labels(&examples);
        examples.retain(|example| labels.binary_search(&example.label).is_ok());
        let params = Params::new(&self.label, self.seed).check()?;
        Ok(Classifier::train_beside(&labelled::for_learning(&examples), &columns.structured, &params)?)
    }
}

/// Scores of every text, and how many texts a second of processor time takes on
/// one thread, probabilities included.
fn predict(classifier: &Classifier, texts: &[Example]) -> (Vec<Vec<f32>>, Option<f64>) {
    let once = || {
        let asked: Vec<(&str, Language)> =
            texts.iter().map(|example| (example.text.as_str(), example.language())).collect();
        let values = texts.iter().map(|example| example.values.as_slice());
        let scores = classifier.scores_beside(&asked, values, 1);
        let mut probabilities = scores.clone();
        probabilities.iter_mut().for_each(|own| classifier.doubt().weigh(own));
        (scores, std::hint::black_box(probabilities))
    };
    let start = process::cpu_time();
    let (scores, _) = once();
    let mut rounds = 1;
    while let (Some(start), Some(now)) = (start, process::cpu_time())
        && now.saturating_sub(start) < TIMED_AT_LEAST
    {
        once();
        rounds += 1;
    }
    let speed =
        process::seconds_since(start).map(|seconds| ((rounds * texts.len()) as f64 / seconds).round());
    (scores, speed)
}

/// The texts and their scores by the date they came in; those of one date stay in the order given.
fn in_order(
    texts: Vec<Example>,
    scores: Vec<Vec<f32>>,
    column: &str,
) -> anyhow::Result<(Vec<Example>, Vec<Vec<f32>>)> {
    let undated = texts.iter().filter(|example| example.moment.is_none()).count();
    if undated > 0 {
        bail!("{undated} texts have no ISO date in `{column}`; judge them without --recent");
    }
    let mut both: Vec<(Example, Vec<f32>)> = texts.into_iter().zip(scores).collect();
    both.sort_by_key(|(example, _)| example.moment);
    Ok(both.into_iter().unzip())
}
