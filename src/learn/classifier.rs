//! One classifier per axis: words and characters of a text into a label, a calibrated probability and,
//! when asked, the words that decided.
//!
//! It knows labels only as strings; what they mean is the taxonomy's business.

use std::ops::Range;
use std::path::Path;

use super::LearnError;
use super::artefact::{self, Kind};
use super::bytes::{Corrupt, Reader, Writer};
use super::calibrate::{given_and_next, softmax};
use super::conformal::set_size;
use super::parallel::map_blocks;
use super::quantised::QuantisedRows;
use super::reading::ReadTexts;
use super::sparse::SparseRows;
use super::training::{self, Card, LabelledText, Scorer, Trained, ValidParams, place_of};
use super::vectorizer::{Encoder, Text, Vectorizer};
use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;

/// Texts handed to a predicting thread at a time.
const TEXTS_PER_BLOCK: usize = 32;
/// Different words of a text that are weighed when explaining; each costs one prediction.
const MAX_EXPLAINED_WORDS: usize = 200;

/// A label for one text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction<'a> {
    /// The label given: the most probable one, unless that says none of the others applies and they outweigh it.
    pub label: &'a str,
    /// Its calibrated probability, 0 to 1.
    pub probability: f32,
    /// The next label.
    pub runner_up: &'a str,
    /// The next label's probability.
    pub runner_up_probability: f32,
    /// Labels in the prediction set: this one and those that cannot be ruled out at the stated coverage.
    pub set_size: usize,
    /// Whether the honest answer is "not sure": the prediction set is not this label alone.
    pub unsure: bool,
}

/// A word of a text that speaks for a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// As first written.
    pub word: String,
    /// The label's log-odds with the word, less those without it; above 0.
    pub weight: f32,
    /// The bytes of each of its occurrences, forms of one stem among them, in order.
    pub places: Vec<Range<usize>>,
}

/// Texts a classifier has read, to find the nearest among.
#[derive(Debug)]
pub struct Examples(SparseRows);

/// A trained classifier.
#[derive(Debug)]
pub struct Classifier {
    analyzer: Analyzer,
    vectorizer: Vectorizer,
    weights: QuantisedRows,
    bias: Vec<f32>,
    labels: Vec<String>,
    /// Where the label stands that says none of the others applies.
    apart: Option<usize>,
    temperature: f32,
    set_threshold: f32,
}

impl Classifier {
    /// Learns from labelled texts. Repeats of a text (case, spacing, punctuation and digits aside) count
    /// once, with the first one's label. The same texts, parameters and seed give the same model, bit
    /// for bit, on any number of threads.
    ///
    /// # Errors
    /// When fewer than two labels, or no feature, occur often enough.
    pub fn train(docs: &[LabelledText<'_>], params: &ValidParams) -> Result<(Self, Card), LearnError> {
        let analyzer = Analyzer::new();
        let Trained { vectorizer, scorer: Scorer { weights, bias }, labels, card } =
            training::train(&analyzer, docs, params)?;
        let (temperature, set_threshold) = (card.temperature, card.set_threshold);
        let apart = place_of(&labels, card.params.apart.as_deref());
        Ok((Self { analyzer, vectorizer, weights, bias, labels, apart, temperature, set_threshold }, card))
    }

    /// The labels it can give, sorted.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Labels one text.
    pub fn predict(&self, text: &str, language: Language) -> Prediction<'_> {
        self.predict_with(&mut self.vectorizer.encoder(&self.analyzer), &mut Vec::new(), (text, language))
    }

