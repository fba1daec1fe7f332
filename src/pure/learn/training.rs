//! What a classifier is trained from and how: the choice of texts, the split, the fit, and the figures
//! on texts held out.

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::LearnError;
use super::artefact::hex_sha256;
use super::evaluate::Metrics;
use super::held_out::{HeldOut, Measured};
use super::parallel::{MAX_THREADS, map_blocks};
use super::quantised::QuantisedRows;
use super::selection::{Data, Fold};
use super::softmax::{Softmax, SolverParams};
use super::sparse::SparseRows;
use super::structured::Structured;
use super::term_weights::label_information;
use super::vectorizer::{Vectorizer, VocabularyParams};
use crate::domain::language::Language;
use crate::text::ANALYZER_VERSION;
use crate::text::analyzer::Analyzer;
use crate::text::features::Features;

/// With fewer labels than this, a text costs no less.
const FEWEST_LABELS: usize = 10;
/// Columns at most, per text, and what is allowed however few the texts; the most frequent stay. More cost
/// time and memory and brought no accuracy on letters of 200 words.
const MAX_FEATURES_PER_TEXT: usize = 8;
const FEW_FEATURES: usize = 1 << 16;
/// Length of the word view against 1 for the characters, which bear rare labels and misspellings better.
const WORD_LENGTH: f32 = 0.7;
/// The descent ends at this share of the gap of even probabilities; closer brings no accuracy.
const TOLERANCE: f64 = 0.005;
/// A text this close to its optimum is passed over.
const SETTLED: f32 = 1e-3;
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
    /// When it came in, in any unit that grows; `None` when it is not known.
    pub moment: Option<i64>,
    /// For each column read beside the text its value, empty for none; nothing where there are no columns.
    pub values: &'a [String],
}

/// How a classifier is trained. [`Params::check`] makes it usable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Params {
    /// The question the labels answer, by a short name: `failure_type`, or a column of a file.
    pub question: String,
    /// Decides the split and the order of descent.
    pub seed: u64,
    /// Labels with fewer different texts are left out.
    pub min_label_count: usize,
    /// The label that says none of the others applies, where there is one; it is decided first.
    #[serde(default)]
    pub apart: Option<String>,
    /// Features in fewer texts are left out.
    pub min_documents: u32,
    /// What a text's loss costs, for each label it might have had (for ten, where they are fewer); higher
    /// fits the texts more closely. The more labels, the fewer texts bear on the weights of each.
    pub cost: f32,
    /// 0: texts count the same; 1: labels do; between: a power of that.
    pub balance: f32,
    /// How much more a feature weighs that tells the labels apart: 0 for not at all; see `term_weights`.
    #[serde(default)]
    pub term_power: f32,
    /// The share of texts whose prediction set shall hold the true label.
    pub coverage: f32,
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
    pub fn new(question: &str, seed: u64) -> Self {
        Self {
            question: question.to_owned(),
            seed,
            min_label_count: 5,
            apart: None,
            min_documents: 2,
            cost: 0.2,
            balance: 0.5,
            term_power: 0.6,
            coverage: 0.9,
            max_texts: 100_000,
            threads: 1,
        }
    }

    fn solver(&self, labels: usize) -> SolverParams {
        SolverParams {
            cost: self.cost * labels.max(FEWEST_LABELS) as f32,
            balance: self.balance,
            tolerance: TOLERANCE,
            settled: SETTLED,
            max_passes: MAX_PASSES,
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
        within("term_power", self.term_power, 0.0, 4.0, "between 0 and 4")?;
        within("coverage", self.coverage, 0.5, 0.999, "between 0.5 and 0.999")?;
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

impl ValidParams {
    /// What decides the split and the order of learning.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }
}

/// What a model was made of and how good it is; kept beside it as `card.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The question and the start of a hash over data, parameters and versions: `kind-3f2a91c0`.
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
    /// Less probable labels are not in the prediction set.
    pub set_threshold: f32,
    /// The same by label, in the order of `labels`, for sets that promise their coverage for each true label.
    /// Labels with few held-out texts share one. Models from before it was kept have none.
    #[serde(default)]
    pub label_thresholds: Vec<f32>,
    /// The recent texts temperature and thresholds were fitted on again, where that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated: Option<CalibratedOn>,
    /// Columns it reads beside the text, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub structured: Vec<String>,
    /// How it was trained.
    pub params: Params,
    /// Figures on held-out texts, from models that had not seen them: the latest fifth when moments are
    /// known, every text once, in fifths, where texts are few, else a fifth. The vocabulary, which knows no
    /// labels, was counted on all. Temperature and calibration error come from different halves.
    pub metrics: Metrics,
    /// The same figures for each language apart.
    pub languages: Vec<LanguageMetrics>,
    /// Labels that are missed more often than found.
    pub weaknesses: Vec<Weakness>,
}

/// The recent labelled texts a model's doubt was fitted on again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibratedOn {
    /// The model before, alike but for temperature and thresholds.
    pub model: String,
    /// Texts fitted on.
    pub texts: usize,
    /// SHA-256 over them and their labels, in hexadecimal.
    pub data_hash: String,
}

/// How good a model is on the held-out texts of one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LanguageMetrics {
    /// Its code.
    pub language: String,
    /// Held-out texts in it.
    pub texts: u32,
    /// Share given the right label.
    pub accuracy: f32,
    /// Mean F1 over the labels that occur in it.
    pub macro_f1: f32,
}

