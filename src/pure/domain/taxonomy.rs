//! The taxonomy: the allowed answers on each axis, with their names, definitions and examples. The starter
//! set is bundled and is version 1; an organisation edits its own copy, and every edit is a new version.

pub mod diff;
mod draft;
mod revision;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use draft::Draft;

use super::label::Axis;

const STARTER: &str = include_str!("../../../corpora/taxonomy.toml");
/// Bytes of the content hash that are part of a version's name.
const HASH_BYTES: usize = 4;

/// The same in both languages of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bilingual {
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
}

/// A sentence that seems to belong to a term and belongs to another of the same axis.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CounterExample {
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
    /// The term it belongs to.
    pub is: String,
}

/// One allowed answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Term {
    /// Stable id, English, snake case.
    pub id: String,
    /// Name on Spanish screens.
    pub es: String,
    /// Name on English screens.
    pub en: String,
    /// What it means.
    pub meaning: Bilingual,
    /// Sentences that belong to it.
    pub examples: Vec<Bilingual>,
    /// Sentences near it that belong elsewhere.
    pub counter_examples: Vec<CounterExample>,
}

/// An answer of an earlier version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// Where it was an answer.
    pub axis: Axis,
    /// Its id.
    pub id: String,
    /// Its name on Spanish screens.
    #[serde(default)]
    pub es: String,
    /// Its name on English screens.
    #[serde(default)]
    pub en: String,
    /// The term that took its complaints; `None` when it never had any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

/// What a version holds, in the shape it is kept, exported and hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Content {
    kind: Vec<Term>,
    product_area: Vec<Term>,
    failure_type: Vec<Term>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retired: Vec<Retired>,
}

/// All answers of all axes, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    /// Number and content hash, e.g. `3-9f86d081`: kept on every label given under it.
    pub version: String,
    /// Its number; 1 is the starter set.
    pub number: i64,
    content: Content,
}

/// A version as it is written to a file.
#[derive(Serialize)]
struct Exported<'a> {
    version: &'a str,
    #[serde(flatten)]
    content: &'a Content,
}

impl Taxonomy {
    /// The bundled starter set.
    pub fn starter() -> Self {
        let draft: Draft = toml::from_str(STARTER).expect("the bundled taxonomy is checked by a test");
        Self::numbered(1, draft.check().expect("the bundled taxonomy is checked by a test"))
    }

    /// A version as [`Self::to_json`] wrote it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json(number: i64, json: &str) -> Result<Self, String> {
        let draft: Draft = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let content = draft
            .check()
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
        Ok(Self::numbered(number, content))
    }

    fn numbered(number: i64, content: Content) -> Self {
        // A derived `Serialize` of strings and lists cannot fail; an empty hash would still be a version.
        let canonical = serde_json::to_vec(&content).unwrap_or_default();
        let hash: String =
            Sha256::digest(canonical).iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Self { version: format!("{number}-{hash}"), number, content }
    }

    /// As JSON, with its version.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.exported()).unwrap_or_default()
    }

    /// As TOML, with its version: the shape in which people edit it.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.exported()).unwrap_or_default()
    }

    /// A draft of the version that may follow it.
    pub fn to_draft(&self) -> Draft {
        let terms = |axis: Axis| (axis.name().to_owned(), self.terms(axis).to_vec());
        Draft {
            version: Some(self.version.clone()),
            retired: self.retired().to_vec(),
            axes: Axis::ALL.into_iter().map(terms).collect(),
        }
    }

    fn exported(&self) -> Exported<'_> {
        Exported { version: &self.version, content: &self.content }
    }

    /// The answers of one axis, in their order.
    pub fn terms(&self, axis: Axis) -> &[Term] {
        self.content.terms(axis)
    }

    /// The term with this id on this axis.
    pub fn term(&self, axis: Axis, id: &str) -> Option<&Term> {
        self.terms(axis).iter().find(|term| term.id == id)
    }

    /// Answers earlier versions had.
    pub fn retired(&self) -> &[Retired] {
        &self.content.retired
    }

    /// Names in Spanish and English of an answer, of this version or an earlier one.
    pub fn names(&self, axis: Axis, id: &str) -> Option<(&str, &str)> {
        let present = self.term(axis, id).map(|term| (term.es.as_str(), term.en.as_str()));
        present.or_else(|| {
            let retired = self.retired().iter().find(|gone| gone.axis == axis && gone.id == id)?;
            Some((retired.es.as_str(), retired.en.as_str()))
        })
    }

    /// The id that stands for `id` now: its successor when it was retired in favour of another. Models
    /// know the answers they were trained on and go on giving them.
    pub fn present<'a>(&'a self, axis: Axis, id: &'a str) -> &'a str {
        let gone = self.retired().iter().find(|gone| gone.axis == axis && gone.id == id);
        gone.and_then(|gone| gone.replaced_by.as_deref()).unwrap_or(id)
    }
}

impl Content {
    /// The term that has a retired one's complaints: its successor, or the successor's when that went too.
    fn heir<'a>(&'a self, gone: &'a Retired) -> Option<&'a str> {
        let mut by = gone.replaced_by.as_deref()?;
        // A chain longer than the list goes round in a circle.
        for _ in 0..=self.retired.len() {
            if self.terms(gone.axis).iter().any(|term| term.id == by) {
                return Some(by);
            }
            let next = self.retired.iter().find(|next| next.axis == gone.axis && next.id == by)?;
            by = next.replaced_by.as_deref()?;
        }
        None
    }

    fn terms(&self, axis: Axis) -> &[Term] {
        match axis {
            Axis::Kind => &self.kind,
            Axis::ProductArea => &self.product_area,
            Axis::FailureType => &self.failure_type,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_starter_set_is_complete_and_unambiguous() {
        let taxonomy = Taxonomy::starter();
        let mut sentences = HashSet::new();
        for (axis, expected) in [(Axis::Kind, 7), (Axis::ProductArea, 15), (Axis::FailureType, 21)] {
            let terms = taxonomy.terms(axis);
            assert_eq!(terms.len(), expected, "{axis:?}");
            for term in terms {
                let Bilingual { es, en } = &term.meaning;
                assert!(!es.is_empty() && !en.is_empty(), "{}: a definition in both languages", term.id);
                assert!(!term.examples.is_empty() && !term.counter_examples.is_empty(), "{}", term.id);
                for counter in &term.counter_examples {
                    assert_ne!(counter.is, term.id, "a counter-example belongs elsewhere");
                }
                let told = term.examples.iter().flat_map(|told| [&told.es, &told.en]);
                let not = term.counter_examples.iter().flat_map(|told| [&told.es, &told.en]);
                for sentence in told.chain(not) {
                    assert!(!sentence.is_empty(), "{}: a sentence in both languages", term.id);
                    assert!(sentences.insert((axis, sentence.clone())), "{sentence} comes twice");
                }
            }
        }
    }

    #[test]
    fn what_is_written_reads_back_and_the_version_follows_the_content() {
        let starter = Taxonomy::starter();
        assert_eq!(Taxonomy::from_json(1, &starter.to_json()), Ok(starter.clone()));
        let draft: Draft = toml::from_str(&starter.to_toml()).expect("our own TOML");
        assert_eq!(draft.version.as_deref(), Some(starter.version.as_str()));
        assert_eq!(Taxonomy::numbered(1, draft.check().expect("our own content")), starter);
        let changed = starter.to_json().replace("cobro indebido", "cobro de más");
        let changed = Taxonomy::from_json(1, &changed).expect("a fitting name");
        assert!(changed.version.starts_with("1-") && changed.version != starter.version);
    }
}
