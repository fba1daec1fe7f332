//! Languages a complaint may be written in.

use serde::{Deserialize, Serialize};

/// A language of complaint texts. `Other` is a recognised text in a language raiz has no rules for;
/// `Unknown` is a text too short or too mixed to tell, or no text at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the variants are the languages' names")]
pub enum Language {
    Spanish,
    English,
    Portuguese,
    French,
    German,
    Italian,
    Catalan,
    Other,
    #[default]
    Unknown,
}

impl Language {
    /// Every language, in the order people see them.
    pub const ALL: [Self; 9] = [
        Self::Spanish,
        Self::English,
        Self::Portuguese,
        Self::French,
        Self::German,
        Self::Italian,
        Self::Catalan,
        Self::Other,
        Self::Unknown,
    ];

    /// The ISO 639-1 code; `xx` for other languages, `und` (BCP 47) for unknown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
            Self::Portuguese => "pt",
            Self::French => "fr",
            Self::German => "de",
            Self::Italian => "it",
            Self::Catalan => "ca",
            Self::Other => "xx",
            Self::Unknown => "und",
        }
    }

    /// Reads a code such as `es`, `ES` or `es-MX`. An empty code is `Unknown`, a code of a language
    /// without rules is `Other`.
    pub fn from_code(code: &str) -> Self {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match primary.as_str() {
            "" | "und" => Self::Unknown,
            "xx" => Self::Other,
            known => Self::ALL.into_iter().find(|language| language.code() == known).unwrap_or(Self::Other),
        }
    }
}