/// A label the model often misses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weakness {
    /// The label.
    pub label: String,
    /// Of its held-out texts, the share given it.
    pub recall: f32,
    /// The other label its texts are given most often.
    pub taken_for: String,
}

/// Everything a fit makes.
pub(super) struct Trained {
    pub(super) vectorizer: Vectorizer,
    pub(super) structured: Structured,
    pub(super) scorer: Scorer,
    pub(super) labels: Vec<String>,
    pub(super) card: Card,
}

/// Learns from labelled texts; see `Classifier::train`.
pub(super) fn train(
    analyzer: &Analyzer,
    docs: &[LabelledText<'_>],
    columns: &[String],
    ValidParams(params): &ValidParams,
) -> Result<Trained, LearnError> {
    let mut random = ChaCha8Rng::seed_from_u64(params.seed);
    let data = Data::select(docs, params, &mut random)?;
    let vocabulary = VocabularyParams {
        min_documents: params.min_documents,
        min_character_documents: params.min_documents + 1,
        max_share: 1.0,
        max_features: FEW_FEATURES.max(MAX_FEATURES_PER_TEXT * data.texts.len()),
        word_length: WORD_LENGTH,
    };
    let threads = params.threads;
    let mut vectorizer = Vectorizer::fit(analyzer, Features::ForLabels, &data.texts, &vocabulary, threads)?;
    let mut rows = vectorizer.transform(analyzer, &data.texts, threads);
    // What most texts touch stands first: in this order it lies together.
    rows.sort();
    let folds = data.folds(&mut random);
    let solver = params.solver(data.labels.len());
    let labelled = (data.truth.as_slice(), data.labels.len());
    // What a feature tells is counted without the texts that are held out.
    let tells =
        |rows: &SparseRows, texts: &[u32]| label_information(rows, texts, labelled, params.term_power);
    let structured = Structured::fit(columns, &data.values);
    let learn = |rows: &SparseRows, fold: &Fold| {
        let rows = &*structured.beside(rows, &data.values);
        let mut model = Softmax::new(rows, &data.truth, data.labels.len(), &solver);
        model.descend(&fold.learn, &solver, params.seed);
        let held_out = HeldOut::judge(&Scorer::of(&model), rows, fold, &data);
        (held_out, model.into_progress())
    };
    let (last, before) = folds.split_last().expect("a fifth is always held out");
    let judge = |(): &mut (), part: Range<usize>| {
        let fold = &before[part.start];
        let mut own = rows.clone();
        vectorizer.reweigh_rows(&mut own, &tells(&rows, &fold.learn));
        learn(&own, fold).0
    };
    let mut held_out = HeldOut::none(data.labels.len());
    for part in map_blocks(before.len(), 1, threads, || (), judge) {
        held_out.extend(part);
    }
    let told = tells(&rows, &last.learn);
    vectorizer.reweigh_rows(&mut rows, &told);
    let (part, progress) = learn(&rows, last);
    held_out.extend(part);
    // The model of the last fold goes on to all texts, and what they all tell.
    let all: Vec<u32> = (0..data.texts.len() as u32).collect();
    let told_by_all = tells(&rows, &all);
    let more: Vec<f32> = told_by_all.iter().zip(&told).map(|(all, before)| all / before).collect();
    vectorizer.reweigh_rows(&mut rows, &more);
    vectorizer.reweigh(&told_by_all);
    let rows = &*structured.beside(&rows, &data.values);
    let mut whole = Softmax::resumed(rows, labelled, &solver, progress);
    whole.descend(&all, &solver, params.seed);
    let scorer = Scorer::of(&whole);
    let measured = held_out.measure(&data.labels, params);
    let card = Card { structured: columns.to_vec(), ..card(&data, params, &vectorizer, measured) };
    Ok(Trained { vectorizer, structured, scorer, labels: data.labels, card })
}

fn card(data: &Data<'_>, params: &Params, vectorizer: &Vectorizer, measured: Measured) -> Card {
    let data_hash = data.hash();
    let made_of = format!(
        "{data_hash} {params:?} {ANALYZER_VERSION}",
        params = Params { threads: 1, ..params.clone() }
    );
    let name = format!("{}-{}", params.question, &hex_sha256(&[made_of.as_bytes()])[..8]);
    Card {
        name,
        analyzer_version: ANALYZER_VERSION,
        data_hash,
        texts: data.texts.len(),
        labels: data.labels.clone(),
        features: vectorizer.columns(),
        temperature: measured.doubt.temperature,
        set_threshold: measured.doubt.set_threshold,
        label_thresholds: measured.doubt.label_thresholds,
        calibrated: None,
        structured: Vec::new(),
        params: params.clone(),
        metrics: measured.metrics,
        languages: measured.languages,
        weaknesses: measured.weaknesses,
    }
}

/// Weights as prediction uses them.
pub(super) struct Scorer {
    pub(super) weights: QuantisedRows,
    pub(super) bias: Vec<f32>,
}

impl Scorer {
    fn of(model: &Softmax<'_>) -> Self {
        let bias = model.bias();
        let weights =
            QuantisedRows::of_rows(model.features(), bias.len(), |row, out| model.weights_of(row, out));
        Self { weights, bias }
    }

    /// Scores of every label for each of `texts`, one after another.
    pub(super) fn scores(&self, rows: &SparseRows, texts: &[u32]) -> Vec<f32> {
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
