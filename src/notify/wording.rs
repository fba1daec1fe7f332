//! Signals and mentions in the words of a letter and as the body of a webhook.

use serde::Serialize;

use crate::domain::signal::Signal;
use crate::domain::time::Timestamp;
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

/// A comment that speaks to the reader. What it says is read in the service: it may be about a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    /// Who wrote it.
    pub person: Option<String>,
    /// The group's permanent id, and its name.
    pub cluster: String,
    /// See `cluster`.
    pub title: String,
    /// When.
    pub at: Timestamp,
}

/// What one message tells; nothing at all when it is a test.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Signals, the most striking first.
    pub signals: Vec<Told>,
    /// Mentions, oldest first.
    pub mentions: Vec<Mentioned>,
}

impl Content {
    fn is_test(&self) -> bool {
        self.signals.is_empty() && self.mentions.is_empty()
    }

    fn subject(&self, locale: Locale) -> String {
        let count = i64::try_from(self.signals.len()).unwrap_or(i64::MAX);
        match (self.signals.as_slice(), self.mentions.first()) {
            ([], None) => locale.text("letter-test-subject", &[]),
            ([], Some(Mentioned { person, title, .. })) => {
                let person = named(locale, person.as_deref());
                locale.text("letter-mention-subject", &[("person", &person), ("title", title)])
            }
            ([one], _) => locale.text("letter-subject", &[("subject", &one.subject)]),
            ([first, ..], _) => {
                locale.text("letter-subject-many", &[("subject", &first.subject), ("count", &count)])
            }
        }
    }
}

/// The letter that tells this. `base` is the address of the service, without a slash at its end.
pub fn letter(locale: Locale, told: &Content, base: &str) -> Letter {
    let mut body = String::new();
    if told.is_test() {
        body.push_str(&locale.text("letter-test", &[]));
        body.push('\n');
    }
    for Mentioned { person, cluster, title, .. } in &told.mentions {
        let person = named(locale, person.as_deref());
        let sentence = locale.text("letter-mention", &[("person", &person), ("title", title)]);
        body.push_str(&format!("{sentence}\n{base}/grupos/{cluster}#comentarios\n\n"));
    }
    for Told { signal, subject } in &told.signals {
        let sentence = sentence(locale, signal);
        body.push_str(&format!("{subject}\n{sentence}\n{base}/alertas/{}\n\n", signal.id));
    }
    body.push_str(&format!("-- \n{}\n{base}/alertas/avisos\n", locale.text("letter-foot", &[])));
    // A name may hold line breaks; a header may not.
    Letter { subject: told.subject(locale).replace(['\r', '\n'], " "), body }
}

fn named(locale: Locale, person: Option<&str>) -> String {
    person.map_or_else(|| locale.text("letter-somebody", &[]), str::to_owned)
}

/// The body of a webhook.
#[derive(Debug, Serialize)]
struct Body<'a> {
    id: &'a str,
    test: bool,
    language: &'static str,
    signals: Vec<BodySignal<'a>>,
    mentions: Vec<BodyMention<'a>>,
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

#[derive(Debug, Serialize)]
struct BodyMention<'a> {
    cluster: &'a str,
    title: &'a str,
    person: Option<&'a str>,
    at: String,
    link: String,
}

/// The JSON of a webhook that tells this.
pub fn body(locale: Locale, id: &str, told: &Content, base: &str) -> String {
    let signals = told
        .signals
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
    let mentions = told.mentions.iter().map(|Mentioned { person, cluster, title, at }| BodyMention {
        cluster,
        title,
        person: person.as_deref(),
        at: at.to_rfc3339(),
        link: format!("{base}/grupos/{cluster}#comentarios"),
    });
    let mentions = mentions.collect();
    let body = Body { id, test: told.is_test(), language: locale.code(), signals, mentions };
    serde_json::to_string(&body).expect("texts and finite numbers are always JSON")
}
