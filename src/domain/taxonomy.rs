//! The taxonomy: the allowed answers on each axis, with their names. The starter set is bundled; an
//! organisation edits its own copy.

use serde::{Deserialize, Serialize};

use super::label::Axis;

const STARTER: &str = include_str!("../../corpora/taxonomy.toml");

/// One allowed answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Stable id, English, snake case.
    pub id: String,
    /// Name on Spanish screens.
    pub es: String,
    /// Name on English screens.
    pub en: String,
    /// What it means, in English.
    pub meaning: String,
}

/// All answers of all axes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxonomy {
    /// Version, kept on every label given under it.
    pub version: String,
    kind: Vec<Term>,
    product_area: Vec<Term>,
    failure_type: Vec<Term>,
}

impl Taxonomy {
    /// The bundled starter set.
    pub fn starter() -> Self {
        toml::from_str(STARTER).expect("the bundled taxonomy is checked by a test")
    }

    /// The answers of one axis, in their order.
    pub fn terms(&self, axis: Axis) -> &[Term] {
        match axis {
            Axis::Kind => &self.kind,
            Axis::ProductArea => &self.product_area,
            Axis::FailureType => &self.failure_type,
        }
    }

    /// The term with this id on this axis.
    pub fn term(&self, axis: Axis, id: &str) -> Option<&Term> {
        self.terms(axis).iter().find(|term| term.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_starter_set_is_complete_and_unambiguous() {
        let taxonomy = Taxonomy::starter();
        for (axis, expected) in [(Axis::Kind, 7), (Axis::ProductArea, 15), (Axis::FailureType, 21)] {
            let terms = taxonomy.terms(axis);
            assert_eq!(terms.len(), expected, "{axis:?}");
            let ids: HashSet<_> = terms.iter().map(|term| &term.id).collect();
            assert_eq!(ids.len(), expected, "ids of {axis:?} repeat");
            assert!(
                terms
                    .iter()
                    .all(|term| !term.es.is_empty() && !term.en.is_empty() && !term.meaning.is_empty())
            );
        }
    }
}
