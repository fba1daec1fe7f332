//! Names for groups of texts: the words and pairs of words that set a group apart, written the way its
//! complaints write them.
//!
//! A term is worth p ln(p / q), its part in the Kullback–Leibler divergence of the group from all texts: p
//! is the share of the group's texts that have it, q the share of all texts. Shares of texts, not counts
//! of words, so that one long or repetitive text cannot name a group; and the ratio, unlike the inverse
//! frequency of class-based TF-IDF, gives nothing to a word that is as common everywhere. Both are shares of the
//! texts of one language, or every English word would set an English group apart from a Spanish house, unless the
//! group holds most of the language, which it cannot be set apart from; a group whose complaints come in several
//! languages is named in the one that prevails.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::vectorizer::Text;
use crate::domain::language::Language;
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

/// In how many texts of each language each word occurs.
pub(super) struct Background<'a> {
    analyzer: &'a Analyzer,
    of: BTreeMap<Language, Counts>,
}

/// Texts of one language, and for each word in how many it occurs, with the last that was counted.
#[derive(Default)]
struct Counts {
    words: HashMap<String, (u32, usize)>,
    texts: usize,
}

impl<'a> Background<'a> {
    /// Counts words over all texts, grouped or not.
    pub(super) fn new<'t>(analyzer: &'a Analyzer, texts: impl Iterator<Item = Text<'t>>) -> Self {
        let mut of: BTreeMap<Language, Counts> = BTreeMap::new();
        for (text, language) in texts {
            let counts = of.entry(language).or_default();
            counts.texts += 1;
            let this = counts.texts;
            analyzer.each_token(text, language, |token| {
                if token.is_stop || !is_name_word(token.term) {
                    return;
                }
                match counts.words.get_mut(token.term) {
                    Some((_, last)) if *last == this => {}
                    Some((count, last)) => (*count, *last) = (*count + 1, this),
                    None => {
                        counts.words.insert(token.term.to_owned(), (1, this));
                    }
                }
            });
        }
        Self { analyzer, of }
    }

    /// The texts a group is set apart from that has `own` texts of a language: those of the language, with those
    /// too short to tell theirs; all, where the group holds more than half of them.
    fn compared(&self, language: Language, own: usize) -> Vec<&Counts> {
        let same = |of: Language| of == language || of == Language::Unknown;
        let alike: Vec<&Counts> =
            self.of.iter().filter(|(of, _)| same(**of)).map(|(_, counts)| counts).collect();
        let texts: usize = alike.iter().map(|counts| counts.texts).sum();
        if texts > 2 * own { alike } else { self.of.values().collect() }
    }

    /// Names a group by its texts, the most central ones first. Empty when no word occurs.
    pub(super) fn name<'t>(&self, texts: impl Iterator<Item = Text<'t>>) -> Name {
        let texts: Vec<Text<'t>> = texts.take(MAX_TEXTS).collect();
        let prevailing = prevailing(&texts);
        let languages: BTreeSet<Language> =
            texts.iter().map(|(_, language)| *language).filter(|one| *one != Language::Unknown).collect();
        let mut words: Vec<(f32, String)> = Vec::new();
        let mut terms = Vec::new();
        for language in languages.into_iter().chain([prevailing]).collect::<BTreeSet<_>>() {
            let own = texts
                .iter()
                .copied()
                .filter(|(_, of)| *of == language || *of == Language::Unknown && language == prevailing);
            let own: Vec<Text<'t>> = own.collect();
            // A handful among many is more often a language misread than one the complaints come in.
            if language != prevailing && (own.len() as f32) < MIN_SHARE * texts.len() as f32 {
                continue;
            }
            let ranked = self.ranked(&own, language);
            if language == prevailing {
                terms = strongest(&ranked);
            }
            let part = own.len() as f32 / texts.len() as f32;
            let single = ranked.into_iter().filter(|one| !one.key.contains(' ')).take(KEPT_WORDS);
            words.extend(single.map(|one| (part * one.worth, one.key)));
        }
        words.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut kept: Vec<String> = Vec::new();
        for (_, word) in words {
            if kept.len() < KEPT_WORDS && !kept.contains(&word) {
                kept.push(word);
            }
        }
        Name { title: title(&terms), terms, words: kept }
    }

    /// The words and pairs of texts of one language that set them apart, strongest first.
    fn ranked(&self, texts: &[Text<'_>], language: Language) -> Vec<Ranked> {
        let (found, read) = self.terms_of(texts);
        let least = (MIN_SHARE * read as f32).max(if read > 1 { 2.0 } else { 1.0 });
        let compared = self.compared(language, read);
        let all = compared.iter().map(|counts| counts.texts).sum::<usize>().max(1) as f32;
        let share = |word: &str| {
            let found = compared.iter().filter_map(|counts| counts.words.get(word));
            found.map(|(count, _)| *count).sum::<u32>().max(1) as f32 / all
        };
        let mut ranked: Vec<Ranked> = found
            .into_iter()
            .filter(|(_, term)| term.texts as f32 >= least)
            .map(|(key, term)| {
                let elsewhere = key.split(' ').map(share).fold(1.0, f32::min);
                let here = term.texts as f32 / read as f32;
                let factor = if key.contains(' ') { PAIR_FACTOR } else { 1.0 };
                Ranked { worth: factor * here * (here / elsewhere).ln(), key, written: term.as_written() }
            })
            .filter(|one| one.worth > 0.0)
            .collect();
        // The keys come in alphabetical order, which a stable sort keeps among equals.
        ranked.sort_by(|a, b| b.worth.total_cmp(&a.worth));
        ranked
    }

    fn terms_of(&self, texts: &[Text<'_>]) -> (BTreeMap<String, Term>, usize) {
        let mut found: BTreeMap<String, Term> = BTreeMap::new();
        let mut read = 0;
        for &(text, language) in texts {
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

/// A word or pair of words that sets a group apart.
struct Ranked {
    worth: f32,
    /// Its folded stems.
    key: String,
    written: String,
}

/// The first of `ranked` that share no word.
fn strongest(ranked: &[Ranked]) -> Vec<String> {
    let mut taken: Vec<&str> = Vec::new();
    let mut terms = Vec::new();
    for one in ranked {
        let words = || one.key.split(' ');
        if terms.len() < SHOWN_TERMS && !words().any(|word| taken.contains(&word)) {
            taken.extend(words());
            terms.push(one.written.clone());
        }
    }
    terms
}

/// The language most of the texts are in; of two with as many, the first people see.
fn prevailing(texts: &[Text<'_>]) -> Language {
    let mut best = (0, Language::Unknown);
    for language in Language::ALL {
        let count = texts.iter().filter(|(_, of)| *of == language).count();
        if language != Language::Unknown && count > best.0 {
            best = (count, language);
        }
    }
    best.1
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
    fn a_group_in_two_languages_is_named_in_the_one_that_prevails() {
        use Language::{English, Spanish};
        let group = [
            ("me cobraron dos veces la cuota", Spanish),
            ("cuota cobrada dos veces", Spanish),
            ("otra vez dos cuotas cobradas", Spanish),
            ("the instalment was charged twice", English),
            ("charged twice for one instalment", English),
        ];
        let others = [
            ("the card never arrived", English),
            ("the account was closed", English),
            ("la tarjeta no llegó", Spanish),
            ("cerraron la cuenta", Spanish),
        ];
        let analyzer = Analyzer::new();
        let background = Background::new(&analyzer, group.iter().chain(&others).copied());
        let got = background.name(group.iter().copied());
        assert!(got.terms.iter().any(|term| term.contains("cuota")), "{got:?}");
        assert!(!got.terms.iter().any(|term| term.contains("charged") || term == "twice"), "{got:?}");
        assert!(got.words.iter().any(|word| word.starts_with("charg")), "either says why: {got:?}");
    }

    #[test]
    fn a_language_is_compared_with_itself() {
        use Language::{English, Spanish};
        let group = [
            ("the account: router dead", English),
            ("account, dead router", English),
            ("account: a router that is dead", English),
        ];
        let others = [
            ("the account was closed", English),
            ("no account", English),
            ("account blocked", English),
            ("my account", English),
        ];
        let spanish = [("la tarjeta no llegó", Spanish); 30];
        let analyzer = Analyzer::new();
        let all = group.iter().chain(&others).chain(&spanish).copied();
        let got = Background::new(&analyzer, all).name(group.iter().copied());
        assert!(
            !got.words.iter().any(|word| word.starts_with("account")),
            "every English text has it: {got:?}"
        );
        assert!(got.title.to_lowercase().contains("router"), "{got:?}");
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
