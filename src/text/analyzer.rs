//! Turns a text into tokens: the one analyser of the index and the learners.

use crate::domain::language::Language;

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The folded stem.
    pub term: &'a str,
    /// Byte where the token starts in the text.
    pub start: usize,
    /// Byte after its last one.
    pub end: usize,
    /// Whether it is a function word, or the placeholder of redacted personal data.
    pub is_stop: bool,
}

/// The analyser. Made once and shared.
#[derive(Debug, Default)]
pub struct Analyzer;

impl Analyzer {
    /// An analyser for every language.
    pub fn new() -> Self {
        Self
    }

    /// Hands every token of `text` to `sink`, in order.
    pub fn each_token(&self, text: &str, _language: Language, mut sink: impl FnMut(Token<'_>)) {
        let mut start = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    sink(Token {
                        term: &text[from..at].to_lowercase(),
                        start: from,
                        end: at,
                        is_stop: false,
                    });
                    start = None;
                }
                _ => {}
            }
        }
    }
}
