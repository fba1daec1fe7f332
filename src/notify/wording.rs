//! Signals in the words of a letter and as the body of a webhook.

use serde::Serialize;

use crate::domain::signal::Signal;
use crate::i18n::Locale;
use crate::i18n::signals::sentence;

/// A letter in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// A signal with the name of what it is about.
#[derive(Clone, Debug)]
pub struct Told {
    /// The signal.
    pub signal: Signal,
    /// What it is about, in the reader's language.
    pub subject: String,
}

/// The letter that tells these signals, the most striking first; without any, that of a test. `base` is the
/// address of the service, without a slash at its end.
pub fn letter(locale: Locale, told: &[Told], base: &str) -> Letter {
    let count = i64::try_from(told.len()).unwrap_or(i64::MAX);
    let subject = match told {
        [] => locale.text("letter-test-subject", &[]),
        [one] => locale.text("letter-subject", &[("subject", &one.subject)]),
        [first, ..] => locale.text("letter-subject-many", &[("subject", &first.subject), ("count", &count)]),
    };
    let mut body = String::new();
    if told.is_empty() {
        body.push_str(&locale.text("letter-test", &[]));
        body.push('\n');
    }
    for Told { signal, subject } in told {
        let sentence = sentence(locale, signal);
        body.push_str(&format!("{subject}\n{sentence}\n{base}/alertas/{}\n\n", signal.id));
    }
    body.push_str(&format!("-- \n{}\n{base}/alertas/avisos\n", locale.text("letter-foot", &[])));
    // A name may hold line breaks; a header may not.
    Letter { subject: subject.replace(['\r', '\n'], " "), body }
}

/// The body of a webhook.
#[derive(Debug, Serialize)]
struct Body<'a> {
    id: &'a str,
    test: bool,
    language: &'static str,
    signals: Vec<BodySignal<'a>>,
}

#[derive(Debug, Serialize)]
struct BodySignal<'a> {
    id: String,
    dimension: &'static str,
    key: &'a str,
    subject: &'a str,
    sentence: String,
    period_start: String,
    period_end: String,
    observed: u64,
    expected: f64,
    upper: f64,
    score: f64,
    link: String,
}

/// The JSON of a webhook that tells these signals; without any, that of a test.
pub fn body(locale: Locale, id: &str, told: &[Told], base: &str) -> String {
    let signals = told
        .iter()
        .map(|Told { signal, subject }| BodySignal {
            id: signal.id.to_string(),
            dimension: signal.node.dimension.name(),
            key: &signal.node.key,
            subject,
            sentence: sentence(locale, signal),
            period_start: signal.period_start.to_string(),
            period_end: signal.period_end.to_string(),
            observed: signal.evidence.observed,
            expected: signal.evidence.expected,
            upper: signal.evidence.upper,
            score: signal.evidence.score,
            link: format!("{base}/alertas/{}", signal.id),
        })
        .collect();
    let body = Body { id, test: told.is_empty(), language: locale.code(), signals };
    serde_json::to_string(&body).expect("texts and finite numbers are always JSON")
}
