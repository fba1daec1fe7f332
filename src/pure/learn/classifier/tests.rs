//! What a classifier promises, on a small set in two languages.

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
    ("service", "ejecutivo", ["maleducado", "que no responde", "grosero en sucursal", "ausente", "lento"]),
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
            texts.extend(troubles.map(|trouble| (format!("{opening} {noun} {trouble}"), language, label)));
        }
    }
    texts
}

fn train(threads: usize, seed: u64) -> (Classifier, Card) {
    let texts = texts();
    let docs: Vec<_> = texts
        .iter()
        .map(|(text, language, label)| LabelledText {
            text,
            language: *language,
            label,
            moment: None,
            values: &[],
        })
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
    let single: Vec<_> = asked.iter().map(|(text, language)| classifier.predict(text, *language)).collect();
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
    let doc =
        |text, label| LabelledText { text, language: Language::Spanish, label, moment: None, values: &[] };
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
    check(Params { term_power: -0.5, ..base.clone() }, "term_power");
    check(Params { threads: 0, ..base }, "threads");
}

#[test]
fn doubt_is_fitted_again_and_the_answers_stay() {
    use crate::learn::classifier::recent::RecentText;
    let (classifier, card) = train(1, 1);
    let texts = texts();
    let asked: Vec<_> = texts.iter().map(|(text, language, _)| (text.as_str(), *language)).collect();
    let before: Vec<_> =
        classifier.predict_many(&asked, 1).iter().map(|given| given.label.to_owned()).collect();
    // What people say of late has nothing to do with what the model gives.
    let recent: Vec<RecentText<'_>> = asked
        .repeat(2)
        .into_iter()
        .enumerate()
        .map(|(at, (text, language))| RecentText {
            text,
            language,
            label: ["cards", "loans", "service"][at * 7 % 3],
            weight: 1.0,
        })
        .collect();
    let (again, new_card) = classifier.recalibrated(&card, &recent, 1).unwrap();
    assert!(new_card.temperature > card.temperature && new_card.name != card.name, "{new_card:?}");
    assert_eq!(
        new_card.calibrated.as_ref().map(|on| (on.model.as_str(), on.texts)),
        Some((&*card.name, 120))
    );
    assert_eq!(new_card.label_thresholds.len(), 3);
    let home = tempfile::tempdir().unwrap();
    again.save(&new_card, home.path().join("m").as_path()).unwrap();
    let (read, read_card) = Classifier::load(&home.path().join("m")).unwrap();
    assert_eq!((&read_card, read.doubt()), (&new_card, again.doubt()));
    let after = read.predict_many(&asked, 1);
    assert!(after.iter().zip(&before).all(|(after, before)| after.label == before));
    let unsure = after.iter().filter(|given| given.unsure).count();
    assert!(unsure > after.len() / 2, "labels that say nothing leave {unsure} of {} unsure", after.len());
    let few = read.recalibrated(&new_card, &recent[..99], 1);
    assert!(matches!(few, Err(LearnError::TooFewRecent { found: 99, needed: 100 })), "{few:?}");
}