    /// Labels many texts, in their order.
    pub fn predict_many(&self, texts: &[(&str, Language)], threads: usize) -> Vec<Prediction<'_>> {
        let start = || (self.vectorizer.encoder(&self.analyzer), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(encoder, scores), range| {
            texts[range].iter().map(|&text| self.predict_with(encoder, scores, text)).collect::<Vec<_>>()
        });
        parts.concat()
    }

    /// The labels of a text with their probabilities, the one given first, then by probability; at most `count`.
    pub fn ranked(&self, text: &str, language: Language, count: usize) -> Vec<(&str, f32)> {
        let mut scores = Vec::new();
        self.score(self.vectorizer.encoder(&self.analyzer).encode((text, language)), &mut scores);
        softmax(&mut scores, self.temperature);
        let mut places = self.by_probability(&scores);
        places.truncate(count);
        places.into_iter().map(|place| (self.labels[place].as_str(), scores[place])).collect()
    }

    /// As [`Self::predict_many`], of texts read before.
    pub fn predict_read(&self, texts: &ReadTexts, threads: usize) -> Vec<Prediction<'_>> {
        let start = || (self.vectorizer.encoder(&self.analyzer), Vec::new());
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |(encoder, scores), range| {
            texts
                .range(range)
                .map(|found| self.decide(encoder.encode_read(found), scores))
                .collect::<Vec<_>>()
        });
        parts.concat()
    }

    /// The probability of every label, in the order of [`Self::labels`], for many texts in their order.
    pub fn probabilities(&self, texts: &[(&str, Language)], threads: usize) -> Vec<Vec<f32>> {
        let start = || self.vectorizer.encoder(&self.analyzer);
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |encoder, range| {
            let mut all = Vec::with_capacity(range.len());
            for &text in &texts[range] {
                let mut scores = Vec::with_capacity(self.labels.len());
                self.weigh(encoder.encode(text), &mut scores);
                all.push(scores);
            }
            all
        });
        parts.into_iter().flatten().collect()
    }

    /// The share, 0 to 1, of the texts' words and pairs of words the model has no weight for; `None` without
    /// any.
    pub fn unseen_share(&self, texts: &[(&str, Language)], threads: usize) -> Option<f64> {
        let start = || self.vectorizer.encoder(&self.analyzer);
        let parts = map_blocks(texts.len(), TEXTS_PER_BLOCK, threads, start, |encoder, range| {
            texts[range].iter().map(|&text| encoder.unseen(text)).collect::<Vec<_>>()
        });
        let (unseen, all) = parts.iter().flatten().fold((0, 0), |sum, text| (sum.0 + text.0, sum.1 + text.1));
        (all > 0).then(|| unseen as f64 / all as f64)
    }

    /// The prediction set that goes with the probabilities of a text: the places of the labels that cannot
    /// be ruled out at the stated coverage, the one given first. Never empty.
    pub fn prediction_set(&self, probabilities: &[f32]) -> Vec<usize> {
        let mut places = self.by_probability(probabilities);
        places.truncate(set_size(probabilities, self.set_threshold, places[0]));
        places
    }

    /// The places of all labels, the one given first, then by probability.
    fn by_probability(&self, probabilities: &[f32]) -> Vec<usize> {
        let (given, _) = given_and_next(probabilities, self.apart);
        let mut places: Vec<usize> = (0..probabilities.len()).collect();
        places.sort_by(|&a, &b| {
            (b == given).cmp(&(a == given)).then(probabilities[b].total_cmp(&probabilities[a]))
        });
        places
    }

    /// The words of a text that speak for `label`, strongest first, at most `count`: those without which its
    /// log-odds are lower, each with the difference. Empty for a label the model does not know. Characters
    /// within a word and pairs with its neighbours count for the word. Function words are not weighed.
    pub fn explain(&self, text: &str, language: Language, label: &str, count: usize) -> Vec<Reason> {
        let Some(label) = self.place(label) else { return Vec::new() };
        let mut reasons = self.words(text, language);
        let mut encoder = self.vectorizer.encoder(&self.analyzer);
        let mut scores = Vec::new();
        let mut log_odds = |text: &str| {
            self.score(encoder.encode((text, language)), &mut scores);
            log_odds(&scores, self.temperature, label)
        };
        let whole = log_odds(text);
        for reason in &mut reasons {
            reason.weight = whole - log_odds(&without(text, &reason.places));
        }
        reasons.retain(|reason| reason.weight > 0.0);
        reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        reasons.truncate(count);
        reasons
    }

    /// Every different word of a text but function words, in the order they first occur, not yet weighed.
    fn words(&self, text: &str, language: Language) -> Vec<Reason> {
        let (mut words, mut terms): (Vec<Reason>, Vec<String>) = Default::default();
        self.analyzer.each_token(text, language, |token| {
            if token.is_stop {
                return;
            }
            let place = token.start..token.end;
            match terms.iter().position(|term| term == token.term) {
                Some(known) => words[known].places.push(place),
                None if words.len() < MAX_EXPLAINED_WORDS => {
                    terms.push(token.term.to_owned());
                    words.push(Reason {
                        word: text[place.clone()].to_owned(),
                        weight: 0.0,
                        places: vec![place],
                    });
                }
                None => {}
            }
        });
        words
    }

    fn place(&self, label: &str) -> Option<usize> {
        self.labels.binary_search_by(|known| known.as_str().cmp(label)).ok()
    }

    /// Texts to look for likeness among, as this model reads them; for [`Self::nearest`].
    pub fn examples(&self, texts: &[(&str, Language)], threads: usize) -> Examples {
        Examples(self.vectorizer.transform(&self.analyzer, texts, threads))
    }

    /// The examples most like a text, most alike first, at most `count`: the place of each among them, and
    /// the cosine of the two, 0 to 1. Examples without a feature in common are left out.
    pub fn nearest(
        &self,
        Examples(rows): &Examples,
        text: &str,
        language: Language,
        count: usize,
    ) -> Vec<(usize, f32)> {
        let mut own = vec![0.0_f32; self.vectorizer.columns()];
        let mut square = 0.0;
        for &(column, value) in self.vectorizer.encoder(&self.analyzer).encode((text, language)) {
            own[column as usize] = value;
            square += value * value;
        }
        let likeness = |row: usize| {
            let (columns, values) = rows.row(row);
            let (mut product, mut other) = (0.0_f32, 0.0_f32);
            for (&column, value) in columns.iter().zip(values) {
                product += own[column as usize] * value;
                other += value * value;
            }
            if product > 0.0 { product / (square * other).sqrt() } else { 0.0 }
        };
        let mut all: Vec<(usize, f32)> = (0..rows.rows()).map(|row| (row, likeness(row))).collect();
        all.retain(|(_, cosine)| *cosine > 0.0);
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(count);
        all
    }

    /// Writes a model folder, replacing one of the same name.
    pub fn save(&self, card: &Card, folder: &Path) -> Result<(), LearnError> {
        let mut to = Writer::default();
        self.vectorizer.write(&mut to);
        self.weights.write(&mut to);
        to.f32s(&self.bias);
        to.f32(self.temperature);
        to.f32(self.set_threshold);
        self.labels.iter().for_each(|label| to.text(label));
        artefact::save(folder, Kind::Classifier, card, &to.finish())
    }

    /// Reads a model folder.
    ///
    /// # Errors
    /// When the folder is missing, damaged, not a classifier, or made with another text analysis.
    pub fn load(folder: &Path) -> Result<(Self, Card), LearnError> {
        let (card, model) = artefact::load(folder, Kind::Classifier, Self::read)?;
        Ok((model.with(&card), card))
    }

    /// Reads a model from the contents of its two files: one that is part of the program.
    ///
    /// # Errors
    /// As [`Classifier::load`].
    pub fn from_bytes(card: &[u8], model: &[u8]) -> Result<(Self, Card), LearnError> {
        let (card, model) = artefact::parse(
            (Path::new(artefact::CARD_FILE), card),
            (Path::new(artefact::MODEL_FILE), model),
            Kind::Classifier,
            Self::read,
        )?;
        Ok((model.with(&card), card))
    }

    /// The model with what its card alone says.
    fn with(self, card: &Card) -> Self {
        Self { apart: place_of(&self.labels, card.params.apart.as_deref()), ..self }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let vectorizer = Vectorizer::read(from)?;
        let weights = QuantisedRows::read(from)?;
        let bias = from.f32s()?;
        let (temperature, set_threshold) = (from.f32()?, from.f32()?);
        let labels = bias.iter().map(|_| from.text()).collect::<Result<Vec<_>, _>>()?;
        let fits = labels.len() >= 2
            && weights.columns() == labels.len()
            && weights.rows() == vectorizer.columns()
            && temperature > 0.0;
        if !fits {
            return Err(Corrupt("parts that do not fit together"));
        }
        let analyzer = Analyzer::new();
        Ok(Self { analyzer, vectorizer, weights, bias, labels, apart: None, temperature, set_threshold })
    }

    fn predict_with(
        &self,
        encoder: &mut Encoder<'_>,
        scores: &mut Vec<f32>,
        text: Text<'_>,
    ) -> Prediction<'_> {
        self.decide(encoder.encode(text), scores)
    }

    fn decide(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) -> Prediction<'_> {
        let is_blank = self.weigh(row, scores);
        let (given, next) = given_and_next(scores, self.apart);
        let set_size = set_size(scores, self.set_threshold, given);
        Prediction {
            label: &self.labels[given],
            probability: scores[given],
            runner_up: &self.labels[next],
            runner_up_probability: scores[next],
            set_size,
            unsure: is_blank || set_size > 1,
        }
    }

    /// Replaces `scores` by the probability of every label; says whether the text has no known feature.
    fn weigh(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) -> bool {
        self.score(row, scores);
        softmax(scores, self.temperature);
        row.is_empty()
    }

    fn score(&self, row: &[(u32, f32)], scores: &mut Vec<f32>) {
        scores.clear();
        scores.extend_from_slice(&self.bias);
        row.iter().for_each(|&(column, value)| self.weights.add_row(column, value, scores));
    }
}

