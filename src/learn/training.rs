//! What a classifier is trained from and how: the choice of texts, the split, the fit, and the figures
//! on texts held out.

use std::collections::{BTreeMap, HashSet};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::LearnError;
use super::artefact::hex_sha256;
use super::bytes::Writer;
use super::calibrate::{best_two, fit_temperature, softmax};
use super::evaluate::{Judged, Metrics};
use super::linear::{self, SolverParams};
use super::parallel::MAX_THREADS;
use super::quantised::QuantisedRows;
use super::sparse::SparseRows;
use super::vectorizer::{Text, Vectorizer, VocabularyParams};
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::text::ANALYZER_VERSION;
use crate::text::analyzer::Analyzer;
use crate::text::features::Features;
use crate::text::fingerprint::normalised_hash;

/// One text in this many is held out to calibrate and to measure.
const HELD_OUT_ONE_IN: usize = 5;
/// Fewer held-out texts than this say nothing about accuracy above a probability.
const MIN_SURE_TEXTS: usize = 20;
/// Where nothing can be said, a label is sure when it is likelier than all others together.
const UNSURE_WITHOUT_EVIDENCE: f32 = 0.5;
/// Columns at most; far above what a hundred thousand complaints have in two languages.
const MAX_FEATURES: usize = 2_000_000;
/// A label stops being descended at this spread of gradients, as in liblinear.
const TOLERANCE: f32 = 0.1;
/// Passes over the texts at most.
const MAX_PASSES: u32 = 60;

/// A text somebody labelled.
#[derive(Clone, Copy, Debug)]
pub struct LabelledText<'a> {
    /// The text.
    pub text: &'a str,
    /// The language its words are read in.
    pub language: Language,
    /// The label.
    pub label: &'a str,
}

/// How a classifier is trained. [`Params::check`] makes it usable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// The question the labels answer.
    pub axis: Axis,
    /// Decides the split and the order of descent.
    pub seed: u64,
    /// Labels with fewer different texts are left out.
    pub min_label_count: usize,
    /// Features in fewer texts are left out.
    pub min_documents: u32,
    /// Cost of a text on the wrong side of its margin; higher fits the texts more closely.
    pub cost: f32,
    /// 0: texts count the same; 1: labels do; between: a power of that.
    pub balance: f32,
    /// A prediction is sure when held-out predictions at least as probable were right this often.
    pub sure_accuracy: f32,
    /// Above this many different texts, a seeded sample is learned from.
    pub max_texts: usize,
    /// Threads to use; changes nothing but the time it takes.
    #[serde(skip, default = "one_thread")]
    pub threads: usize,
}

fn one_thread() -> usize {
    1
}

impl Params {
    /// What has measured well on complaints and on short messages.
    pub fn new(axis: Axis, seed: u64) -> Self {
        Self {
            axis,
            seed,
            min_label_count: 5,
            min_documents: 2,
            cost: 0.5,
            balance: 0.5,
            sure_accuracy: 0.8,
            max_texts: 100_000,
            threads: 1,
        }
    }

    /// Refuses what cannot work.
    pub fn check(self) -> Result<ValidParams, LearnError> {
        let within = |name, value: f32, low: f32, high: f32, expected| {
            let fits = (low..=high).contains(&value);
            if fits { Ok(()) } else { Err(LearnError::Parameter { name, expected, got: value.to_string() }) }
        };
        within("cost", self.cost, 1e-4, 1e4, "between 0.0001 and 10000")?;
        within("balance", self.balance, 0.0, 1.0, "between 0 and 1")?;
        within("sure_accuracy", self.sure_accuracy, 0.0, 1.0, "between 0 and 1")?;
        within("min_label_count", self.min_label_count as f32, 2.0, 1e6, "between 2 and a million")?;
        within("min_documents", self.min_documents as f32, 1.0, 1e6, "between 1 and a million")?;
        within("max_texts", self.max_texts as f32, 10.0, 1e6, "between 10 and a million")?;
        within("threads", self.threads as f32, 1.0, MAX_THREADS as f32, "between 1 and 64")?;
        Ok(ValidParams(self))
    }
}

/// Parameters that passed [`Params::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct ValidParams(Params);

