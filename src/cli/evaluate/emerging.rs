//! `raiz evaluate emerging`: whether a failure nobody has named is noticed while it is small. In each trial
//! one label is kept out of the past and later comes in among the others; the scan knows no labels.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::super::Outcome;
use super::super::labelled::{self, Columns, Example};
use super::super::process;
use super::rounded;
use crate::domain::language::Language;
use crate::learn::emerging::{Params, Scanner, ValidParams};

/// Threads used; the result is the same with any number.
const THREADS: usize = 2;
/// Texts of the past at most, texts that come in after it, and how many of them before the first new one.
const HISTORY: usize = 3_000;
const STREAM: usize = 1_200;
const QUIET: usize = 300;
/// Probability that a text is of the new label, once it has appeared.
const NEW_SHARE: f64 = 0.05;
/// Texts a label must have to be the new one: about as many come in.
const MIN_NEW: usize = 60;
/// Share of a group that must be of the new label for it to be found.
const FOUND_SHARE: f64 = 0.5;

#[derive(Args)]
pub(in crate::cli) struct Emerging {
    /// Files with the labelled texts
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Times a label is drawn and kept out of the past
    #[arg(long, default_value_t = 20)]
    trials: u64,
    /// Decides the labels drawn, the past and the order of what comes in
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// False alarms per 1,000 texts that the scan may raise
    #[arg(long, value_name = "RATE", default_value_t = Params::default().false_alarms_per_1000)]
    false_alarms: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    /// Trials in which a group was told of which at least half is of the new label.
    detected: usize,
    trials: usize,
    /// Texts of the new label that had come in when it was, over the trials in which it was.
    median_docs: Option<f64>,
    p90_docs: Option<f64>,
    /// Mean share of the new label in those groups.
    purity: Option<f64>,
    /// Groups of which less than half is of the new label, per 1,000 texts after which it was looked: those
    /// that came in once there were enough to look at.
    false_alarms_per_1000: f64,
    false_alarms_asked_per_1000: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_s_per_1000: Option<f64>,
    n: usize,
    outcomes: Vec<Trial>,
}

/// What became of one trial.
#[derive(Serialize)]
struct Trial {
    label: String,
    /// Texts of the label that had come in when it was noticed; absent when it was not.
    docs: Option<usize>,
    purity: Option<f64>,
    false_alarms: usize,
    /// Texts that came in once there were enough to look at.
    came_in: usize,
}

impl Emerging {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let columns = Columns::of(self.label.clone(), self.text.clone());
        let texts = labelled::without_repeats(labelled::read(&self.data, &columns)?, &mut HashSet::new());
        let params =
            Params { false_alarms_per_1000: self.false_alarms, threads: THREADS, ..Params::default() };
        let needed = params.least_history() + STREAM;
        let params = params.check()?;
        let languages: Vec<Language> = texts.iter().map(Example::language).collect();
        let mut by_label: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, example) in texts.iter().enumerate() {
            by_label.entry(&example.label).or_default().push(at);
        }
        by_label.retain(|_, own| own.len() >= MIN_NEW && texts.len() >= needed + own.len());
        if by_label.is_empty() {
            bail!("no label of `{}` has {MIN_NEW} texts beside {needed} of others", self.label);
        }
        let labels: Vec<&str> = by_label.keys().copied().collect();
        let start = process::cpu_time();
        let mut outcomes = Vec::new();
        for trial in 0..self.trials {
            let mut random = ChaCha8Rng::seed_from_u64(self.seed.wrapping_mul(1_000).wrapping_add(trial));
            let label = labels[random.gen_range(0..labels.len())];
            let drawn = Drawn::new(&texts, label, &mut random);
            outcomes.push(drawn.play(&texts, &languages, label, &params, trial)?);
        }
        let came_in: usize = outcomes.iter().map(|trial| trial.came_in).sum();
        let cpu_s = process::seconds_since(start);
        let report = Report {
            cpu_s_per_1000: cpu_s.map(|seconds| rounded(seconds * 1e3 / came_in.max(1) as f64)),
            n: texts.len(),
            ..summary(outcomes, came_in, self.false_alarms)
        };
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            show(&report);
        }
        Ok(Outcome::Done)
    }
}

/// The past of a trial and what comes in after it, as indices into the texts.
struct Drawn {
    history: Vec<usize>,
    stream: Vec<usize>,
}

