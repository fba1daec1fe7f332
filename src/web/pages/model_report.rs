//! The comparison of a new model with the one in force, and the button that puts it to work.

use askama::Template;
use axum::extract::{Form as FormBody, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Names};
use super::visitor::Visitor;
use crate::domain::label::Axis;
use crate::i18n::{Locale, format};
use crate::pipeline::promote::{ComparisonReport, Interval, PromotionError, Side};
use crate::web::state::AppState;

/// Longest note, in characters.
const MAX_NOTE_CHARS: usize = 500;
/// Ways of changing, and changed complaints, that are shown.
const SHOWN: usize = 30;

/// What the buttons send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PromotionForm {
    #[serde(rename = "nota")]
    note: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "model_report.html")]
pub(super) struct ReportPage {
    frame: Frame,
    axis: &'static str,
    name: String,
    title: String,
    verdict: String,
    judged: String,
    sides: Vec<SideRow>,
    labels: Vec<LabelRow>,
    changes: String,
    moves: Vec<(String, String, i64)>,
    /// Id, old and new answer.
    complaints: Vec<(String, String, String)>,
    note_chars: usize,
    error: Option<String>,
}

#[derive(Debug)]
struct SideRow {
    name: String,
    accuracy: String,
    macro_f1: String,
    ece: String,
    coverage: String,
    set_size: String,
}

