//! What the bundled corpus promises in `corpora/SOURCES.md`: enough of everything, and texts that are
//! texts of their own.

use std::collections::{BTreeMap, HashMap, HashSet};

use raiz::domain::label::Axis;
use raiz::domain::taxonomy::Taxonomy;
use raiz::simulate::corpus::{self, CorpusText};

const MIN_TEXTS: [(&str, usize); 2] = [("es", 2_000), ("en", 600)];
const MIN_PER_LABEL: [(Axis, usize); 3] =
    [(Axis::Kind, 40), (Axis::ProductArea, 60), (Axis::FailureType, 60)];
/// Distinct sequences of four words among all of a cell of product area and failure type.
const MIN_DISTINCT: f64 = 0.85;
/// Share of common sequences of three words (Jaccard) from which two texts are copies.
const COPY: f64 = 0.35;

const CHANNELS: [&str; 8] = ["web", "email", "letter", "tweet", "chat", "call", "branch", "app"];
const HARMS: [&str; 8] = ["none", "time", "money", "access", "distress", "health", "privacy", "safety"];
const REMEDIES: [&str; 12] = [
    "refund",
    "repair",
    "replacement",
    "apology",
    "explanation",
    "cancellation",
    "correction",
    "compensation",
    "information",
    "delivery",
    "stop",
    "none",
];
const PERSONAL: [&str; 8] = ["email", "phone", "card", "iban", "national_id", "name", "address", "account"];

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn grams(text: &str, length: usize) -> Vec<Vec<String>> {
    words(text).windows(length).map(<[String]>::to_vec).collect()
}

#[test]
fn there_is_enough_of_every_label_in_both_languages() {
    let texts = corpus::bundled();
    for (language, wanted) in MIN_TEXTS {
        let count = texts.iter().filter(|text| text.language == language).count();
        assert!(count >= wanted, "{count} texts in {language}, {wanted} promised");
    }
    let taxonomy = Taxonomy::starter();
    for (axis, wanted) in MIN_PER_LABEL {
        for term in taxonomy.terms(axis) {
            let count = texts.iter().filter(|text| text.label(axis) == term.id).count();
            assert!(count >= wanted, "{} {}: {count} texts, {wanted} promised", axis.name(), term.id);
        }
    }
    let cells: HashSet<(&str, &str)> =
        texts.iter().map(|text| (text.product_area.as_str(), text.failure_type.as_str())).collect();
    assert!(cells.len() >= 250, "{} cells of product area and failure type", cells.len());
}

#[test]
fn every_field_holds_a_word_of_its_list() {
    for text in corpus::bundled() {
        let id = &text.id;
        assert!(CHANNELS.contains(&text.channel.as_str()), "{id}: channel {}", text.channel);
        assert!(HARMS.contains(&text.harm.as_str()), "{id}: harm {}", text.harm);
        assert!(REMEDIES.contains(&text.remedy.as_str()), "{id}: remedy {}", text.remedy);
        for datum in &text.pii {
            assert!(PERSONAL.contains(&datum.kind.as_str()), "{id}: personal data `{}`", datum.kind);
        }
    }
}

#[test]
fn texts_of_a_cell_share_few_sequences_of_words() {
    let texts = corpus::bundled();
    let mut cells: BTreeMap<(&str, &str), Vec<&CorpusText>> = BTreeMap::new();
    for text in texts.iter().filter(|text| text.template.is_none()) {
        cells.entry((text.product_area.as_str(), text.failure_type.as_str())).or_default().push(text);
    }
    for (cell, texts) in cells {
        let all: Vec<Vec<String>> = texts.iter().flat_map(|text| grams(&text.text, 4)).collect();
        let distinct = all.iter().collect::<HashSet<_>>().len();
        let share = distinct as f64 / all.len().max(1) as f64;
        assert!(share >= MIN_DISTINCT, "{cell:?}: {share:.3} of the sequences are distinct");
    }
}

#[test]
fn only_circulated_letters_are_alike() {
    let texts = corpus::bundled();
    let shingles: Vec<HashSet<Vec<String>>> =
        texts.iter().map(|text| grams(&text.text, 3).into_iter().collect()).collect();
    let mut holders: HashMap<&Vec<String>, Vec<usize>> = HashMap::new();
    for (index, set) in shingles.iter().enumerate() {
        set.iter().for_each(|gram| holders.entry(gram).or_default().push(index));
    }
    let mut common: HashMap<(usize, usize), usize> = HashMap::new();
    for holders in holders.values() {
        for (at, &first) in holders.iter().enumerate() {
            for &second in &holders[at + 1..] {
                *common.entry((first.min(second), first.max(second))).or_default() += 1;
            }
        }
    }
    for ((first, second), count) in common {
        let together = shingles[first].len() + shingles[second].len() - count;
        let (a, b) = (&texts[first], &texts[second]);
        let same_letter = a.template.is_some() && a.template == b.template;
        assert!(same_letter || (count as f64) < COPY * together as f64, "{} and {} are alike", a.id, b.id);
    }
}
