//! Explanations say what decided: without the words they name, the label is less likely, by more than
//! without as many others.

use raiz::domain::label::Axis;
use raiz::domain::language::Language;
use raiz::learn::classifier::Classifier;
use raiz::pipeline::models::classifiers_in_use;
use raiz::simulate::corpus::{self, CorpusText};

/// Texts asked.
const TEXTS: usize = 200;
/// Words named.
const WORDS: usize = 5;
/// Times as many other words are taken out at random.
const DRAWS: u64 = 5;
/// Share of texts whose label must become less likely.
const FAITHFUL: f64 = 0.95;
/// Share of texts of which as many words taken out at random must lower it less: words that speak against a label may be
/// among those drawn, but of a text in a hundred at most so many that it matters.
const TELLING: f64 = 0.99;

#[test]
fn without_the_named_words_the_label_is_less_likely() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let models = classifiers_in_use(folder.path()).expect("the bundled models are whole");
    let corpus = corpus::bundled();
    let step = corpus.len() / TEXTS;
    let texts: Vec<&CorpusText> = corpus.iter().step_by(step).take(TEXTS).collect();
    for (axis, _, classifier) in &models {
        let effects: Vec<(f64, f64)> =
            texts.iter().map(|text| effects(classifier, &text.text, text.language())).collect();
        let lowered = effects.iter().filter(|(named, _)| *named > 0.0).count();
        let beaten = effects.iter().filter(|(named, random)| named > random).count();
        assert!(
            lowered as f64 >= FAITHFUL * TEXTS as f64,
            "{}: {lowered} of {TEXTS} labels are less likely without the words named",
            axis.name()
        );
        assert!(
            beaten as f64 >= TELLING * TEXTS as f64,
            "{}: other words taken out at random lower more in all but {beaten} of {TEXTS}",
            axis.name()
        );
    }
    assert_eq!(models.len(), Axis::ALL.len());
}

/// By how much the label's probability (as log-odds) falls without the named words, and in the mean without
/// as many words drawn at random.
fn effects(classifier: &Classifier, text: &str, language: Language) -> (f64, f64) {
    let label = classifier.predict(text, language).label;
    let place = classifier.labels().iter().position(|known| known == label).expect("its own label");
    let log_odds = |text: &str| {
        let p = f64::from(classifier.probabilities(&[(text, language)], 1)[0][place]).clamp(1e-9, 1.0 - 1e-9);
        (p / (1.0 - p)).ln()
    };
    let reasons = classifier.explain(text, language, label, WORDS);
    let mut rest = text.as_bytes().to_vec();
    for place in reasons.iter().flat_map(|reason| &reason.places) {
        rest[place.clone()].fill(b' ');
    }
    let whole = log_odds(text);
    let named = whole - log_odds(std::str::from_utf8(&rest).expect("whole words became spaces"));
    let words: Vec<&str> = text.split_whitespace().collect();
    let random = (1..=DRAWS).map(|draw| {
        let mut kept = words.clone();
        for turn in 0..reasons.len().min(words.len()) as u64 {
            let drawn = draw.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(turn << 32) >> 17;
            kept.remove(drawn as usize % kept.len());
        }
        whole - log_odds(&kept.join(" "))
    });
    (named, random.sum::<f64>() / DRAWS as f64)
}
