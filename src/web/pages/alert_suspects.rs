//! What changed before an alert: registered changes that its complaints speak of, and how much.

use super::changes::kind_word;
use super::frame::Frame;
use crate::i18n::format;
use crate::pipeline::suspects::{SuspectChange, Trace};

/// Words of a change that are quoted.
const QUOTED: usize = 3;

/// The block of the page.
#[derive(Debug)]
pub(super) struct Suspects {
    /// What it comes to, in a sentence.
    pub(super) sentence: String,
    pub(super) rows: Vec<Row>,
}

/// A suspect.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) title: String,
    /// Its kind, its day, and how long before.
    pub(super) meta: String,
    /// A sentence for each of its words.
    pub(super) evidence: Vec<String>,
}

impl Suspects {
    pub(super) fn new(frame: &Frame, (suspects, looked_at): (Vec<SuspectChange>, usize)) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let with_evidence = suspects.iter().filter(|suspect| !suspect.evidence.is_empty()).count();
        let sentence = match (looked_at, with_evidence) {
            (0, _) => frame.t("suspects-none-registered"),
            (looked_at, 0) => frame.t1("suspects-none", "count", count(looked_at)),
            (_, found) => frame.t1("suspects-found", "count", count(found)),
        };
        Self { sentence, rows: suspects.into_iter().map(|suspect| row(frame, suspect)).collect() }
    }
}

fn row(frame: &Frame, suspect: SuspectChange) -> Row {
    let locale = frame.locale;
    let SuspectChange { change, days_before, evidence } = suspect;
    let lag = match days_before {
        ..=0 => frame.t("suspects-within"),
        days => frame.t1("suspects-before", "days", i64::from(days)),
    };
    let parts = [kind_word(locale, &change.text.kind), format::day(locale, change.text.day), lag];
    let percent = |share: f64| format::percent(locale, share);
    let mut sentences: Vec<String> = evidence
        .iter()
        .take(QUOTED)
        .map(|Trace { words, share_inside, share_before }| {
            let (now, usual) = (percent(*share_inside), percent(*share_before));
            locale.text("suspects-trace", &[("words", words), ("now", &now), ("usual", &usual)])
        })
        .collect();
    if sentences.is_empty() {
        sentences.push(frame.t("suspects-only-date"));
    }
    Row { title: change.text.title, meta: parts.join(" · "), evidence: sentences }
}

#[cfg(test)]
pub(super) fn sample(number: usize) -> (Vec<SuspectChange>, usize) {
    use super::tests::sample;
    use crate::domain::id::RegisteredChangeId;
    use crate::domain::registered_change::{ChangeText, RegisteredChange};
    let change = RegisteredChange {
        id: RegisteredChangeId(uuid::Uuid::from_u128(1)),
        text: ChangeText {
            external_id: None,
            kind: "release".to_owned(),
            title: "<b>Facturador</b> 8.4".to_owned(),
            note: String::new(),
            day: sample::TODAY,
            touches: std::collections::BTreeMap::new(),
        },
        registered_at: sample::NOW,
    };
    let trace = Trace { words: "<b>Facturador</b>".to_owned(), share_inside: 0.62, share_before: 0.031 };
    let told = SuspectChange { change: change.clone(), days_before: 6, evidence: vec![trace] };
    let dated = SuspectChange { change, days_before: -2, evidence: Vec::new() };
    match number {
        0 => (vec![told, dated], 7),
        1 => (vec![dated], 1),
        _ => (Vec::new(), 0),
    }
}
