//! Taxonomía: every term with its complaints, what it means, and the versions there have been.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::error::PageError;
use super::forms::LinkChoice;
use super::frame::{Frame, Section};
use super::names::{self, capitalised};
use super::taxonomy_changes::{ChangeLine, VersionRow};
use super::visitor::Visitor;
use crate::domain::counts::Dimension;
use crate::domain::filter::{Field, Filter};
use crate::domain::label::Axis;
use crate::domain::taxonomy::diff::between;
use crate::domain::taxonomy::{Taxonomy, Term};
use crate::i18n::{Locale, format};
use crate::pipeline::true_counts::{Estimate, FEWEST_REVIEWED, TrueCount};
use crate::store::taxonomy::VersionLine;
use crate::web::params::address;
use crate::web::state::AppState;

/// Width of the widest bar, in units of its drawing.
const BAR_UNITS: i64 = 100;

/// What the address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TaxonomyQuery {
    /// `si` after a version was published.
    #[serde(rename = "hecho")]
    done: String,
    /// `si`: counts corrected for what the model gets wrong.
    #[serde(rename = "corregidas")]
    corrected: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "taxonomy.html")]
pub(super) struct TaxonomyPage {
    frame: Frame,
    lead: String,
    message: Option<String>,
    /// Counts as they are, and corrected.
    tabs: Vec<LinkChoice>,
    /// How to read the corrected ones.
    hint: Option<String>,
    axes: Vec<AxisPart>,
    versions: Vec<VersionRow>,
    retired: Vec<String>,
}

#[derive(Debug)]
struct AxisPart {
    name: String,
    terms: Vec<TermRow>,
}

#[derive(Debug)]
struct TermRow {
    name: String,
    href: String,
    meaning: String,
    complaints: i64,
    complaints_href: String,
    bar: i64,
    /// What the count truly may be, when that was asked.
    corrected: Option<String>,
}

/// Corrected counts by axis and answer.
type Corrected = HashMap<Axis, BTreeMap<String, TrueCount>>;

/// Which two versions to compare.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangesQuery {
    #[serde(rename = "de")]
    from: i64,
    #[serde(rename = "a")]
    to: i64,
}

/// What differs between two versions.
#[derive(Debug, Template)]
#[template(path = "taxonomy_changes.html")]
pub(super) struct ChangesPage {
    frame: Frame,
    title: String,
    changes: Vec<ChangeLine>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<TaxonomyQuery>,
) -> Result<Html<String>, PageError> {
    let taxonomy = state.store.taxonomy().await?;
    let mut used = HashMap::new();
    for axis in Axis::ALL {
        used.insert(axis, state.store.totals_of_dimension(Dimension::from(axis)).await?);
    }
    let versions = state.store.taxonomy_versions().await?;
    let mut corrected = None;
    if query.corrected == "si"
        && let Some((first, last)) = state.store.span_of_days().await?
    {
        let told: &mut Corrected = corrected.get_or_insert_default();
        for axis in Axis::ALL {
            told.insert(axis, state.pipeline.true_counts(axis, first, last).await?);
        }
    }
    let frame = visitor.frame(Section::Taxonomy);
    let parts = Parts { used, corrected, versions, zone: state.zone.clone(), done: query.done == "si" };
    super::html(&TaxonomyPage::new(frame, &taxonomy, parts))
}

pub(super) async fn changes(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<ChangesQuery>,
) -> Result<Html<String>, PageError> {
    let from = state.store.taxonomy_version(query.from).await?.ok_or(PageError::NotFound)?;
    let to = state.store.taxonomy_version(query.to).await?.ok_or(PageError::NotFound)?;
    super::html(&ChangesPage::new(visitor.frame(Section::Taxonomy), &from, &to))
}

/// What the page is made of.
struct Parts {
    used: HashMap<Axis, HashMap<String, i64>>,
    corrected: Option<Corrected>,
    versions: Vec<VersionLine>,
    /// Whose days the versions were published on.
    zone: TimeZone,
    done: bool,
}

