//! What differs between two versions of the taxonomy, term by term.

use super::{Bilingual, CounterExample, Taxonomy, Term};
use crate::domain::label::Axis;

/// One term that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermChange {
    /// Its axis.
    pub axis: Axis,
    /// Its id.
    pub id: String,
    /// What became of it.
    pub change: Change,
}

/// What became of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added(Box<Term>),
    /// It is none of the answers any more; the other term took its complaints, if it had any.
    Retired {
        /// The term as it was.
        was: Box<Term>,
        /// Who took its complaints.
        replaced_by: Option<String>,
    },
    /// Parts of it read otherwise, in the order of the fields.
    Edited(Vec<Edit>),
    /// It stands elsewhere among the answers that were there before.
    Moved,
}

impl Change {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Retired { .. } => "retired",
            Self::Edited(_) => "edited",
            Self::Moved => "moved",
        }
    }
}

/// One part of a term that reads otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which part: `es`, `en`, `meaning.es`, `meaning.en`, `examples`, `counter_examples`.
    pub field: &'static str,
    /// As it was; several sentences a line each.
    pub was: String,
    /// As it is.
    pub is: String,
}

/// What differs from `old` to `new`, axis by axis: retired terms first, then the others in their order.
pub fn between(old: &Taxonomy, new: &Taxonomy) -> Vec<TermChange> {
    let mut changes = Vec::new();
    for axis in Axis::ALL {
        let mut push = |id: &str, change| changes.push(TermChange { axis, id: id.to_owned(), change });
        for was in old.terms(axis).iter().filter(|was| new.term(axis, &was.id).is_none()) {
            let present = new.present(axis, &was.id);
            let replaced_by = (present != was.id).then(|| present.to_owned());
            push(&was.id, Change::Retired { was: Box::new(was.clone()), replaced_by });
        }
        // Order is compared among the terms both have: a new one in between moves nobody.
        let common = |from: &Taxonomy, other: &Taxonomy| -> Vec<String> {
            let both = from.terms(axis).iter().filter(|term| other.term(axis, &term.id).is_some());
            both.map(|term| term.id.clone()).collect()
        };
        let (before, after) = (common(old, new), common(new, old));
        for term in new.terms(axis) {
            let Some(was) = old.term(axis, &term.id) else {
                push(&term.id, Change::Added(Box::new(term.clone())));
                continue;
            };
            let edits = edits(was, term);
            if !edits.is_empty() {
                push(&term.id, Change::Edited(edits));
            }
            let place = |list: &[String]| list.iter().position(|id| *id == term.id);
            if place(&before) != place(&after) {
                push(&term.id, Change::Moved);
            }
        }
    }
    changes
}

fn edits(was: &Term, is: &Term) -> Vec<Edit> {
    let told = |list: &[Bilingual]| {
        list.iter().map(|told| format!("{} / {}", told.es, told.en)).collect::<Vec<_>>().join("\n")
    };
    let counters = |list: &[CounterExample]| {
        let line = |told: &CounterExample| format!("{} / {} → {}", told.es, told.en, told.is);
        list.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    [
        ("es", was.es.clone(), is.es.clone()),
        ("en", was.en.clone(), is.en.clone()),
        ("meaning.es", was.meaning.es.clone(), is.meaning.es.clone()),
        ("meaning.en", was.meaning.en.clone(), is.meaning.en.clone()),
        ("examples", told(&was.examples), told(&is.examples)),
        ("counter_examples", counters(&was.counter_examples), counters(&is.counter_examples)),
    ]
    .into_iter()
    .filter(|(_, was, is)| was != is)
    .map(|(field, was, is)| Edit { field, was, is })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_every_term_once_and_what_reads_otherwise() {
        let old = Taxonomy::starter();
        assert_eq!(between(&old, &old), []);
        let mut draft = old.to_draft();
        let terms = draft.axes.get_mut("kind").expect("an axis");
        terms[0].en = "request".to_owned();
        terms.insert(
            1,
            Term { id: "thanks".into(), es: "gracias".into(), en: "thanks".into(), ..Term::default() },
        );
        terms.retain(|term| term.id != "none");
        let areas = draft.axes.get_mut("product_area").expect("an axis");
        areas.swap(0, 1);
        let new = old.revised(draft, |_, _| 0).expect("a fitting draft");
        let found: Vec<(&str, String)> = between(&old, &new)
            .iter()
            .map(|changed| (changed.change.name(), format!("{}.{}", changed.axis.name(), changed.id)))
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(what, id)| (*what, id.as_str())).collect();
        assert_eq!(
            found,
            [
                ("retired", "kind.none"),
                ("edited", "kind.petition"),
                ("added", "kind.thanks"),
                ("moved", "product_area.cards"),
                ("moved", "product_area.accounts"),
            ]
        );
    }
}
