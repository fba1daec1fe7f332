//! The bundled corpus: complaints written for raiz, one JSON object a line, with their labels.

use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::domain::example::Example;
use crate::domain::label::Axis;
use crate::domain::language::Language;

#[derive(RustEmbed)]
#[folder = "corpora/"]
#[include = "*.jsonl"]
#[exclude = "incidents/*"]
struct Files;

/// Folder of the letters.
const LETTERS: &str = "letters/";

/// One labelled text of the corpus.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorpusText {
    /// Its id: the file's name and a number.
    pub id: String,
    /// The text, with the personal data of invented people.
    pub text: String,
    /// ISO 639-1 code of its language.
    pub language: String,
    /// ISO 3166-1 code of the country it sounds like.
    pub country: String,
    /// Channel it came through.
    pub channel: String,
    /// Kind.
    pub kind: String,
    /// Product area.
    pub product_area: String,
    /// Main failure type.
    pub failure_type: String,
    /// A second failure type.
    pub failure_type_2: Option<String>,
    /// How bad: low, medium, high, critical.
    pub severity: String,
    /// What was harmed.
    pub harm: String,
    /// What the customer asks for.
    pub remedy: String,
    /// The circulated letter it is a copy of.
    pub template: Option<String>,
    /// Personal data in the text.
    #[serde(default)]
    pub pii: Vec<PersonalDatum>,
    /// Its problems one by one, when there are several.
    #[serde(default)]
    pub claims: Vec<Claim>,
}

/// A piece of personal data in a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalDatum {
    /// email, phone, card, iban, national_id, name, address or account.
    pub kind: String,
    /// The exact piece of the text.
    pub text: String,
}

/// One problem in a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The exact piece of the text.
    pub text: String,
    /// Its failure type.
    pub failure_type: String,
}

impl CorpusText {
    /// The language of the text.
    pub fn language(&self) -> Language {
        Language::from_code(&self.language)
    }

    /// The label on an axis.
    pub fn label(&self, axis: Axis) -> &str {
        match axis {
            Axis::Kind => &self.kind,
            Axis::ProductArea => &self.product_area,
            Axis::FailureType => &self.failure_type,
        }
    }
}

/// The whole corpus, by file name and line.
pub fn bundled() -> Vec<CorpusText> {
    read(|_| true)
}

/// What customers say to a company itself: the corpus without the letters, most of which ask an authority, an
/// ombudsman or a consumers' agency to step in and are long accounts of what the company already knows.
pub fn said_to_the_company() -> Vec<CorpusText> {
    read(|file| !file.starts_with(LETTERS))
}

fn read(is_wanted: impl Fn(&str) -> bool) -> Vec<CorpusText> {
    let mut names: Vec<_> = Files::iter().filter(|name| is_wanted(name)).collect();
    names.sort();
    let mut texts = Vec::new();
    for name in names {
        let file = Files::get(&name).expect("the name came from the same list");
        for line in file.data.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            texts.push(serde_json::from_slice(line).expect("every line is checked by a test"));
        }
    }
    texts
}

/// The corpus as texts to compare complaints with.
pub fn examples() -> Vec<Example> {
    let example = |text: CorpusText| Example {
        language: text.language(),
        labels: Axis::ALL.map(|axis| (axis, text.label(axis).to_owned())).into(),
        name: text.id,
        text: text.text,
    };
    bundled().into_iter().map(example).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::taxonomy::Taxonomy;

    #[test]
    fn every_line_keeps_the_schema() {
        let taxonomy = Taxonomy::starter();
        let mut ids = HashSet::new();
        let mut texts = HashSet::new();
        let corpus = bundled();
        for entry in &corpus {
            let id = &entry.id;
            assert!(ids.insert(id.clone()), "{id} is there twice");
            assert!(texts.insert(entry.text.clone()), "{id} repeats another text");
            assert!(
                matches!(entry.language(), Language::Spanish | Language::English),
                "{id}: {}",
                entry.language
            );
            assert!(entry.country.len() == 2 && !entry.channel.is_empty(), "{id}");
            for axis in Axis::ALL {
                let label = entry.label(axis);
                assert!(taxonomy.term(axis, label).is_some(), "{id}: unknown {} `{label}`", axis.name());
            }
            let further = entry.claims.iter().map(|claim| &claim.failure_type).chain(&entry.failure_type_2);
            for label in further {
                assert!(
                    taxonomy.term(Axis::FailureType, label).is_some(),
                    "{id}: unknown failure type `{label}`"
                );
            }
            let pieces =
                entry.claims.iter().map(|claim| &claim.text).chain(entry.pii.iter().map(|datum| &datum.text));
            for piece in pieces {
                assert!(entry.text.contains(piece.as_str()), "{id}: `{piece}` is not part of the text");
            }
            assert!(["low", "medium", "high", "critical"].contains(&entry.severity.as_str()), "{id}");
            assert!(!entry.harm.is_empty() && !entry.remedy.is_empty(), "{id}");
        }
        assert!(corpus.len() >= 300, "{} texts", corpus.len());
    }
}
