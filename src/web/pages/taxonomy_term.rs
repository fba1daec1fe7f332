//! A term of the taxonomy: what it means, what belongs to it and what does not, and a form to change it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::names;
use super::taxonomy::{complaints_href, name_of, named, term_href};
use super::taxonomy_changes::terms_of;
use super::visitor::Visitor;
use crate::domain::counts::Dimension;
use crate::domain::label::Axis;
use crate::domain::taxonomy::{Taxonomy, Term};
use crate::i18n::Locale;
use crate::web::state::AppState;

/// The page.
#[derive(Debug, Template)]
#[template(path = "taxonomy_term.html")]
pub(super) struct TermPage {
    frame: Frame,
    axis: String,
    axis_id: &'static str,
    name: String,
    term: Term,
    meaning: String,
    complaints: i64,
    complaints_href: String,
    examples: Vec<String>,
    /// The sentence, the name of the term it belongs to, and that term's page.
    counter_examples: Vec<(String, String, String)>,
    /// Id and name of the terms it can be joined with.
    others: Vec<(String, String)>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((axis, id)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    let axis = Axis::from_name(&axis).ok_or(PageError::NotFound)?;
    let taxonomy = state.store.taxonomy().await?;
    let term = taxonomy.term(axis, &id).ok_or(PageError::NotFound)?;
    let used = state.store.totals_of_dimension(Dimension::from(axis)).await?;
    let complaints = used.get(&id).copied().unwrap_or(0);
    super::html(&TermPage::new(visitor.frame(Section::Taxonomy), &taxonomy, axis, term, complaints))
}

impl TermPage {
    fn new(frame: Frame, taxonomy: &Taxonomy, axis: Axis, term: &Term, complaints: i64) -> Self {
        let locale = frame.locale;
        let counters = term.counter_examples.iter().map(|told| {
            let owner = taxonomy.term(axis, &told.is).map_or_else(String::new, |term| name_of(locale, term));
            (sentence(locale, &told.es, &told.en), owner, term_href(axis, &told.is))
        });
        let others = terms_of(locale, taxonomy, axis).into_iter().filter(|(id, _)| *id != term.id);
        Self {
            axis: names::axis(locale, axis),
            axis_id: axis.name(),
            name: name_of(locale, term),
            meaning: named(locale, &term.meaning.es, &term.meaning.en),
            complaints,
            complaints_href: complaints_href(axis, &term.id),
            examples: term.examples.iter().map(|told| sentence(locale, &told.es, &told.en)).collect(),
            counter_examples: counters.collect(),
            others: others.collect(),
            term: term.clone(),
            frame,
        }
    }
}

fn sentence(locale: Locale, es: &str, en: &str) -> String {
    match locale {
        Locale::Es => es.to_owned(),
        Locale::En => en.to_owned(),
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<TermPage> {
    let taxonomy = Taxonomy::starter();
    let mut bare = Term { id: "bare".into(), es: "<b>x".into(), en: "<b>x".into(), ..Term::default() };
    let full = taxonomy.term(Axis::FailureType, "delay").expect("a starter term");
    bare.meaning.es = "<i>app".to_owned();
    vec![
        TermPage::new(frame.clone(), &taxonomy, Axis::FailureType, full, 12),
        TermPage::new(frame.clone(), &taxonomy, Axis::Kind, &bare, 0),
    ]
}
