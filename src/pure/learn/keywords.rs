//! Keyword rules: the dumb baseline a failure-type model has to beat. They are data
//! (`corpora/keywords.toml`), label nothing in the product, and are matched by stems.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::domain::language::Language;
use crate::text::analyzer::Analyzer;

const RULES: &str = include_str!("../../../corpora/keywords.toml");

/// The phrases of one label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    es: Vec<String>,
    en: Vec<String>,
}

/// Rules ready to be matched.
#[derive(Debug)]
pub struct KeywordRules {
    analyzer: Analyzer,
    labels: Vec<String>,
    phrases: PhrasesByStart,
}

/// Per language and first stem of a phrase: all its stems, and the label it speaks for.
type PhrasesByStart = HashMap<(Language, String), Vec<(Vec<String>, usize)>>;

impl KeywordRules {
    /// The bundled rules per failure type.
    pub fn failure_types() -> Self {
        Self::parse(RULES).expect("the bundled rules are checked by a test")
    }

    fn parse(rules: &str) -> Result<Self, toml::de::Error> {
        let rules: BTreeMap<String, Phrases> = toml::from_str(rules)?;
        let analyzer = Analyzer::new();
        let mut phrases = PhrasesByStart::new();
        for (label, own) in rules.values().enumerate() {
            let spanish = own.es.iter().map(|phrase| (Language::Spanish, phrase));
            let english = own.en.iter().map(|phrase| (Language::English, phrase));
            for (language, phrase) in spanish.chain(english) {
                let stems = stems(&analyzer, phrase, language);
                if let Some(first) = stems.first() {
                    phrases.entry((language, first.clone())).or_default().push((stems, label));
                }
            }
        }
        Ok(Self { analyzer, labels: rules.into_keys().collect(), phrases })
    }

    /// The labels there are phrases for, sorted.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The label most phrases of the text speak for, the first in the alphabet where labels tie; `None`
    /// when no phrase is found. Texts that are not English are read as Spanish.
    pub fn label(&self, text: &str, language: Language) -> Option<&str> {
        let language = if language == Language::English { language } else { Language::Spanish };
        let words = stems(&self.analyzer, text, language);
        let mut found = vec![0_u32; self.labels.len()];
        for start in 0..words.len() {
            for (phrase, label) in self.phrases.get(&(language, words[start].clone())).into_iter().flatten() {
                found[*label] += u32::from(words[start..].starts_with(phrase));
            }
        }
        let most = found.iter().copied().max().filter(|&most| most > 0)?;
        found.iter().position(|&count| count == most).map(|label| self.labels[label].as_str())
    }
}

fn stems(analyzer: &Analyzer, text: &str, language: Language) -> Vec<String> {
    let mut stems = Vec::new();
    analyzer.each_token(text, language, |token| stems.push(token.term.to_owned()));
    stems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::label::Axis;
    use crate::domain::taxonomy::Taxonomy;

    #[test]
    fn the_bundled_rules_speak_for_known_failure_types() {
        let rules = KeywordRules::failure_types();
        let taxonomy = Taxonomy::starter();
        for label in &rules.labels {
            assert!(taxonomy.term(Axis::FailureType, label).is_some(), "unknown failure type `{label}`");
        }
        assert_eq!(rules.labels.len() + 1, taxonomy.terms(Axis::FailureType).len(), "all but `other`");
    }

    #[test]
    fn most_phrases_win() {
        let rules = KeywordRules::failure_types();
        for (text, language, want) in [
            ("Pido el reembolso, quiero mi dinero de vuelta", Language::Spanish, Some("refund_not_made")),
            ("ME COBRARON dos veces", Language::Spanish, Some("undue_charge")),
            ("the clerk was rude and hung up", Language::English, Some("poor_service")),
            ("siniestro rechazado", Language::Unknown, Some("coverage_denied")),
            ("xyz", Language::Spanish, None),
        ] {
            assert_eq!(rules.label(text, language), want, "{text}");
        }
    }
}