/// What a model was made of and how good it is; kept beside it as `card.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The axis and the start of a hash over data, parameters and versions: `kind-3f2a91c0`.
    pub name: String,
    /// Version of the text analysis.
    pub analyzer_version: u32,
    /// SHA-256 over the texts and labels learned from, in hexadecimal.
    pub data_hash: String,
    /// Different texts learned from.
    pub texts: usize,
    /// The labels it can give.
    pub labels: Vec<String>,
    /// Columns of the vocabulary.
    pub features: usize,
    /// Scores are divided by this before they become probabilities.
    pub temperature: f32,
    /// A less probable label is unsure.
    pub unsure_below: f32,
    /// How it was trained.
    pub params: Params,
    /// Figures on the held-out fifth, from a model that saw the other four; the vocabulary, which knows
    /// no labels, was counted on all. Temperature and calibration error come from different halves.
    pub metrics: Metrics,
}

/// Everything a fit makes.
pub(super) struct Trained {
    pub(super) vectorizer: Vectorizer,
    pub(super) scorer: Scorer,
    pub(super) labels: Vec<String>,
    pub(super) card: Card,
}

/// Learns from labelled texts; see `Classifier::train`.
pub(super) fn train(
    analyzer: &Analyzer,
    docs: &[LabelledText<'_>],
    ValidParams(params): &ValidParams,
) -> Result<Trained, LearnError> {
    let mut random = ChaCha8Rng::seed_from_u64(params.seed);
    let data = Data::select(docs, params, &mut random)?;
    let vocabulary =
        VocabularyParams { min_documents: params.min_documents, max_share: 1.0, max_features: MAX_FEATURES };
    let threads = params.threads;
    let vectorizer =
        Vectorizer::fit(analyzer, Features::WordsAndCharacters, &data.texts, &vocabulary, threads)?;
    let rows = vectorizer.transform(analyzer, &data.texts, threads);
    let (learn, held_out) = data.split(&mut random);
    let part = Scorer::fit(&rows, &learn, &data, params);
    let card = data.card(params, &vectorizer, measure(&part, &rows, &held_out, &data, params));
    let all: Vec<u32> = (0..data.texts.len() as u32).collect();
    let scorer = Scorer::fit(&rows, &all, &data, params);
    Ok(Trained { vectorizer, scorer, labels: data.labels, card })
}

/// What is learned from: different texts, labels frequent enough.
struct Data<'a> {
    texts: Vec<Text<'a>>,
    truth: Vec<u32>,
    labels: Vec<String>,
}

