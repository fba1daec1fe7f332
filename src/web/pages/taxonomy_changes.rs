//! Versions of the taxonomy and what differs between them, as lines of a page.

use jiff::tz::TimeZone;

use super::frame::Frame;
use super::names;
use super::taxonomy::{complaints_href, named};
use crate::domain::label::Axis;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::taxonomy::diff::{Change, TermChange};
use crate::i18n::Locale;
use crate::store::taxonomy::VersionLine;

/// A version.
#[derive(Clone, Debug)]
pub(super) struct VersionRow {
    pub(super) title: String,
    pub(super) when: String,
    pub(super) note: String,
    /// What it changed; `None` for the first.
    pub(super) href: Option<String>,
}

impl VersionRow {
    pub(super) fn new(frame: &Frame, line: &VersionLine, zone: &TimeZone) -> Self {
        let VersionLine { number, version: _, note, published_at } = line;
        Self {
            title: frame.t1("taxonomy-version", "number", *number),
            when: match published_at {
                Some(at) => frame.day(&at.day_in(zone)),
                None => frame.t("taxonomy-starter"),
            },
            note: note.clone(),
            href: (*number > 1).then(|| format!("/taxonomia/cambios?de={}&a={number}", number - 1)),
        }
    }
}

/// A term that differs.
#[derive(Clone, Debug)]
pub(super) struct ChangeLine {
    pub(super) mark: &'static str,
    pub(super) what: String,
    pub(super) axis: String,
    pub(super) name: String,
    /// Its complaints.
    pub(super) href: String,
    /// Part, as it was, as it is.
    pub(super) edits: Vec<(String, String, String)>,
}

impl ChangeLine {
    /// `new` is the later version: it names the term that takes the complaints of a retired one.
    pub(super) fn new(locale: Locale, changed: &TermChange, new: &Taxonomy) -> Self {
        let TermChange { axis, id, change } = changed;
        let term =
            |id: &str| new.names(*axis, id).map_or_else(|| id.to_owned(), |(es, en)| named(locale, es, en));
        let (mark, what, name, edits) = match change {
            Change::Added(added) => {
                ("+", locale.text("taxonomy-added", &[]), named(locale, &added.es, &added.en), Vec::new())
            }
            Change::Retired { was, replaced_by } => {
                let what = match replaced_by {
                    Some(by) => locale.text("taxonomy-goes-to", &[("term", &term(by))]),
                    None => locale.text("taxonomy-goes", &[]),
                };
                ("−", what, named(locale, &was.es, &was.en), Vec::new())
            }
            Change::Moved => ("↕", locale.text("taxonomy-moved", &[]), term(id), Vec::new()),
            Change::Edited(edits) => {
                let edits = edits.iter().map(|edit| {
                    let part = edit.field.replace('.', "-");
                    let part = locale.text(&format!("taxonomy-part-{part}"), &[]);
                    (part, edit.was.clone(), edit.is.clone())
                });
                ("~", locale.text("taxonomy-edited", &[]), term(id), edits.collect())
            }
        };
        Self { mark, what, axis: names::axis(locale, *axis), name, href: complaints_href(*axis, id), edits }
    }
}

/// Axes with their terms, to choose a term among.
pub(super) fn terms_of(locale: Locale, taxonomy: &Taxonomy, axis: Axis) -> Vec<(String, String)> {
    let terms = taxonomy.terms(axis).iter();
    terms.map(|term| (term.id.clone(), named(locale, &term.es, &term.en))).collect()
}

#[cfg(test)]
pub(super) fn sample_versions() -> Vec<VersionLine> {
    use crate::domain::time::Timestamp;
    let line = |number: i64, note: &str, at| VersionLine {
        number,
        version: format!("{number}-0123abcd"),
        note: note.to_owned(),
        published_at: at,
    };
    vec![line(2, "Se une <b>uso</b> con otro", Some(Timestamp(1_794_830_400_000_000))), line(1, "", None)]
}

#[cfg(test)]
pub(super) fn sample_revision() -> (Taxonomy, Taxonomy) {
    use crate::domain::taxonomy::Term;
    let old = Taxonomy::starter();
    let mut draft = old.to_draft();
    draft.retire(Axis::FailureType, "usage", "other");
    let failures = draft.axes.get_mut("failure_type").expect("an axis");
    failures[0].en = "<b>wrong charge".to_owned();
    failures.push(Term { id: "noise".into(), es: "ruido".into(), en: "noise".into(), ..Term::default() });
    draft.axes.get_mut("kind").expect("an axis").swap(0, 1);
    let new = old.revised(draft, |_, _| 5).expect("a fitting draft");
    (old, new)
}