impl TaxonomyPage {
    fn new(frame: Frame, taxonomy: &Taxonomy, parts: Parts) -> Self {
        let Parts { used, corrected, versions, zone, done } = parts;
        let none = HashMap::new();
        let axes = Axis::ALL.map(|axis| {
            let used = used.get(&axis).unwrap_or(&none);
            let most = used.values().copied().max().unwrap_or(0).max(1);
            let terms = taxonomy.terms(axis).iter().map(|term| {
                let complaints = used.get(&term.id).copied().unwrap_or(0);
                let told = corrected.as_ref().map(|told| told.get(&axis).and_then(|told| told.get(&term.id)));
                TermRow {
                    name: name_of(frame.locale, term),
                    href: term_href(axis, &term.id),
                    meaning: meaning_of(frame.locale, term),
                    complaints,
                    complaints_href: complaints_href(axis, &term.id),
                    bar: complaints * BAR_UNITS / most,
                    corrected: told.map(|told| corrected_words(frame.locale, told)),
                }
            });
            AxisPart { name: names::axis(frame.locale, axis), terms: terms.collect() }
        });
        let tab = |key, href: &str, current| LinkChoice {
            label: frame.t(key),
            href: href.to_owned(),
            current,
            count: 0,
        };
        let tabs = vec![
            tab("taxonomy-as-counted", "/taxonomia", corrected.is_none()),
            tab("taxonomy-corrected", "/taxonomia?corregidas=si", corrected.is_some()),
        ];
        let needed = i64::from(FEWEST_REVIEWED);
        let retired = taxonomy.retired().iter().map(|gone| {
            let name = named(frame.locale, &gone.es, &gone.en);
            match &gone.replaced_by {
                None => name,
                Some(by) => {
                    let heir = taxonomy.names(gone.axis, by).map(|(es, en)| named(frame.locale, es, en));
                    let heir = heir.unwrap_or_else(|| by.clone());
                    frame.locale.text("taxonomy-retired-to", &[("term", &name), ("heir", &heir)])
                }
            }
        });
        let count = versions.iter().map(|line| line.number).max().unwrap_or(1);
        Self {
            lead: frame.t1("taxonomy-lead", "version", count),
            message: done.then(|| frame.t("taxonomy-published")),
            hint: corrected.is_some().then(|| frame.t1("taxonomy-corrected-how", "needed", needed)),
            tabs,
            axes: axes.into(),
            versions: versions.iter().map(|line| VersionRow::new(&frame, line, &zone)).collect(),
            retired: retired.collect(),
            frame,
        }
    }
}

impl ChangesPage {
    fn new(frame: Frame, from: &Taxonomy, to: &Taxonomy) -> Self {
        let title =
            frame.locale.text("taxonomy-changes-title", &[("from", &from.number), ("to", &to.number)]);
        let changes = between(from, to);
        let changes = changes.iter().map(|changed| ChangeLine::new(frame.locale, changed, to)).collect();
        Self { frame, title, changes }
    }
}

/// The name of a term in the visitor's language.
pub(super) fn name_of(locale: Locale, term: &Term) -> String {
    named(locale, &term.es, &term.en)
}

/// The one of two names that is in the visitor's language.
pub(super) fn named(locale: Locale, es: &str, en: &str) -> String {
    capitalised(match locale {
        Locale::Es => es,
        Locale::En => en,
    })
}

/// "≈ 120 (entre 90 y 150)", or that it cannot be told.
fn corrected_words(locale: Locale, count: Option<&TrueCount>) -> String {
    let estimate = count.map(|count| (count.powered.ok(), count.adjusted));
    let (key, estimate) = match estimate {
        Some((Some(powered), _)) => ("taxonomy-estimate", powered),
        Some((None, Some(adjusted))) => ("taxonomy-estimate-rough", adjusted),
        _ => return locale.text("taxonomy-cannot-tell", &[]),
    };
    let figure = |value: f64| format::decimal(locale, value, 0);
    let Estimate { count, low, high } = estimate;
    locale.text(key, &[("count", &figure(count)), ("low", &figure(low)), ("high", &figure(high))])
}

fn meaning_of(locale: Locale, term: &Term) -> String {
    named(locale, &term.meaning.es, &term.meaning.en)
}

/// Address of a term's page.
pub(super) fn term_href(axis: Axis, id: &str) -> String {
    format!("/taxonomia/{}/{id}", axis.name())
}

/// Address of the complaints of a term.
pub(super) fn complaints_href(axis: Axis, id: &str) -> String {
    let filter = Field::of_dimension(Dimension::from(axis)).map(|field| Filter::default().with(field, id));
    address("/buscar", &filter.unwrap_or_default().to_pairs())
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<TaxonomyPage> {
    use super::taxonomy_changes::sample_versions;
    use crate::pipeline::true_counts::NotTold;
    let taxonomy = Taxonomy::starter();
    let used = HashMap::from([(Axis::FailureType, HashMap::from([("delay".to_owned(), 1_234)]))]);
    let estimate = |count| Estimate { count, low: count - 50.0, high: count + 60.0 };
    let few = NotTold { given: true, sure: true, reviewed: 3 };
    let told = |powered, adjusted| TrueCount { counted: 1_234, powered, adjusted, reviewed: 90 };
    let counts = BTreeMap::from([
        ("delay".to_owned(), told(Ok(estimate(1_100.0)), None)),
        ("fraud_security".to_owned(), told(Err(few), Some(estimate(70.0)))),
        ("privacy".to_owned(), told(Err(few), None)),
    ]);
    let corrected = Some(HashMap::from([(Axis::FailureType, counts)]));
    let first = sample_versions().split_off(1);
    let unused = || Parts {
        used: HashMap::new(),
        corrected: None,
        versions: first.clone(),
        zone: TimeZone::UTC,
        done: false,
    };
    vec![
        TaxonomyPage::new(
            frame.clone(),
            &taxonomy,
            Parts { used, corrected, versions: sample_versions(), zone: TimeZone::UTC, done: true },
        ),
        TaxonomyPage::new(frame.clone(), &taxonomy, unused()),
    ]
}

#[cfg(test)]
pub(super) fn changes_samples(frame: &Frame) -> Vec<ChangesPage> {
    let (old, new) = super::taxonomy_changes::sample_revision();
    vec![ChangesPage::new(frame.clone(), &old, &new), ChangesPage::new(frame.clone(), &old, &old)]
}
