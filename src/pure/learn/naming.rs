//! Names for groups of texts: the words and pairs of words that set a group apart, written the way its
//! complaints write them.
//!
//! A term is worth p ln(p / q), its part in the Kullback–Leibler divergence of the group from all texts: p
//! is the share of the group's texts that have it, q the share of all texts. Shares of texts, not counts
//! of words, so that one long or repetitive text cannot name a group; and the ratio, unlike the inverse
//! frequency of class-based TF-IDF, gives nothing to a word that is as common everywhere.

use std::collections::{BTreeMap, HashMap};

use super::vectorizer::Text;
use crate::text::analyzer::Analyzer;
use crate::text::weak_words::is_weak;

/// Texts of a group that are read to name it; the most central come first.
const MAX_TEXTS: usize = 500;
/// Terms shown per group.
const SHOWN_TERMS: usize = 8;
/// Terms in a title.
const TITLE_TERMS: usize = 3;
/// Words kept per group to say why a text was assigned to it.
const KEPT_WORDS: usize = 40;
/// Function and weak words a pair may span: "cobro de la comisión".
const MAX_GAP: usize = 2;
/// A pair of words says more than either and occurs less; this evens the two out.
const PAIR_FACTOR: f32 = 1.4;
/// A term must occur in this share of a group's texts to stand for it.
const MIN_SHARE: f32 = 0.05;

/// What a group is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// Terms as most often written in the group, strongest first.
    pub(super) terms: Vec<String>,
    /// The first terms, readable as one line.
    pub(super) title: String,
    /// Folded stems of its strongest words, strongest first.
    pub(super) words: Vec<String>,
}

/// The terms that set some texts apart from others, strongest first, and a readable line of the first.
pub fn told_apart(texts: &[Text<'_>], others: &[Text<'_>]) -> (String, Vec<String>) {
    let analyzer = Analyzer::new();
    let all = texts.iter().chain(others).copied();
    let Name { title, terms, .. } = Background::new(&analyzer, all).name(texts.iter().copied());
    (title, terms)
}

/// In what share of all texts each word occurs.
pub(super) struct Background<'a> {
    analyzer: &'a Analyzer,
    counts: HashMap<String, (u32, usize)>,
    texts: usize,
}

impl<'a> Background<'a> {
    /// Counts words over all texts, grouped or not.
    pub(super) fn new<'t>(analyzer: &'a Analyzer, texts: impl Iterator<Item = Text<'t>>) -> Self {
        let mut background = Self { analyzer, counts: HashMap::new(), texts: 0 };
        for (text, language) in texts {
            background.texts += 1;
            let this = background.texts;
            analyzer.each_token(text, language, |token| {
                if token.is_stop || !is_name_word(token.term) {
                    return;
                }
                match background.counts.get_mut(token.term) {
                    Some((_, last)) if *last == this => {}
                    Some((count, last)) => (*count, *last) = (*count + 1, this),
                    None => {
                        background.counts.insert(token.term.to_owned(), (1, this));
                    }
                }
            });
        }
        background
    }

    /// Share of all texts with the word.
    fn share(&self, word: &str) -> f32 {
        let count = self.counts.get(word).map_or(1, |(count, _)| *count);
        count as f32 / self.texts.max(1) as f32
    }

    /// Names a group by its texts, the most central ones first. Empty when no word occurs.
    pub(super) fn name<'t>(&self, texts: impl Iterator<Item = Text<'t>>) -> Name {
        let (found, read) = self.terms_of(texts);
        let least = (MIN_SHARE * read as f32).max(if read > 1 { 2.0 } else { 1.0 });
        let mut ranked: Vec<(f32, Vec<&str>, &Term)> = found
            .iter()
            .filter(|(_, term)| term.texts as f32 >= least)
            .map(|(key, term)| {
                let words: Vec<&str> = key.split(' ').collect();
                let elsewhere = words.iter().map(|word| self.share(word)).fold(1.0, f32::min);
                let here = term.texts as f32 / read as f32;
                let factor = if words.len() > 1 { PAIR_FACTOR } else { 1.0 };
                (factor * here * (here / elsewhere).ln(), words, term)
            })
            .filter(|(worth, _, _)| *worth > 0.0)
            .collect();
        // The keys come in alphabetical order, which a stable sort keeps among equals.
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut taken: Vec<&str> = Vec::new();
        let mut terms = Vec::new();
        for (_, words, term) in &ranked {
            if terms.len() < SHOWN_TERMS && !words.iter().any(|word| taken.contains(word)) {
                taken.extend(words);
                terms.push(term.as_written());
            }
        }
        let single = ranked.iter().filter(|(_, words, _)| words.len() == 1);
        let words = single.take(KEPT_WORDS).map(|(_, words, _)| words[0].to_owned()).collect();
        Name { title: title(&terms), terms, words }
    }

    fn terms_of<'t>(&self, texts: impl Iterator<Item = Text<'t>>) -> (BTreeMap<String, Term>, usize) {
        let mut found: BTreeMap<String, Term> = BTreeMap::new();
        let mut read = 0;
        for (text, language) in texts.take(MAX_TEXTS) {
            read += 1;
            let mut before: Option<(String, usize)> = None;
            let mut gap = 0;
            self.analyzer.each_token(text, language, |token| {
                let written = &text[token.start..token.end];
                if token.is_stop || is_weak(written) {
                    gap += 1;
                    return;
                }
                if !is_name_word(token.term) {
                    before = None;
                    return;
                }
                count(&mut found, token.term, written, read);
                if let Some((word, start)) = before.take()
                    && gap <= MAX_GAP
                    && word != token.term
                    && is_one_phrase(&text[start..token.end])
                {
                    count(&mut found, &format!("{word} {}", token.term), &text[start..token.end], read);
                }
                before = Some((token.term.to_owned(), token.start));
                gap = 0;
            });
        }
        (found, read)
    }
}

