//! Suspect changes of a signal: the registered changes whose words and facts are over-represented among the
//! complaints behind it. A series of a label is compared with its own past; a cluster, which often has none, with
//! all complaints of the half year.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pipeline, PipelineError, compute};
use crate::domain::counts::Dimension;
use crate::domain::filter::{Filter, Sort};
use crate::domain::id::ComplaintId;
use crate::domain::language::Language;
use crate::domain::registered_change::{ChangeText, RegisteredChange};
use crate::domain::signal::Signal;
use crate::domain::time::Day;
use crate::improve::suspects::{Candidate, LONGEST_DAYS, Suspect, rank};
use crate::search::hits::{MAX_PAGE_SIZE, Page};
use crate::store::complaints::ComplaintRecord;
use crate::text::analyzer::Analyzer;

/// Complaints of the excess that are read, the latest of them.
const INSIDE: usize = MAX_PAGE_SIZE;
/// Complaints they are compared with, drawn evenly from the time before.
const BEFORE: usize = 1_000;
/// How many parts of the time before each give their share of them.
const PARTS: i32 = 10;
/// Days of the time before.
const DAYS_BEFORE: i32 = 182;
/// Suspects named.
const NAMED: usize = 5;

/// A change that may be behind a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SuspectChange {
    /// The change.
    pub change: RegisteredChange,
    /// Days between it and the signal's first day; negative when it came within the signal's days.
    pub days_before: i32,
    /// What speaks for it, strongest first; nothing when only the dates fit.
    pub evidence: Vec<Trace>,
}

/// Words or a fact of a change, found in the complaints.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// As the change says it.
    pub words: String,
    /// Share of the signal's complaints that have it, 0 to 1.
    pub share_inside: f64,
    /// Share of the complaints they were compared with, 0 to 1.
    pub share_before: f64,
}

impl Pipeline {
    /// The registered changes that may be behind a signal, at most five, most suspect first; and how many
    /// were looked at.
    pub async fn suspects(&self, signal: &Signal) -> Result<(Vec<SuspectChange>, usize), PipelineError> {
        let (first, last) = (signal.period_start, signal.period_end);
        let mut changes = self.store.registered_changes().await?;
        changes.retain(|change| change.text.day <= last && first.0 - change.text.day.0 <= LONGEST_DAYS);
        if changes.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let node = Filter::of_node(&signal.node);
        let days = |filter: &Filter, from: i32, to: i32| Filter {
            from: Some(Day(from)),
            to: Some(Day(to)),
            ..filter.clone()
        };
        let (usual, until) = match signal.node.dimension {
            Dimension::Cluster => (Filter::default(), last.0),
            _ => (node.clone(), first.0 - 1),
        };
        let mut questions = vec![(days(&node, first.0, last.0), INSIDE)];
        questions.extend((0..PARTS).map(|part| {
            let from = until - DAYS_BEFORE * (part + 1) / PARTS + 1;
            let to = until - DAYS_BEFORE * part / PARTS;
            (days(&usual, from, to), BEFORE / usize::try_from(PARTS).unwrap_or(1))
        }));
        let index = self.index.clone();
        let found = compute(move || {
            let newest = |(filter, limit): &(Filter, usize)| {
                let page = Page { limit: *limit, after: None };
                index.search(filter, Sort::Newest, &page, &[], 0).map(|hits| hits.ids)
            };
            questions.iter().map(newest).collect::<Result<Vec<_>, _>>()
        })
        .await??;
        let inside: BTreeSet<ComplaintId> = found[0].iter().map(|(id, _)| *id).collect();
        let before: Vec<ComplaintId> =
            found[1..].iter().flatten().map(|(id, _)| *id).filter(|id| !inside.contains(id)).collect();
        let inside = self.store.complaints(&inside.into_iter().collect::<Vec<_>>()).await?;
        let before = self.store.complaints(&before).await?;
        let looked_at = changes.len();
        let suspects = compute(move || name_suspects(changes, &inside, &before, (first, last))).await?;
        Ok((suspects, looked_at))
    }
}

