//! Queja: one complaint, redacted, with what is known about it and how sure that is.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Names, joined};
use super::visitor::Visitor;
use super::why::Why;
use crate::domain::filter::{Field, Filter};
use crate::domain::id::ComplaintId;
use crate::domain::label::{Label, Origin};
use crate::i18n::{Locale, format};
use crate::pipeline::explain::Explanation;
use crate::store::complaints::ComplaintRecord;
use crate::web::params::address;
use crate::web::state::AppState;

/// Similarity to a group's centre from which a complaint is one of its plain cases.
const CLOSE: f64 = 0.6;

/// The page.
#[derive(Debug, Template)]
#[template(path = "complaint.html")]
pub(super) struct ComplaintPage {
    frame: Frame,
    id: String,
    title: String,
    sentence: String,
    /// Language of the text, where it is not the page's.
    language: Option<&'static str>,
    paragraphs: Vec<String>,
    prepared: bool,
    redactions: i64,
    labels: Vec<LabelRow>,
    why: Option<Why>,
    /// Id, title and closeness in words.
    group: Option<(String, String, String)>,
    facts: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct LabelRow {
    question: String,
    answer: String,
    href: String,
    words: String,
    figure: Option<String>,
    unsure: bool,
    origin: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ComplaintId>,
) -> Result<Html<String>, PageError> {
    let record = state.pipeline.complaint(id).await?.ok_or(PageError::NotFound)?;
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let received = format::instant(visitor.locale, record.complaint.received_at, &state.zone);
    let explanation = state.pipeline.explain(id).await?;
    let frame = visitor.frame(Section::Search);
    super::html(&ComplaintPage::new(frame, &record, received, explanation.as_ref(), &names))
}

impl ComplaintPage {
    fn new(
        frame: Frame,
        record: &ComplaintRecord,
        received: String,
        explanation: Option<&Explanation>,
        names: &Names,
    ) -> Self {
        let locale = frame.locale;
        let complaint = &record.complaint;
        let group = record.cluster.map(|(id, similarity)| {
            let name = names.value(Field::Cluster, &id.to_string());
            let key = if similarity >= CLOSE { "complaint-close" } else { "complaint-far" };
            let closeness = locale.text(key, &[("figure", &format::percent(locale, similarity))]);
            (id.to_string(), name, closeness)
        });
        let about = joined(&[
            complaint.facts.company.as_deref().unwrap_or_default(),
            complaint.facts.product.as_deref().unwrap_or_default(),
        ]);
        let sentence = match (&group, record.prepared) {
            (_, false) => frame.t("complaint-waiting"),
            (Some((_, name, _)), true) => frame.t1("complaint-in-group", "group", name),
            (None, true) => frame.t("complaint-alone"),
        };
        let day = format::day(locale, complaint.received_day);
        let title = if about.is_empty() {
            frame.t1("complaint-title", "day", day)
        } else {
            locale.text("complaint-title-about", &[("day", &day), ("about", &about)])
        };
        Self {
            id: complaint.id.to_string(),
            title,
            sentence,
            language: lines::language_code(complaint.language),
            paragraphs: lines::paragraphs(complaint),
            prepared: record.prepared,
            redactions: record.redactions,
            labels: record.labels.iter().map(|label| LabelRow::new(label, names)).collect(),
            why: explanation.map(|explanation| Why::new(&frame, explanation, names)),
            group,
            facts: facts(locale, record, received, names),
            frame,
        }
    }
}

impl LabelRow {
    fn new(label: &Label, names: &Names) -> Self {
        let locale = names.locale;
        let by_person = label.origin == Origin::Person;
        let field = match label.axis {
            crate::domain::label::Axis::Kind => Field::Kind,
            crate::domain::label::Axis::ProductArea => Field::ProductArea,
            crate::domain::label::Axis::FailureType => Field::FailureType,
        };
        let question = Filter::default().with(field, label.value.as_str());
        Self {
            question: names::axis(locale, label.axis),
            answer: names.label(label.axis, &label.value),
            href: address("/buscar", &question.to_pairs()),
            words: if by_person {
                locale.text("sure-person", &[])
            } else {
                names::sureness(locale, label.probability, label.unsure)
            },
            figure: (!by_person).then(|| format::percent(locale, f64::from(label.probability))),
            unsure: label.unsure && !by_person,
            origin: locale.text(if by_person { "origin-person" } else { "origin-machine" }, &[]),
        }
    }
}

fn facts(locale: Locale, record: &ComplaintRecord, received: String, names: &Names) -> Vec<(String, String)> {
    let complaint = &record.complaint;
    let mut facts = vec![(locale.text("complaint-received", &[]), received)];
    for (name, value) in complaint.facts.named() {
        if let (Some(field), Some(value)) = (Field::from_name(name), value) {
            facts.push((names::field(locale, field), value.to_owned()));
        }
    }
    if record.prepared && complaint.text.is_some() {
        let language = names.value(Field::Language, complaint.language.code());
        facts.push((names::field(locale, Field::Language), language));
    }
    facts.push((names::field(locale, Field::Source), complaint.source.clone()));
    if let Some(external_id) = &complaint.external_id {
        facts.push((names::field(locale, Field::ExternalId), external_id.clone()));
    }
    facts.extend(complaint.facts.extra.iter().map(|(name, value)| (name.clone(), value.clone())));
    facts
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ComplaintPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let page = |record: &ComplaintRecord| {
        let at = record.complaint.received_at;
        let received = format::instant(frame.locale, at, &jiff::tz::TimeZone::UTC);
        let explanation = record.prepared.then(super::why::sample);
        ComplaintPage::new(frame.clone(), record, received, explanation.as_ref(), &names)
    };
    let mut waiting = sample::complaints().remove(0);
    waiting.prepared = false;
    waiting.complaint.text = None;
    waiting.labels = Vec::new();
    waiting.cluster = None;
    let mut pages: Vec<ComplaintPage> = sample::complaints().iter().map(page).collect();
    pages.push(page(&waiting));
    pages
}
