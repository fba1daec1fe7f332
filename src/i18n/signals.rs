//! A signal in words: pages, letters and feeds say the same.

use super::{Locale, format};
use crate::domain::counts::{Dimension, Node};
use crate::domain::signal::Signal;
use crate::domain::taxonomy::Taxonomy;

/// "41 quejas en la semana del 10–16 nov 2026; se esperaban 17 y hasta 22 sería normal."
pub fn sentence(locale: Locale, signal: &Signal) -> String {
    let evidence = &signal.evidence;
    let observed = i64::try_from(evidence.observed).unwrap_or(i64::MAX);
    let period = format::days(locale, signal.period_start, signal.period_end);
    let expected = format::decimal(locale, evidence.expected, usize::from(evidence.expected < 9.5));
    let upper = format::decimal(locale, evidence.upper, 0);
    let weeks = i64::from(evidence.window_weeks);
    // An alarm that went on covers more weeks than the window its evidence is about.
    let period_weeks = i64::from(signal.period_end.week().0 - signal.period_start.week().0 + 1);
    let key = match weeks {
        1 if period_weeks == 1 => "alert-sentence",
        _ if period_weeks == weeks => "alert-sentence-weeks",
        _ => "alert-sentence-within",
    };
    locale.text(
        key,
        &[
            ("observed", &observed),
            ("weeks", &weeks),
            ("period", &period),
            ("expected", &expected),
            ("upper", &upper),
        ],
    )
}

/// What a series is called: a label's name, a group's title, or all complaints. What has no name stands
/// for itself.
pub fn subject(locale: Locale, taxonomy: &Taxonomy, title: Option<&str>, node: &Node) -> String {
    let key = node.key.as_str();
    if let Some(pair) = node.pair() {
        let [first, second] = pair.map(|part| subject(locale, taxonomy, None, &part));
        return format!("{first} · {second}");
    }
    match (node.dimension, node.dimension.axis()) {
        (_, Some(axis)) => {
            let names = taxonomy.names(axis, key).map(|(es, en)| match locale {
                Locale::Es => es,
                Locale::En => en,
            });
            capitalised(names.unwrap_or(key))
        }
        (Dimension::Cluster, _) => title.unwrap_or(key).to_owned(),
        (dimension, _) if dimension.is_fact() => key.to_owned(),
        _ => locale.text("node-all", &[]),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
