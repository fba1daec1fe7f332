//! Modelos: which model answers each question, what it is worth, and every promotion.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Names};
use super::taxonomy::complaints_href;
use super::visitor::Visitor;
use crate::domain::counts::Dimension;
use crate::domain::label::Axis;
use crate::i18n::{Locale, format};
use crate::pipeline::drift::{Drift, Verdict};
use crate::pipeline::promote::ModelLine;
use crate::store::promotions::{Overlap, Promotion};
use crate::web::state::AppState;

/// What the address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ModelsQuery {
    /// `si` after a model was put to work.
    #[serde(rename = "hecho")]
    done: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "models.html")]
pub(super) struct ModelsPage {
    frame: Frame,
    message: Option<String>,
    axes: Vec<AxisPart>,
    promotions: Vec<PromotionRow>,
}

#[derive(Debug)]
struct AxisPart {
    id: &'static str,
    name: String,
    models: Vec<ModelRow>,
    /// Labels that are still to be given anew.
    waiting: Option<String>,
    /// Whether the model in force still fits, and what that rests on.
    fit: Vec<String>,
    /// The model that works again when the last promotion is taken back.
    before: Option<String>,
}

#[derive(Debug)]
struct ModelRow {
    name: String,
    state: String,
    in_force: bool,
    texts: i64,
    accuracy: String,
    macro_f1: String,
    labels: i64,
    /// Its comparison with the one in force.
    href: Option<String>,
}

#[derive(Debug)]
struct PromotionRow {
    day: String,
    sentence: String,
    note: String,
    href: String,
}

/// Old and new counts side by side.
#[derive(Debug, Template)]
#[template(path = "models_overlap.html")]
pub(super) struct OverlapPage {
    frame: Frame,
    title: String,
    lead: String,
    rows: Vec<OverlapRow>,
}

#[derive(Debug)]
struct OverlapRow {
    name: String,
    href: String,
    before: i64,
    now: i64,
}

/// Models of each axis and the labels each model gave.
type Versions = Vec<(Axis, Vec<ModelLine>, Vec<(String, i64)>)>;

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<ModelsQuery>,
) -> Result<Html<String>, PageError> {
    let mut versions = Versions::new();
    for (axis, lines) in state.pipeline.model_versions().await? {
        versions.push((axis, lines, state.store.labels_by_model(axis).await?));
    }
    let promotions = state.store.promotions().await?;
    let drift = state.pipeline.drift().await?;
    let frame = visitor.frame(Section::Review);
    super::html(&ModelsPage::new(frame, versions, (&promotions, &state.zone), &drift, query.done == "si"))
}

pub(super) async fn overlap(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(seq): Path<i64>,
) -> Result<Html<String>, PageError> {
    let promotions = state.store.promotions().await?;
    let promotion =
        promotions.into_iter().find(|promotion| promotion.seq == seq).ok_or(PageError::NotFound)?;
    let overlap = state.store.overlap(seq).await?;
    let mut now: HashMap<String, i64> = HashMap::new();
    if let Some((first, last)) = overlap.days {
        let dimension = Dimension::from(promotion.axis);
        for count in state.store.counts_of_dimension(dimension, first, last).await? {
            *now.entry(count.key).or_default() += count.complaints;
        }
    }
    let names = lines::names(&state, visitor.locale, &[]);
    super::html(&OverlapPage::new(visitor.frame(Section::Review), &promotion, &overlap, now, &names))
}

impl ModelsPage {
    fn new(
        frame: Frame,
        versions: Versions,
        (promotions, zone): (&[Promotion], &TimeZone),
        drift: &[Drift],
        done: bool,
    ) -> Self {
        let axes = versions.into_iter().map(|(axis, lines, labels)| {
            let last = promotions.iter().find(|promotion| promotion.axis == axis);
            let in_force = lines.iter().find(|line| line.in_force).map(|line| line.card.name.clone());
            let others = labels.iter().filter(|(name, _)| Some(name) != in_force.as_ref());
            let others: i64 = others.map(|(_, count)| count).sum();
            let anew = last.is_some_and(|promotion| promotion.relabelled_at.is_none());
            AxisPart {
                id: axis.name(),
                name: names::axis(frame.locale, axis),
                fit: drift
                    .iter()
                    .find(|drift| drift.axis == axis)
                    .map_or_else(Vec::new, |drift| fit(frame.locale, drift)),
                waiting: (anew && others > 0).then(|| frame.t1("models-waiting", "count", others)),
                before: last
                    .filter(|promotion| Some(&promotion.model) == in_force.as_ref())
                    .map(|promotion| promotion.previous.clone()),
                models: lines.into_iter().map(|line| ModelRow::new(&frame, axis, line, &labels)).collect(),
            }
        });
        let axes = axes.collect();
        let promotions =
            promotions.iter().map(|promotion| PromotionRow::new(&frame, promotion, zone)).collect();
        Self { message: done.then(|| frame.t("models-done")), axes, promotions, frame }
    }
}