/// ln p / (1 − p) of the label at `label`, under a temperature.
fn log_odds(scores: &[f32], temperature: f32, label: usize) -> f32 {
    let others = || scores.iter().enumerate().filter(|(place, _)| *place != label).map(|(_, score)| *score);
    let most = others().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = others().map(|score| ((score - most) / temperature).exp()).sum();
    (scores[label] - most) / temperature - sum.ln()
}

/// `text` with a space in place of each span; spans are in order and do not overlap.
fn without(text: &str, spans: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        rest.push_str(&text[at..span.start]);
        rest.push(' ');
        at = span.end;
    }
    rest.push_str(&text[at..]);
    rest
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::learn::artefact::{CARD_FILE, MODEL_FILE};
    use crate::learn::training::Params;

    const SPANISH: [(&str, &str, [&str; 5]); 3] = [
        (
            "cards",
            "tarjeta",
            ["bloqueada en el cajero", "no llega", "clonada ayer", "rechazada al pagar", "vencida"],
        ),
        (
            "loans",
            "crédito",
            ["con interés mal calculado", "rechazado", "con cuota doble", "sin desembolso", "vencido"],
        ),
        (
            "service",
            "ejecutivo",
            ["maleducado", "que no responde", "grosero en sucursal", "ausente", "lento"],
        ),
    ];
    const ENGLISH: [(&str, &str, [&str; 5]); 3] = [
        (
            "cards",
            "card",
            ["blocked at the machine", "never arrived", "cloned", "declined in the shop", "expired"],
        ),
        ("loans", "loan", ["with wrong interest", "refused", "charged twice", "not paid out", "overdue"]),
        ("service", "clerk", ["was rude", "does not answer", "shouted at me", "was away", "is slow"]),
    ];
    const OPENINGS: [&str; 4] = ["Hola, mi", "Buenas tardes, reclamo: el", "Hello, my", "Again the"];

    /// (text, language, label): every opening with every noun and trouble.
    fn texts() -> Vec<(String, Language, &'static str)> {
        let mut texts = Vec::new();
        for (index, opening) in OPENINGS.iter().enumerate() {
            let (table, language) =
                if index < 2 { (SPANISH, Language::Spanish) } else { (ENGLISH, Language::English) };
            for (label, noun, troubles) in table {
                texts
                    .extend(troubles.map(|trouble| (format!("{opening} {noun} {trouble}"), language, label)));
            }
        }
        texts
    }

    fn train(threads: usize, seed: u64) -> (Classifier, Card) {
        let texts = texts();
        let docs: Vec<_> = texts
            .iter()
            .map(|(text, language, label)| LabelledText { text, language: *language, label, moment: None })
            .collect();
        let params = Params { threads, ..Params::new("product_area", seed) }.check().unwrap();
        Classifier::train(&docs, &params).unwrap()
    }

    #[test]
    fn labels_unseen_texts_in_both_languages() {
        let (classifier, card) = train(1, 1);
        assert!(card.metrics.accuracy > card.metrics.majority + 0.3, "{:?}", card.metrics);
        let languages: Vec<_> = card.languages.iter().map(|own| own.language.as_str()).collect();
        assert_eq!(languages, ["es", "en"]);
        assert_eq!(card.languages.iter().map(|own| own.texts).sum::<u32>(), card.metrics.texts);
        let check = |text, language, want| {
            let got = classifier.predict(text, language);
            assert_eq!(got.label, want, "{text}: {got:?}");
            assert!(got.probability >= got.runner_up_probability && got.runner_up != want, "{got:?}");
        };
        check("perdí mi tarjeta en el bus", Language::Spanish, "cards");
        check("el crédito tiene interés abusivo", Language::Spanish, "loans");
        check("un ejecutivo muy grosero", Language::Spanish, "service");
        check("somebody stole my card", Language::English, "cards");
        check("a rude clerk", Language::English, "service");
    }

    #[test]
    fn a_text_without_known_features_is_unsure() {
        let (classifier, _) = train(1, 1);
        for text in ["", "   ", "…", "私"] {
            assert!(classifier.predict(text, Language::Unknown).unsure, "{text:?}");
        }
    }

    #[test]
    fn the_deciding_word_comes_first() {
        let (classifier, _) = train(1, 1);
        let reasons =
            classifier.explain("mi tarjeta es azul y mi Tarjeta es nueva", Language::Spanish, "cards", 3);
        assert_eq!(reasons.first().map(|reason| reason.word.as_str()), Some("tarjeta"), "{reasons:?}");
        assert_eq!(reasons[0].places, [3..10, 24..31]);
        assert!(reasons.iter().all(|reason| reason.weight > 0.0) && reasons.len() <= 3, "{reasons:?}");
        assert!(classifier.explain("mi tarjeta", Language::Spanish, "no such label", 3).is_empty());
    }

    #[test]
    fn the_nearest_example_is_the_text_itself() {
        let (classifier, _) = train(1, 1);
        let texts = texts();
        let asked: Vec<_> = texts.iter().map(|(text, language, _)| (text.as_str(), *language)).collect();
        let examples = classifier.examples(&asked, 2);
        let near = classifier.nearest(&examples, asked[7].0, asked[7].1, 3);
        assert_eq!((near[0].0, near.len()), (7, 3), "{near:?}");
        assert!((near[0].1 - 1.0).abs() < 1e-5 && near[1].1 < 1.0, "{near:?}");
        assert!(classifier.nearest(&examples, "…", Language::Spanish, 3).is_empty());
    }

    #[test]
    fn many_are_labelled_as_one_by_one() {
        let (classifier, _) = train(1, 1);
        let texts = texts();
        let asked: Vec<_> = texts.iter().map(|(text, language, _)| (text.as_str(), *language)).collect();
        let single: Vec<_> =
            asked.iter().map(|(text, language)| classifier.predict(text, *language)).collect();
        for threads in [1, 2] {
            assert_eq!(classifier.predict_many(&asked, threads), single);
            let read = ReadTexts::new(&Analyzer::new(), &asked, threads);
            assert_eq!(classifier.predict_read(&read, threads), single);
        }
    }

    #[test]
    fn same_data_and_seed_give_the_same_bytes_on_any_threads() {
        let home = tempfile::tempdir().unwrap();
        let bytes = |name: &str, threads, seed| {
            let (classifier, card) = train(threads, seed);
            let folder = home.path().join(name);
            classifier.save(&card, &folder).unwrap();
            (card.name, fs::read(folder.join(CARD_FILE)).unwrap(), fs::read(folder.join(MODEL_FILE)).unwrap())
        };
        let one = bytes("one", 1, 1);
        assert!(one == bytes("two", 2, 1), "two threads changed the model");
        assert!(one.0 != bytes("other", 1, 2).0, "another seed, another name");
    }

    #[test]
    fn a_saved_classifier_predicts_as_before() {
        let home = tempfile::tempdir().unwrap();
        let (classifier, card) = train(1, 1);
        let folder = home.path().join(&card.name);
        classifier.save(&card, &folder).unwrap();
        let (read, read_card) = Classifier::load(&folder).unwrap();
        assert_eq!(card, read_card);
        for (text, language, _) in texts() {
            assert_eq!(classifier.predict(&text, language), read.predict(&text, language));
        }
        assert!(matches!(Classifier::load(home.path()), Err(LearnError::Io { .. })));
    }

    #[test]
    fn too_little_to_learn_from_is_an_error() {
        let params = Params::new("kind", 1).check().unwrap();
        let doc = |text, label| LabelledText { text, language: Language::Spanish, label, moment: None };
        let repeats = vec![doc("reclamo", "claim"); 20];
        assert!(matches!(
            Classifier::train(&repeats, &params),
            Err(LearnError::TooFewLabels { found: 0, min_label_count: 5 })
        ));
        assert!(Classifier::train(&[], &params).is_err());
    }

    #[test]
    fn parameters_out_of_range_are_named() {
        let base = Params::new("kind", 1);
        let check = |params: Params, want: &str| {
            let message = params.check().unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        };
        check(Params { cost: 0.0, ..base.clone() }, "cost");
        check(Params { cost: f32::NAN, ..base.clone() }, "cost");
        check(Params { balance: 1.5, ..base.clone() }, "balance");
        check(Params { threads: 0, ..base }, "threads");
    }
}