impl<'a> Data<'a> {
    fn select(
        docs: &[LabelledText<'a>],
        params: &Params,
        random: &mut ChaCha8Rng,
    ) -> Result<Self, LearnError> {
        let mut seen = HashSet::new();
        let mut kept: Vec<_> = docs.iter().filter(|doc| seen.insert(normalised_hash(doc.text))).collect();
        if kept.len() > params.max_texts {
            kept.shuffle(random);
            kept.truncate(params.max_texts);
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        kept.iter().for_each(|doc| *counts.entry(doc.label).or_default() += 1);
        counts.retain(|_, count| *count >= params.min_label_count);
        if counts.len() < 2 {
            let min_label_count = params.min_label_count;
            return Err(LearnError::TooFewLabels { found: counts.len(), min_label_count });
        }
        let labels: Vec<&str> = counts.into_keys().collect();
        let (texts, truth) = kept
            .iter()
            .filter_map(|doc| {
                let label = labels.binary_search(&doc.label).ok()?;
                Some(((doc.text, doc.language), label as u32))
            })
            .unzip();
        Ok(Self { texts, truth, labels: labels.into_iter().map(str::to_owned).collect() })
    }

    /// Rows to learn from and rows held out: a fifth of each label's, at least one.
    fn split(&self, random: &mut ChaCha8Rng) -> (Vec<u32>, Vec<u32>) {
        let mut by_label = vec![Vec::new(); self.labels.len()];
        for (row, &label) in self.truth.iter().enumerate() {
            by_label[label as usize].push(row as u32);
        }
        let (mut learn, mut held_out) = (Vec::new(), Vec::new());
        for mut rows in by_label {
            rows.shuffle(random);
            let cut = (rows.len() / HELD_OUT_ONE_IN).max(1);
            held_out.extend(rows.drain(..cut));
            learn.extend(rows);
        }
        learn.sort_unstable();
        // Halves of this order calibrate one another, so it must not follow the labels.
        held_out.sort_unstable();
        held_out.shuffle(random);
        (learn, held_out)
    }

    fn card(&self, params: &Params, vectorizer: &Vectorizer, measured: Measured) -> Card {
        let data_hash = self.hash();
        let made_of = format!(
            "{data_hash} {params:?} {ANALYZER_VERSION}",
            params = Params { threads: 1, ..params.clone() }
        );
        let name = format!("{}-{}", params.axis.name(), &hex_sha256(&[made_of.as_bytes()])[..8]);
        Card {
            name,
            analyzer_version: ANALYZER_VERSION,
            data_hash,
            texts: self.texts.len(),
            labels: self.labels.clone(),
            features: vectorizer.columns(),
            temperature: measured.temperature,
            unsure_below: measured.unsure_below,
            params: params.clone(),
            metrics: measured.metrics,
        }
    }

    fn hash(&self) -> String {
        let mut to = Writer::default();
        for (&(text, language), &label) in self.texts.iter().zip(&self.truth) {
            to.text(text);
            to.text(language.code());
            to.text(&self.labels[label as usize]);
        }
        hex_sha256(&[&to.finish()])
    }
}

/// Weights as prediction uses them.
pub(super) struct Scorer {
    pub(super) weights: QuantisedRows,
    pub(super) bias: Vec<f32>,
}

impl Scorer {
    fn fit(rows: &SparseRows, texts: &[u32], data: &Data<'_>, params: &Params) -> Self {
        let labels = data.labels.len();
        let solver = SolverParams {
            cost: params.cost,
            balance: params.balance,
            tolerance: TOLERANCE,
            max_passes: MAX_PASSES,
        };
        let model = linear::fit(rows, texts, &data.truth, labels, &solver, (params.seed, params.threads));
        Self { weights: QuantisedRows::new(&model.weights, labels), bias: model.bias }
    }

    fn scores(&self, rows: &SparseRows, texts: &[u32]) -> Vec<f32> {
        let mut all = Vec::with_capacity(texts.len() * self.bias.len());
        for &text in texts {
            let start = all.len();
            all.extend_from_slice(&self.bias);
            let (columns, values) = rows.row(text as usize);
            for (&column, &value) in columns.iter().zip(values) {
                self.weights.add_row(column, value, &mut all[start..]);
            }
        }
        all
    }
}

struct Measured {
    metrics: Metrics,
    temperature: f32,
    unsure_below: f32,
}

/// Judges the held-out texts. Each half is judged under the temperature of the other, so that the
/// calibration error is not measured where it was minimised; the temperature kept comes from both.
fn measure(
    scorer: &Scorer,
    rows: &SparseRows,
    held_out: &[u32],
    data: &Data<'_>,
    params: &Params,
) -> Measured {
    let labels = data.labels.len();
    let scores = scorer.scores(rows, held_out);
    let truth: Vec<u32> = held_out.iter().map(|&row| data.truth[row as usize]).collect();
    let half = held_out.len() / 2;
    let first = fit_temperature(&scores[..half * labels], &truth[..half], labels);
    let second = fit_temperature(&scores[half * labels..], &truth[half..], labels);
    let judged: Vec<Judged> = scores
        .chunks_exact(labels)
        .zip(&truth)
        .enumerate()
        .map(|(index, (scores, &own))| {
            let mut scores = scores.to_vec();
            softmax(&mut scores, if index < half { second } else { first });
            let (best, _) = best_two(&scores);
            Judged { truth: own, given: best as u32, probability: scores[best] }
        })
        .collect();
    Measured {
        metrics: Metrics::of(&data.labels, &judged),
        temperature: fit_temperature(&scores, &truth, labels),
        unsure_below: sure_from(&judged, params.sure_accuracy),
    }
}

/// The lowest probability at and above which predictions were right at least `accuracy` of the time.
/// When none is, every prediction is unsure (the bound is then 1); with too few texts to tell, ½.
fn sure_from(judged: &[Judged], accuracy: f32) -> f32 {
    if judged.len() < MIN_SURE_TEXTS {
        return UNSURE_WITHOUT_EVIDENCE;
    }
    let mut falling: Vec<_> = judged.iter().map(|one| (one.probability, one.truth == one.given)).collect();
    falling.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut bound) = (0_usize, 1.0);
    for (index, &(probability, is_right)) in falling.iter().enumerate() {
        right += usize::from(is_right);
        let count = index + 1;
        if count >= MIN_SURE_TEXTS && right as f32 >= accuracy * count as f32 {
            bound = probability;
        }
    }
    bound
}
