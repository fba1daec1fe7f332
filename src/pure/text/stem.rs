//! From a word form to the term it is searched and learned by: a Snowball stem, mended per language.

use rust_stemmers::{Algorithm, Stemmer};

use crate::domain::language::Language;
use crate::text::{fold, portuguese, spanish};

/// The rules a language is analysed by. A text whose language cannot be told is taken for Spanish, the
/// language most of our texts are in; languages without a stemmer are folded only.
pub(super) fn rules_of(language: Language) -> Language {
    match language {
        Language::Unknown => Language::Spanish,
        known => known,
    }
}

/// The folded stem of a lower-case word. `folded` is the same word without accents.
///
/// Spanish and Portuguese start from the folded form and restore accents by rule, so that a text typed
/// without accents always meets the same text typed with them. The other stemmers read the accents given.
pub(super) fn term(word: &str, folded: &str, language: Language) -> String {
    match language {
        Language::Spanish => spanish::stem(folded),
        Language::Portuguese => portuguese::stem(folded),
        Language::English => snowball(Algorithm::English, folded),
        Language::French => snowball(Algorithm::French, word),
        Language::German => snowball(Algorithm::German, word),
        Language::Italian => snowball(Algorithm::Italian, word),
        Language::Catalan | Language::Other | Language::Unknown => folded.to_owned(),
    }
}

/// The folded Snowball stem of `word`.
pub(super) fn snowball(algorithm: Algorithm, word: &str) -> String {
    fold::folded(&Stemmer::create(algorithm).stem(word))
}
