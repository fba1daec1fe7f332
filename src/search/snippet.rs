//! The piece of a text that shows why it was found, with the found words marked.

use std::ops::Range;

use crate::domain::filter::Filter;
use crate::domain::language::Language;

use super::compile::prefix_parts;
use super::index::SearchIndex;
use super::tokens::{self, UNSTEMMED};
use super::words::{self, Wanted};

/// Put where text was left out.
const ELLIPSIS: char = '…';
/// How much of a snippet stands before its first marked word, as a fraction of its length.
const LEAD_FRACTION: usize = 4;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The piece in order: words, and whether they are marked as found.
    pub parts: Vec<(String, bool)>,
}

impl SearchIndex {
    /// The piece of `text` with the most words of `filter`, at most `max_chars` characters long (not
    /// counting the ellipses that show where it was cut). Without a found word it is the beginning.
    ///
    /// `text` is the redacted text from the store and `language` its language. Words to leave out are
    /// not marked. A filter that cannot be read marks nothing.
    pub fn snippet(&self, filter: &Filter, text: &str, language: Language, max_chars: usize) -> Snippet {
        let found = self.found_in(&filter.words, text, language);
        let shown = window(text, &found, max_chars);
        let mut parts = Vec::new();
        let mut push = |piece: &str, marked: bool| {
            if !piece.is_empty() {
                parts.push((piece.to_owned(), marked));
            }
        };
        let ellipsis = ELLIPSIS.to_string();
        push(if shown.start > 0 { &ellipsis } else { "" }, false);
        let mut done = shown.start;
        for range in found.iter().filter(|range| range.start >= shown.start && range.end <= shown.end) {
            push(&text[done..range.start], false);
            push(&text[range.clone()], true);
            done = range.end;
        }
        push(&text[done..shown.end], false);
        push(if shown.end < text.len() { &ellipsis } else { "" }, false);
        Snippet { parts }
    }

    /// Byte ranges of `text` that the words look for, in order and apart from each other.
    fn found_in(&self, words: &str, text: &str, language: Language) -> Vec<Range<usize>> {
        let mut sequences: Vec<Vec<String>> = Vec::new();
        let mut beginnings: Vec<String> = Vec::new();
        let groups = words::parse(words).unwrap_or_default();
        for clause in groups.iter().flatten().filter(|clause| !clause.negated) {
            match clause.wanted {
                Wanted::Word(wanted) | Wanted::Phrase(wanted) => {
                    sequences.push(tokens::terms(self.analyzer(), wanted, language));
                }
                Wanted::Prefix(prefix) => {
                    beginnings.extend(prefix_parts(self, prefix, clause.at).map(|(_, last)| last));
                }
            }
        }
        let mut found = self.sequences_in(text, language, &sequences);
        if !beginnings.is_empty() {
            self.analyzer().each_token(text, UNSTEMMED, |token| {
                if beginnings.iter().any(|beginning| token.term.starts_with(beginning.as_str())) {
                    found.push(token.start..token.end);
                }
            });
        }
        found.sort_unstable_by_key(|range| (range.start, range.end));
        found.dedup_by(|next, kept| {
            let overlap = next.start < kept.end;
            kept.end = if overlap { kept.end.max(next.end) } else { kept.end };
            overlap
        });
        found
    }

    fn sequences_in(&self, text: &str, language: Language, sequences: &[Vec<String>]) -> Vec<Range<usize>> {
        if sequences.is_empty() {
            return Vec::new();
        }
        let mut terms: Vec<String> = Vec::new();
        let mut places: Vec<Range<usize>> = Vec::new();
        self.analyzer().each_token(text, language, |token| {
            terms.push(token.term.to_owned());
            places.push(token.start..token.end);
        });
        let mut found = Vec::new();
        for sequence in sequences.iter().filter(|sequence| !sequence.is_empty()) {
            for (at, run) in terms.windows(sequence.len()).enumerate() {
                if run == sequence {
                    found.extend_from_slice(&places[at..at + run.len()]);
                }
            }
        }
        found
    }
}

/// The byte range to show: where most found ranges fit into `max_chars`, cut between words where there
/// is one.
fn window(text: &str, found: &[Range<usize>], max_chars: usize) -> Range<usize> {
    // Byte of every character, so that lengths can be told in characters.
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if starts.len() <= max_chars {
        return 0..text.len();
    }
    let char_at = |byte: usize| starts.partition_point(|start| *start < byte);
    let byte_at = |char_idx: usize| starts.get(char_idx).copied().unwrap_or(text.len());
    let lead = max_chars / LEAD_FRACTION;
    let last_start = starts.len() - max_chars;
    let mut best = (0, 0);
    let mut first_outside = 0;
    for (first, range) in found.iter().enumerate() {
        let start = char_at(range.start).saturating_sub(lead).min(last_start);
        let end = byte_at(start + max_chars);
        while found.get(first_outside).is_some_and(|next| next.end <= end) {
            first_outside += 1;
        }
        let n_found = first_outside.saturating_sub(first);
        if n_found > best.0 {
            best = (n_found, start);
        }
    }
    let start = byte_at(best.1);
    let end = byte_at(best.1 + max_chars);
    let whole_words = trimmed_to_words(text, start..end);
    // A single word longer than the window is cut inside.
    if whole_words.is_empty() { start..end } else { whole_words }
}

fn trimmed_to_words(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let cuts_word = |at: usize| {
        let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        touches(text[..at].chars().next_back()) && touches(text[at..].chars().next())
    };
    let mut start = range.start;
    if cuts_word(start) {
        start += piece.find(char::is_whitespace).unwrap_or(piece.len());
    }
    let mut end = range.end;
    if cuts_word(end) {
        end = range.start + piece.rfind(char::is_whitespace).unwrap_or(0);
    }
    if start >= end {
        return start..start;
    }
    let inner = &text[start..end];
    let start = start + (inner.len() - inner.trim_start().len());
    start..start.max(start + text[start..end].trim_end().len())
}
