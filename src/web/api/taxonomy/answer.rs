//! The taxonomy and its changes on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::label::Axis;
use crate::domain::taxonomy::diff::{Change, Edit, TermChange};
use crate::domain::taxonomy::{Bilingual, CounterExample, Retired, Taxonomy, Term};
use crate::web::api::names;

/// One version of the taxonomy.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyAnswer {
    /// Number and content hash, as labels carry it.
    version: String,
    /// Its number; 1 is the starter set.
    number: i64,
    /// The questions a label answers, in reading order.
    axes: Vec<AxisAnswer>,
    /// Answers of earlier versions.
    retired: Vec<RetiredAnswer>,
}

/// One question and its possible answers.
#[derive(Debug, Serialize, ToSchema)]
struct AxisAnswer {
    /// The question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// The answers, in their order.
    terms: Vec<TermAnswer>,
}

/// One possible answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TermAnswer {
    /// Stable id.
    id: String,
    /// Name in Spanish.
    es: String,
    /// Name in English.
    en: String,
    /// What it means.
    meaning: BilingualAnswer,
    /// Sentences that belong to it.
    examples: Vec<BilingualAnswer>,
    /// Sentences near it that belong elsewhere.
    counter_examples: Vec<CounterExampleAnswer>,
}

/// The same in both languages.
#[derive(Debug, Serialize, ToSchema)]
struct BilingualAnswer {
    /// In Spanish.
    es: String,
    /// In English.
    en: String,
}

/// A sentence that belongs to another term.
#[derive(Debug, Serialize, ToSchema)]
struct CounterExampleAnswer {
    /// In Spanish.
    es: String,
    /// In English.
    en: String,
    /// The term it belongs to.
    is: String,
}

/// An answer that is none any more.
#[derive(Debug, Serialize, ToSchema)]
struct RetiredAnswer {
    /// Its question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// Its id.
    id: String,
    /// Name in Spanish.
    es: String,
    /// Name in English.
    en: String,
    /// The term that took its complaints; null when it had none.
    replaced_by: Option<String>,
}

/// A term that differs between two versions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TermChangeAnswer {
    /// Its question.
    #[schema(schema_with = names::axis)]
    axis: &'static str,
    /// Its id.
    id: String,
    /// `added`, `retired`, `edited` or `moved`.
    change: &'static str,
    /// The term that takes its complaints, when it is retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<String>,
    /// What reads otherwise, when it is edited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<EditAnswer>,
}

/// A part of a term that reads otherwise.
#[derive(Debug, Serialize, ToSchema)]
struct EditAnswer {
    /// Which part: `es`, `en`, `meaning.es`, `meaning.en`, `examples` or `counter_examples`.
    field: &'static str,
    /// As it was; several sentences a line each.
    was: String,
    /// As it is.
    is: String,
}

impl From<&Taxonomy> for TaxonomyAnswer {
    fn from(taxonomy: &Taxonomy) -> Self {
        let axes = Axis::ALL.map(|axis| AxisAnswer {
            axis: axis.name(),
            terms: taxonomy.terms(axis).iter().cloned().map(TermAnswer::from).collect(),
        });
        Self {
            version: taxonomy.version.clone(),
            number: taxonomy.number,
            axes: axes.into(),
            retired: taxonomy.retired().iter().cloned().map(RetiredAnswer::from).collect(),
        }
    }
}

impl From<Term> for TermAnswer {
    fn from(term: Term) -> Self {
        let Term { id, es, en, meaning, examples, counter_examples } = term;
        Self {
            id,
            es,
            en,
            meaning: meaning.into(),
            examples: examples.into_iter().map(BilingualAnswer::from).collect(),
            counter_examples: counter_examples.into_iter().map(CounterExampleAnswer::from).collect(),
        }
    }
}

impl From<Bilingual> for BilingualAnswer {
    fn from(told: Bilingual) -> Self {
        let Bilingual { es, en } = told;
        Self { es, en }
    }
}

impl From<CounterExample> for CounterExampleAnswer {
    fn from(told: CounterExample) -> Self {
        let CounterExample { es, en, is } = told;
        Self { es, en, is }
    }
}

impl From<Retired> for RetiredAnswer {
    fn from(gone: Retired) -> Self {
        let Retired { axis, id, es, en, replaced_by } = gone;
        Self { axis: axis.name(), id, es, en, replaced_by }
    }
}

impl From<TermChange> for TermChangeAnswer {
    fn from(changed: TermChange) -> Self {
        let TermChange { axis, id, change } = changed;
        let name = change.name();
        let (replaced_by, edits) = match change {
            Change::Retired { was: _, replaced_by } => (replaced_by, Vec::new()),
            Change::Edited(edits) => (None, edits),
            Change::Added(_) | Change::Moved => (None, Vec::new()),
        };
        let edits = edits.into_iter().map(|Edit { field, was, is }| EditAnswer { field, was, is });
        Self { axis: axis.name(), id, change: name, replaced_by, edits: edits.collect() }
    }
}