impl Drawn {
    fn new(texts: &[Example], label: &str, random: &mut ChaCha8Rng) -> Self {
        let (mut new, mut known): (Vec<usize>, Vec<usize>) =
            (0..texts.len()).partition(|&at| texts[at].label == label);
        new.shuffle(random);
        known.shuffle(random);
        let history = known.split_off(known.len().saturating_sub(HISTORY).max(STREAM));
        let mut stream = Vec::with_capacity(STREAM);
        for at in 0..STREAM {
            let is_new = at >= QUIET && random.gen_bool(NEW_SHARE);
            let from = if is_new && !new.is_empty() { &mut new } else { &mut known };
            stream.extend(from.pop());
        }
        Self { history, stream }
    }

    /// Scans after every step, as the pipeline does.
    fn play(
        &self,
        texts: &[Example],
        languages: &[Language],
        label: &str,
        params: &ValidParams,
        seed: u64,
    ) -> anyhow::Result<Trial> {
        let asked = |chosen: &[usize]| -> Vec<(&str, Language)> {
            chosen.iter().map(|&at| (texts[at].text.as_str(), languages[at])).collect()
        };
        let is_new: Vec<bool> = self.stream.iter().map(|&at| texts[at].label == label).collect();
        let scanner = Scanner::fit(&asked(&self.history), params, seed)?;
        let placed = scanner.place(&asked(&self.stream));
        let Params { recent, step, .. } = *params.get();
        let mut is_known = vec![false; placed.len()];
        let mut trial = Trial {
            label: label.to_owned(),
            docs: None,
            purity: None,
            false_alarms: 0,
            came_in: placed.len() - recent,
        };
        for end in (recent..=placed.len()).step_by(step) {
            let window = end - recent..end;
            let groups = scanner.scan(&placed[window.clone()], &mut is_known[window.clone()]);
            for group in groups.iter().filter(|group| !group.goes_on) {
                let own = group.members.iter().filter(|&&member| is_new[window.start + member]).count();
                let purity = own as f64 / group.members.len() as f64;
                if purity < FOUND_SHARE {
                    trial.false_alarms += 1;
                } else if trial.docs.is_none() {
                    trial.docs = Some(is_new[..end].iter().filter(|new| **new).count());
                    trial.purity = Some(rounded(purity));
                }
            }
        }
        Ok(trial)
    }
}

fn summary(outcomes: Vec<Trial>, came_in: usize, asked: f64) -> Report {
    let mut docs: Vec<f64> = outcomes.iter().filter_map(|trial| trial.docs).map(|docs| docs as f64).collect();
    docs.sort_by(f64::total_cmp);
    let purities: Vec<f64> = outcomes.iter().filter_map(|trial| trial.purity).collect();
    let false_alarms: usize = outcomes.iter().map(|trial| trial.false_alarms).sum();
    Report {
        detected: docs.len(),
        trials: outcomes.len(),
        median_docs: quantile(&docs, 0.5),
        p90_docs: quantile(&docs, 0.9),
        purity: (!purities.is_empty()).then(|| rounded(purities.iter().sum::<f64>() / purities.len() as f64)),
        false_alarms_per_1000: rounded(false_alarms as f64 * 1e3 / came_in.max(1) as f64),
        false_alarms_asked_per_1000: asked,
        cpu_s_per_1000: None,
        n: 0,
        outcomes,
    }
}

/// The quantile of sorted numbers, between two of them in proportion; `None` of none.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = share * last as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(rounded(below + (above - below) * at.fract()))
}

fn show(report: &Report) {
    println!("{} of {} new labels noticed", report.detected, report.trials);
    if let (Some(median), Some(p90), Some(purity)) = (report.median_docs, report.p90_docs, report.purity) {
        println!("after {median} of their texts in the median, {p90} in nine of ten; purity {purity:.2}");
    }
    println!(
        "{:.2} false alarms per 1,000 texts; {:.2} were allowed",
        report.false_alarms_per_1000, report.false_alarms_asked_per_1000
    );
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_of_known_numbers() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[4.0], 0.9), Some(4.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 5.0], 0.5), Some(2.5));
        assert_eq!(quantile(&[0.0, 10.0], 0.9), Some(9.0));
    }
}