#[derive(Debug)]
struct LabelRow {
    name: String,
    texts: i64,
    old: String,
    new: String,
    difference: String,
    /// `better`, `worse` or nothing: zero is inside the interval.
    verdict: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((axis, name)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    super::html(&page(&state, &visitor, &axis, &name, None).await?)
}

pub(super) async fn promote(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((axis, name)): Path<(String, String)>,
    FormBody(form): FormBody<PromotionForm>,
) -> Result<Response, PageError> {
    let known = Axis::from_name(&axis).ok_or(PageError::NotFound)?;
    // The report's page knows only names of the folder: what is none is not looked for on the disk.
    let page = page(&state, &visitor, &axis, &name, None).await?;
    match state.pipeline.promote_model(known, &page.name, &form.note()).await {
        Ok(_) => Ok(Redirect::to("/modelos?hecho=si").into_response()),
        Err(PromotionError::Pipeline(error)) => Err(error.into()),
        Err(error) => {
            let page = ReportPage { error: Some(error.to_string()), ..page };
            Ok((StatusCode::CONFLICT, super::html(&page)?).into_response())
        }
    }
}

pub(super) async fn roll_back(
    State(state): State<AppState>,
    Path(axis): Path<String>,
    FormBody(form): FormBody<PromotionForm>,
) -> Result<Response, PageError> {
    let axis = Axis::from_name(&axis).ok_or(PageError::NotFound)?;
    match state.pipeline.roll_back_model(axis, &form.note()).await {
        Ok(_) => Ok(Redirect::to("/modelos?hecho=si").into_response()),
        Err(PromotionError::Pipeline(error)) => Err(error.into()),
        // Somebody took it back already: the page shows how it stands.
        Err(_) => Ok(Redirect::to("/modelos").into_response()),
    }
}

impl PromotionForm {
    fn note(&self) -> String {
        self.note.trim().chars().filter(|c| *c != '\0').take(MAX_NOTE_CHARS).collect()
    }
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    axis: &str,
    name: &str,
    error: Option<String>,
) -> Result<ReportPage, PageError> {
    let axis = Axis::from_name(axis).ok_or(PageError::NotFound)?;
    let versions = state.pipeline.model_versions().await?;
    let lines = versions.into_iter().find(|(known, _)| *known == axis).map(|(_, lines)| lines);
    let line = lines.unwrap_or_default().into_iter().find(|line| line.card.name == name);
    let report = line.and_then(|line| line.report).ok_or(PageError::NotFound)?;
    let names = lines::names(state, visitor.locale, &[]);
    Ok(ReportPage::new(visitor.frame(Section::Review), &report, &names, error))
}

impl ReportPage {
    fn new(frame: Frame, report: &ComparisonReport, names: &Names, error: Option<String>) -> Self {
        let (locale, axis) = (frame.locale, report.axis);
        let ComparisonReport { old, new, judged_on, comparison, changes, .. } = report;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let judged_key = if judged_on == "judgements" { "report-judged" } else { "report-judged-file" };
        let texts = count(comparison.texts);
        let labels = comparison.labels.iter().map(|line| LabelRow {
            name: names.label(axis, &line.old.label),
            texts: i64::from(line.old.support),
            old: figure(locale, f64::from(line.old.f1)),
            new: figure(locale, f64::from(line.new.f1)),
            difference: signed(locale, &line.f1_difference),
            verdict: match side_of_zero(&line.f1_difference) {
                Some(true) => frame.t("report-better"),
                Some(false) => frame.t("report-worse"),
                None => String::new(),
            },
        });
        let moves = changes.moves.iter().take(SHOWN);
        let complaints = changes.complaints.iter().take(SHOWN);
        let label = |id: &str| names.label(axis, id);
        let verdict = match side_of_zero(&comparison.accuracy_difference) {
            Some(true) => "report-verdict-better",
            Some(false) => "report-verdict-worse",
            None => "report-verdict-alike",
        };
        Self {
            axis: axis.name(),
            name: new.clone(),
            title: frame.t1("report-title", "axis", names::axis(locale, axis)),
            verdict: frame.t1(verdict, "interval", signed(locale, &comparison.accuracy_difference)),
            judged: locale.text(judged_key, &[("count", &texts), ("file", judged_on)]),
            sides: vec![
                SideRow::new(&frame, frame.t1("report-old", "model", old), &comparison.old),
                SideRow::new(&frame, frame.t1("report-new", "model", new), &comparison.new),
            ],
            labels: labels.collect(),
            changes: locale.text(
                "report-changes",
                &[("count", &count(changes.changed)), ("all", &count(changes.looked_at))],
            ),
            moves: moves.map(|(old, new, times)| (label(old), label(new), count(*times))).collect(),
            complaints: complaints.map(|(id, old, new)| (id.clone(), label(old), label(new))).collect(),
            note_chars: MAX_NOTE_CHARS,
            error,
            frame,
        }
    }
}

impl SideRow {
    fn new(frame: &Frame, name: String, side: &Side) -> Self {
        let locale = frame.locale;
        let with = |value: f64, interval: &Interval| {
            let (low, high) = (interval.low, interval.high);
            format!("{} ({}–{})", figure(locale, value), figure(locale, low), figure(locale, high))
        };
        Self {
            name,
            accuracy: with(side.accuracy, &side.accuracy_interval),
            macro_f1: with(side.macro_f1, &side.macro_f1_interval),
            ece: format::decimal(locale, side.ece, 3),
            coverage: side.coverage.map_or(String::new(), |share| format::percent(locale, share)),
            set_size: side.set_size.map_or(String::new(), |size| format::decimal(locale, size, 1)),
        }
    }
}

fn figure(locale: Locale, value: f64) -> String {
    format::decimal(locale, value, 2)
}

fn signed(locale: Locale, interval: &Interval) -> String {
    let sign = |value: f64| {
        let mark = if value > 0.0 { "+" } else { "" };
        format!("{mark}{}", figure(locale, value))
    };
    format!("{} … {}", sign(interval.low), sign(interval.high))
}

/// Whether a difference is above zero (`true`) or below; `None` when its interval holds zero.
fn side_of_zero(interval: &Interval) -> Option<bool> {
    if interval.low > 0.0 {
        Some(true)
    } else if interval.high < 0.0 {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
pub(super) fn sample_report() -> ComparisonReport {
    use crate::pipeline::promote::{Changes, sample_comparison};
    ComparisonReport {
        axis: Axis::FailureType,
        old: "failure_type-2222bbbb".to_owned(),
        new: "failure_type-3333cccc".to_owned(),
        judged_on: "judgements".to_owned(),
        comparison: sample_comparison(),
        changes: Changes {
            looked_at: 5_000,
            changed: 2,
            moves: vec![("delay".to_owned(), "<b>x".to_owned(), 2)],
            complaints: vec![(uuid::Uuid::nil().to_string(), "delay".to_owned(), "<i>app".to_owned())],
        },
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ReportPage> {
    let names = super::tests::sample::names(&crate::domain::taxonomy::Taxonomy::starter(), frame.locale);
    let mut unchanged = sample_report();
    unchanged.judged_on = "a.csv".to_owned();
    unchanged.changes = crate::pipeline::promote::Changes::default();
    vec![
        ReportPage::new(frame.clone(), &sample_report(), &names, None),
        ReportPage::new(frame.clone(), &unchanged, &names, Some("<b>compared with another".to_owned())),
    ]
}
