//! Tells the language of a text.

use crate::domain::language::Language;

/// The language of `text`, or `Unknown` when it cannot be told.
pub fn detect(text: &str) -> Language {
    match whatlang::detect_lang(text) {
        None => Language::Unknown,
        Some(whatlang::Lang::Spa) => Language::Spanish,
        Some(whatlang::Lang::Eng) => Language::English,
        Some(whatlang::Lang::Por) => Language::Portuguese,
        Some(whatlang::Lang::Fra) => Language::French,
        Some(whatlang::Lang::Deu) => Language::German,
        Some(whatlang::Lang::Ita) => Language::Italian,
        Some(whatlang::Lang::Cat) => Language::Catalan,
        Some(_) => Language::Other,
    }
}