/// The verdict, then each thing that was seen.
fn fit(locale: Locale, drift: &Drift) -> Vec<String> {
    let percent = |share: f64| format::percent(locale, share);
    let mut told = match &drift.verdict {
        Verdict::Yes(reasons) => {
            let each = reasons.iter().map(|reason| locale.text(&format!("drift-{}", reason.name()), &[]));
            vec![locale.text("drift-yes", &[("reasons", &each.collect::<Vec<_>>().join("; "))])]
        }
        Verdict::No => vec![locale.text("drift-no", &[])],
        Verdict::CannotTell => vec![locale.text("drift-cannot-tell", &[])],
    };
    if let Some(index) = drift.stability_index {
        told.push(locale.text("drift-index", &[("index", &format::decimal(locale, index, 2))]));
    }
    if let Some((recent, before)) = drift.unseen {
        let shares = [percent(recent), percent(before)];
        told.push(locale.text("drift-unseen", &[("recent", &shares[0]), ("before", &shares[1])]));
    }
    let reviewed = i64::try_from(drift.reviewed).unwrap_or(i64::MAX);
    told.push(match drift.accuracy {
        Some((share, low, high)) => locale.text(
            "drift-right",
            &[
                ("share", &percent(share)),
                ("low", &percent(low)),
                ("high", &percent(high)),
                ("card", &percent(drift.card_accuracy)),
                ("reviewed", &reviewed),
            ],
        ),
        None => locale.text("drift-right-unknown", &[("reviewed", &reviewed)]),
    });
    told
}

impl ModelRow {
    fn new(frame: &Frame, axis: Axis, line: ModelLine, labels: &[(String, i64)]) -> Self {
        let ModelLine { card, in_force, report } = line;
        let state = match (in_force, &report) {
            (true, _) => "models-in-force",
            (false, Some(_)) => "models-compared",
            (false, None) => "models-kept",
        };
        let given = labels.iter().find(|(name, _)| *name == card.name);
        Self {
            state: frame.t(state),
            in_force,
            texts: i64::try_from(card.texts).unwrap_or(i64::MAX),
            accuracy: format::percent(frame.locale, f64::from(card.metrics.accuracy)),
            macro_f1: format::decimal(frame.locale, f64::from(card.metrics.macro_f1), 2),
            labels: given.map_or(0, |(_, count)| *count),
            href: report.map(|_| format!("/modelos/{}/{}", axis.name(), card.name)),
            name: card.name,
        }
    }
}

impl PromotionRow {
    fn new(frame: &Frame, promotion: &Promotion, zone: &TimeZone) -> Self {
        let Promotion { seq, axis, model, previous, note, promoted_at, relabelled_at: _ } = promotion;
        let axis = names::axis(frame.locale, *axis);
        Self {
            day: frame.day(&promoted_at.day_in(zone)),
            sentence: frame
                .locale
                .text("models-promotion", &[("axis", &axis), ("model", model), ("previous", previous)]),
            note: note.clone(),
            href: format!("/modelos/cambios/{seq}"),
        }
    }
}