/// A word or pair within one group.
#[derive(Default)]
struct Term {
    texts: u32,
    last: usize,
    written: BTreeMap<String, u32>,
}

impl Term {
    /// The most frequent way of writing it.
    fn as_written(&self) -> String {
        let most = self.written.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        most.map(|(written, _)| written.clone()).unwrap_or_default()
    }
}

fn count(found: &mut BTreeMap<String, Term>, key: &str, written: &str, text: usize) {
    let written = written.to_lowercase();
    match found.get_mut(key) {
        Some(term) => term.count(written, text),
        None => found.entry(key.to_owned()).or_default().count(written, text),
    }
}

impl Term {
    fn count(&mut self, written: String, text: usize) {
        if self.last != text {
            self.last = text;
            self.texts += 1;
        }
        *self.written.entry(written).or_default() += 1;
    }
}

/// Whether a token can stand in a name: not a number, a lone letter or the `XXXX` of a published complaint.
fn is_name_word(term: &str) -> bool {
    term.chars().nth(1).is_some()
        && term.chars().all(char::is_alphabetic)
        && !term.bytes().all(|byte| byte == b'x')
}

/// Whether nothing but letters and single spaces stands between the ends.
fn is_one_phrase(written: &str) -> bool {
    !written.contains("  ") && written.chars().all(|c| c.is_alphabetic() || c == ' ')
}

fn title(terms: &[String]) -> String {
    let line = terms.iter().take(TITLE_TERMS).map(String::as_str).collect::<Vec<_>>().join(" · ");
    let mut letters = line.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    fn name(group: &[&str], others: &[&str]) -> Name {
        let analyzer = Analyzer::new();
        let group: Vec<_> = group.iter().map(|text| (*text, Language::Spanish)).collect();
        let others: Vec<_> = others.iter().map(|text| (*text, Language::Spanish)).collect();
        Background::new(&analyzer, group.iter().chain(&others).copied()).name(group.iter().copied())
    }

    const OTHERS: [&str; 4] =
        ["mi tarjeta no llega", "la cuenta está bloqueada", "nadie responde", "la cuenta tiene saldo"];

    #[test]
    fn what_sets_a_group_apart_is_written_as_its_texts_write_it() {
        let got = name(
            &[
                "Comisión alta en la cuenta",
                "una COMISIÓN en mi cuenta",
                "cobran comisión, otra vez",
                "comision",
            ],
            &OTHERS,
        );
        assert_eq!(got.terms.first().map(String::as_str), Some("comisión"), "{got:?}");
        assert!(got.title.starts_with("Comisión"), "{got:?}");
    }

    #[test]
    fn a_steady_pair_is_one_term() {
        let got = name(
            &["cajero automático malo", "el cajero automático", "Cajero automático sin billetes"],
            &OTHERS,
        );
        assert_eq!(got.terms.first().map(String::as_str), Some("cajero automático"), "{got:?}");
        assert!(!got.terms.iter().any(|term| term == "cajero"), "a word of a pair is not repeated: {got:?}");
        assert!(got.words.len() >= 2, "{got:?}");
    }

    #[test]
    fn one_long_text_cannot_name_a_group() {
        let long = "pingüino ".repeat(50);
        let got = name(&[&long, "seguro negado", "seguro sin respuesta", "seguro"], &OTHERS);
        assert_eq!(got.terms.first().map(String::as_str), Some("seguro"), "{got:?}");
    }

    #[test]
    fn nothing_to_say_is_an_empty_name() {
        assert_eq!(name(&[], &OTHERS), Name::default());
        assert_eq!(name(&["123 45", "…"], &OTHERS), Name::default());
    }
}