fn name_suspects(
    changes: Vec<RegisteredChange>,
    inside: &[ComplaintRecord],
    before: &[ComplaintRecord],
    days: (Day, Day),
) -> Vec<SuspectChange> {
    let analyzer = Analyzer::new();
    let words: Vec<BTreeMap<String, String>> =
        changes.iter().map(|change| terms_of_change(&analyzer, &change.text)).collect();
    let candidates: Vec<Candidate> = changes
        .iter()
        .zip(&words)
        .map(|(change, words)| Candidate { day: change.text.day, terms: words.keys().cloned().collect() })
        .collect();
    let wanted: BTreeSet<&String> = words.iter().flat_map(BTreeMap::keys).collect();
    let read = |records: &[ComplaintRecord]| -> Vec<BTreeSet<String>> {
        records.iter().map(|record| terms_of_complaint(&analyzer, record, &wanted)).collect()
    };
    let suspects = rank(&candidates, &read(inside), &read(before), days);
    let named = suspects.into_iter().take(NAMED).map(|Suspect { candidate, days_before, matches }| {
        let evidence = matches.into_iter().map(|found| Trace {
            words: words[candidate].get(&found.term).cloned().unwrap_or(found.term),
            share_inside: found.share_inside,
            share_before: found.share_before,
        });
        SuspectChange { days_before, evidence: evidence.collect(), change: changes[candidate].clone() }
    });
    named.collect()
}

/// What to look for in complaints, each with the words it stands for: the title's words but function words and
/// single characters, its versions, lots and models, and the facts it touches.
fn terms_of_change(analyzer: &Analyzer, text: &ChangeText) -> BTreeMap<String, String> {
    let mut terms = BTreeMap::new();
    let mut function_words = BTreeSet::new();
    // Titles are short, so their language is not told by them; two readings cost nothing.
    for language in [Language::Spanish, Language::English] {
        analyzer.each_token(&text.title, language, |token| {
            let words = &text.title[token.start..token.end];
            if token.is_stop {
                function_words.insert(words.to_owned());
            } else if words.len() > 1 {
                terms.insert(token.term.to_owned(), words.to_owned());
            }
        });
    }
    terms.retain(|_, words| !function_words.contains(words));
    terms.extend(numbered(&text.title).map(|name| (numbered_term(name), name.to_owned())));
    for (name, value) in &text.touches {
        terms.insert(fact_term(name, value), format!("{name}: {value}"));
    }
    terms
}

/// The wanted terms a complaint has, in its text or its facts.
fn terms_of_complaint(
    analyzer: &Analyzer,
    record: &ComplaintRecord,
    wanted: &BTreeSet<&String>,
) -> BTreeSet<String> {
    let complaint = &record.complaint;
    let mut terms = BTreeSet::new();
    let facts = complaint.facts.named().into_iter().filter_map(|(name, value)| Some((name, value?)));
    let extra = complaint.facts.extra.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let facts: Vec<(&str, &str)> = facts.chain(extra).collect();
    let mut keep = |term: &str| {
        if wanted.contains(&term.to_owned()) {
            terms.insert(term.to_owned());
        }
    };
    let text = complaint.text.as_deref().unwrap_or_default();
    for words in std::iter::once(text).chain(facts.iter().map(|(_, value)| *value)) {
        analyzer.each_token(words, complaint.language, |token| keep(token.term));
        numbered(words).for_each(|name| keep(&numbered_term(name)));
    }
    facts.iter().for_each(|(name, value)| keep(&fact_term(name, value)));
    terms
}

/// Names of several parts with a number in them, whole: "8.4", "L-2417". A word is what a reader of words makes of it,
/// which is little; as a name hardly anything tells more.
fn numbered(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split_whitespace().map(|name| name.trim_matches(|char: char| !char.is_alphanumeric()));
    names.filter(|name| {
        name.contains(|char: char| char.is_ascii_digit())
            && name.contains(|char: char| !char.is_alphanumeric())
    })
}

/// Such a name as a term no word can be.
fn numbered_term(name: &str) -> String {
    format!("#{}", name.to_lowercase())
}

/// A fact as a term no word can be.
fn fact_term(name: &str, value: &str) -> String {
    format!("{}={}", name.trim().to_lowercase(), value.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_sought_by_its_telling_words_and_its_facts() {
        let text = ChangeText {
            external_id: None,
            kind: "price".to_owned(),
            title: "Las tarifas de fibra (plan 8.4) suben 4 euros".to_owned(),
            note: String::new(),
            day: Day(1),
            touches: BTreeMap::from([("Lot".to_owned(), " L-2417 ".to_owned())]),
        };
        let terms = terms_of_change(&Analyzer::new(), &text);
        assert_eq!(terms["lot=l-2417"], "Lot:  L-2417 ");
        assert_eq!(terms["#8.4"], "8.4");
        let words: BTreeSet<&str> = terms.values().map(String::as_str).collect();
        assert!(words.is_superset(&BTreeSet::from(["tarifas", "fibra", "suben", "euros"])));
        assert!(["Las", "de", "4"].iter().all(|word| !words.contains(word)), "{words:?}");
    }
}