impl OverlapPage {
    fn new(
        frame: Frame,
        promotion: &Promotion,
        overlap: &Overlap,
        mut now: HashMap<String, i64>,
        names: &Names,
    ) -> Self {
        let axis = promotion.axis;
        let mut rows: Vec<OverlapRow> = Vec::new();
        let mut push = |id: &str, before, now| {
            let (name, href) = (names.label(axis, id), complaints_href(axis, id));
            rows.push(OverlapRow { name, href, before, now });
        };
        for (id, before) in &overlap.counts {
            push(id, *before, now.remove(id).unwrap_or(0));
        }
        let mut added: Vec<(String, i64)> = now.into_iter().collect();
        added.sort();
        added.iter().for_each(|(id, count)| push(id, 0, *count));
        rows.sort_by_key(|row| std::cmp::Reverse(row.before.max(row.now)));
        let (model, previous) = (&promotion.model, &promotion.previous);
        let title = frame.locale.text(
            "models-overlap-title",
            &[("axis", &names::axis(frame.locale, axis)), ("model", model), ("previous", previous)],
        );
        let days =
            overlap.days.map_or_else(String::new, |(first, last)| format::days(frame.locale, first, last));
        let lead = match promotion.relabelled_at {
            Some(_) => "models-overlap-lead",
            None => "models-overlap-waiting",
        };
        Self { lead: frame.t1(lead, "days", days), title, rows, frame }
    }
}

#[cfg(test)]
pub(super) fn sample_promotion(relabelled: bool) -> Promotion {
    use crate::domain::time::Timestamp;
    let at = Timestamp(1_794_830_400_000_000);
    Promotion {
        seq: 3,
        axis: Axis::FailureType,
        model: "failure_type-2222bbbb".to_owned(),
        previous: "failure_type-1111aaaa".to_owned(),
        note: "mejora en <b>cobros</b>".to_owned(),
        promoted_at: at,
        relabelled_at: relabelled.then_some(at),
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ModelsPage> {
    use super::model_report::sample_report;
    use crate::pipeline::drift::Reason;
    use crate::pipeline::promote::sample_card;
    let line = |name: &str, in_force, report| ModelLine { card: sample_card(name), in_force, report };
    let versions = |waiting: i64| {
        vec![
            (Axis::Kind, Vec::new(), Vec::new()),
            (
                Axis::FailureType,
                vec![
                    line("failure_type-2222bbbb", true, None),
                    line("failure_type-1111aaaa", false, None),
                    line("failure_type-3333cccc", false, Some(sample_report())),
                ],
                vec![
                    ("failure_type-2222bbbb".to_owned(), 900),
                    ("failure_type-1111aaaa".to_owned(), waiting),
                ],
            ),
        ]
    };
    let drift = |verdict, accuracy| Drift {
        axis: Axis::FailureType,
        model: "failure_type-2222bbbb".to_owned(),
        labels: (900, 4_000),
        stability_index: Some(0.31),
        unseen: Some((0.31, 0.19)),
        accuracy,
        card_accuracy: 0.63,
        reviewed: 120,
        verdict,
    };
    let unfit = drift(
        Verdict::Yes(vec![Reason::Certainty, Reason::Vocabulary, Reason::Accuracy]),
        Some((0.5, 0.4, 0.58)),
    );
    let fits = drift(Verdict::No, None);
    vec![
        ModelsPage::new(
            frame.clone(),
            versions(120),
            (&[sample_promotion(false)], &TimeZone::UTC),
            &[unfit],
            true,
        ),
        ModelsPage::new(frame.clone(), versions(0), (&[], &TimeZone::UTC), &[fits], false),
        ModelsPage::new(
            frame.clone(),
            versions(0),
            (&[], &TimeZone::UTC),
            &[drift(Verdict::CannotTell, None)],
            false,
        ),
    ]
}

#[cfg(test)]
pub(super) fn overlap_samples(frame: &Frame) -> Vec<OverlapPage> {
    use super::tests::sample;
    use crate::domain::time::Day;
    let names = sample::names(&crate::domain::taxonomy::Taxonomy::starter(), frame.locale);
    let overlap = Overlap {
        days: Some((Day(20_600), Day(20_781))),
        counts: vec![("delay".to_owned(), 40), ("fraud_security".to_owned(), 7)],
    };
    let now = || HashMap::from([("delay".to_owned(), 31), ("no_response".to_owned(), 11)]);
    let page = |relabelled, overlap: &Overlap, now| {
        OverlapPage::new(frame.clone(), &sample_promotion(relabelled), overlap, now, &names)
    };
    vec![
        page(true, &overlap, now()),
        page(false, &overlap, now()),
        page(true, &Overlap::default(), HashMap::new()),
    ]
}
