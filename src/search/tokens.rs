//! The house's analyser as the engine sees it. The engine calls it in its indexing threads, where the
//! language of a complaint is not known: it travels as the first character of the text.

use std::sync::Arc;

use tantivy::tokenizer::{Token as EngineToken, TokenStream, Tokenizer, TokenizerManager};

use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;

/// Name of the tokenizer that gives stems.
pub(super) const STEMS_TOKENIZER: &str = "raiz_stems";
/// Name of the tokenizer that gives unstemmed, folded words.
pub(super) const FORMS_TOKENIZER: &str = "raiz_forms";

/// The language under which the analyser folds but does not stem.
pub(super) const UNSTEMMED: Language = Language::Other;

/// The text with its language in front, as both tokenizers expect it.
pub(super) fn with_language(text: &str, language: Language) -> String {
    let mut marked = String::with_capacity(text.len() + 1);
    // `Language::ALL` lists the languages in declaration order, checked below.
    marked.push(char::from(b'a' + language as u8));
    marked.push_str(text);
    marked
}

/// The terms of `text` in order, stop words among them.
pub(super) fn terms(analyzer: &Analyzer, text: &str, language: Language) -> Vec<String> {
    let mut terms = Vec::new();
    analyzer.each_token(text, language, |token| terms.push(token.term.to_owned()));
    terms
}

/// Makes both tokenizers known to an index.
pub(super) fn register(manager: &TokenizerManager, analyzer: &Arc<Analyzer>) {
    manager.register(STEMS_TOKENIZER, MarkedText::new(analyzer, None));
    manager.register(FORMS_TOKENIZER, MarkedText::new(analyzer, Some(UNSTEMMED)));
}

/// Analyses a text made by [`with_language`], under its own language unless another is forced.
#[derive(Clone)]
struct MarkedText {
    analyzer: Arc<Analyzer>,
    forced: Option<Language>,
    buffer: Terms,
}

impl MarkedText {
    fn new(analyzer: &Arc<Analyzer>, forced: Option<Language>) -> Self {
        Self { analyzer: Arc::clone(analyzer), forced, buffer: Terms::default() }
    }
}

/// The terms of one text end to end, to spare an allocation a term.
#[derive(Clone, Default)]
struct Terms {
    joined: String,
    ends: Vec<usize>,
}

impl Tokenizer for MarkedText {
    type TokenStream<'a> = BufferedTerms<'a>;

    fn token_stream<'a>(&'a mut self, marked: &'a str) -> BufferedTerms<'a> {
        let Terms { joined, ends } = &mut self.buffer;
        joined.clear();
        ends.clear();
        let mark_bytes = marked.chars().next().map_or(0, char::len_utf8);
        let (mark, text) = marked.split_at(mark_bytes);
        let marked_as = mark.bytes().next().map_or(usize::MAX, |byte| usize::from(byte.wrapping_sub(b'a')));
        let language = Language::ALL.get(marked_as).copied().unwrap_or_default();
        self.analyzer.each_token(text, self.forced.unwrap_or(language), |token| {
            joined.push_str(token.term);
            ends.push(joined.len());
        });
        BufferedTerms { terms: &self.buffer, next: 0, token: EngineToken::default() }
    }
}

struct BufferedTerms<'a> {
    terms: &'a Terms,
    next: usize,
    token: EngineToken,
}

impl TokenStream for BufferedTerms<'_> {
    fn advance(&mut self) -> bool {
        let Some(&end) = self.terms.ends.get(self.next) else {
            return false;
        };
        let start = self.next.checked_sub(1).map_or(0, |previous| self.terms.ends[previous]);
        self.token.text.clear();
        self.token.text.push_str(&self.terms.joined[start..end]);
        self.token.position = self.next;
        self.next += 1;
        true
    }

    fn token(&self) -> &EngineToken {
        &self.token
    }

    fn token_mut(&mut self) -> &mut EngineToken {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_gets_the_terms_of_the_language_in_front() {
        let analyzer = Arc::new(Analyzer::new());
        let mut tokenizer = MarkedText::new(&analyzer, None);
        for language in Language::ALL {
            for text in ["", "Los préstamos no se cobraron", "two charges, one payment", "¡¡!!"] {
                let mut given = Vec::new();
                let marked = with_language(text, language);
                let mut stream = tokenizer.token_stream(&marked);
                while let Some(token) = stream.next() {
                    assert_eq!(token.position, given.len());
                    given.push(token.text.clone());
                }
                assert_eq!(given, terms(&analyzer, text, language), "{language:?} {text}");
            }
        }
    }
}
