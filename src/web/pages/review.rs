//! Revisión: one complaint at a time, what the model proposes for it, and a person's answer. Works by
//! keyboard; the address keeps question, queue and reviewer.

use askama::Template;
use axum::extract::{Form as FormBody, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::forms::{Choice, Errors, Form, LinkChoice};
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Names};
use super::visitor::Visitor;
use crate::domain::id::ComplaintId;
use crate::domain::label::Axis;
use crate::domain::review::{Judgement, MAX_REVIEWER_CHARS, Queue};
use crate::i18n::{Locale, format};
use crate::pipeline::review::{Kappa, Proposal, ReviewItem};
use crate::store::judgements::JudgementTaken;
use crate::web::params::address;
use crate::web::state::AppState;

/// Complaints one may pass over before the first of them comes again.
const MAX_SKIPPED: usize = 20;
/// The answer of every axis for a text without any failure, or that is none of the kinds.
const NOTHING: &str = "none";

/// What the address, or the form, says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReviewQuery {
    #[serde(rename = "eje")]
    axis: String,
    #[serde(rename = "cola")]
    queue: String,
    #[serde(rename = "persona")]
    reviewer: String,
    /// A certain complaint.
    #[serde(rename = "queja")]
    complaint: String,
    /// Ids passed over, separated by commas.
    #[serde(rename = "salta")]
    skip: String,
    /// `si` after an answer was kept.
    #[serde(rename = "hecho")]
    done: String,
    #[serde(rename = "valor")]
    value: String,
    #[serde(rename = "otra")]
    other: String,
    #[serde(rename = "motivo")]
    reason: String,
}

impl ReviewQuery {
    fn axis(&self) -> Axis {
        Axis::from_name(&self.axis).unwrap_or(Axis::FailureType)
    }

    fn queue(&self) -> Queue {
        Queue::from_name(&self.queue).unwrap_or(Queue::Unsure)
    }

    fn skipped(&self) -> Vec<ComplaintId> {
        self.skip.split(',').filter_map(|id| id.parse().ok()).take(MAX_SKIPPED).collect()
    }

    /// The address of the same review with another axis, queue or list of passed-over complaints.
    fn href(&self, axis: Axis, queue: Queue, skip: &str, done: bool) -> String {
        let mut pairs =
            vec![("eje".to_owned(), axis.name().to_owned()), ("cola".to_owned(), queue.name().to_owned())];
        for (name, value) in
            [("persona", self.reviewer.trim()), ("salta", skip), ("hecho", if done { "si" } else { "" })]
        {
            if !value.is_empty() {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        }
        address("/revision", &pairs)
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "review.html")]
pub(super) struct ReviewPage {
    frame: Frame,
    query: ReviewQuery,
    headline: String,
    lead: String,
    message: Option<String>,
    axes: Vec<LinkChoice>,
    queues: Vec<LinkChoice>,
    item: Option<Item>,
    form: Form,
    agreement: String,
    empty: String,
    empty_how: String,
}

/// The complaint to judge.
#[derive(Clone, Debug)]
struct Item {
    id: String,
    title: String,
    language: Option<&'static str>,
    paragraphs: Vec<String>,
    facts: Vec<(String, String)>,
    question: String,
    hint: Option<String>,
    /// What people said, where it may be seen.
    opinions: Vec<String>,
    proposals: Vec<ProposalLine>,
    may_be_none: bool,
    answers: Vec<Choice>,
    skip_href: String,
}

/// One proposal of the model.
#[derive(Clone, Debug)]
struct ProposalLine {
    key: usize,
    first: bool,
    value: String,
    label: String,
    figure: String,
    words: Option<String>,
}

/// What the page is made of.
struct Parts {
    doubts: i64,
    item: Option<ReviewItem>,
    /// Reviewer and answer.
    said: Vec<(String, String)>,
    agreement: Option<Kappa>,
    message: Option<&'static str>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<ReviewQuery>,
) -> Result<Html<String>, PageError> {
    let message = (query.done == "si").then_some("review-kept");
    super::html(&page(&state, &visitor, query, message, Errors::default()).await?)
}

pub(super) async fn judge(
    State(state): State<AppState>,
    visitor: Visitor,
    FormBody(query): FormBody<ReviewQuery>,
) -> Result<Response, PageError> {
    let complaint: ComplaintId = query.complaint.parse().map_err(|_| PageError::NotFound)?;
    let (axis, queue) = (query.axis(), query.queue());
    let judgement = Judgement {
        complaint,
        axis,
        value: if query.other.is_empty() { query.value.clone() } else { query.other.clone() },
        reviewer: query.reviewer.trim().chars().take(MAX_REVIEWER_CHARS).collect(),
        reason: Some(query.reason.trim().replace("\r\n", "\n")).filter(|reason| !reason.is_empty()),
        adjudicates: queue == Queue::Disputed,
    };
    let taxonomy = state.taxonomy();
    let (message, errors) = match judgement.check(&taxonomy) {
        Ok(()) => match state.store.judge_labels(&[judgement], &taxonomy.version).await?[..] {
            [JudgementTaken::NoComplaint] => (Some("review-gone"), Errors::default()),
            _ => return Ok(Redirect::to(&query.href(axis, queue, &query.skip, true)).into_response()),
        },
        Err(errors) => (None, Errors::of(visitor.locale, &errors)),
    };
    let page = page(&state, &visitor, query, message, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    query: ReviewQuery,
    message: Option<&'static str>,
    errors: Errors,
) -> Result<ReviewPage, PageError> {
    let (axis, queue) = (query.axis(), query.queue());
    let wanted = match query.complaint.parse::<ComplaintId>() {
        Ok(id) => Some(id),
        Err(_) => {
            let skipped = query.skipped();
            let order =
                state.pipeline.review_order(axis, queue, query.reviewer.trim(), MAX_SKIPPED + 1).await?;
            order.into_iter().find(|id| !skipped.contains(id))
        }
    };
    let item = state.pipeline.review_items(axis, wanted.as_slice()).await?.pop();
    let said = match &item {
        Some(item) if queue != Queue::Second => {
            state.store.judgements(item.record.complaint.id, axis).await?
        }
        _ => Vec::new(),
    };
    let parts = Parts {
        doubts: state.store.doubt_total(axis).await?,
        item,
        said: said.into_iter().map(|said| (said.judgement.reviewer, said.judgement.value)).collect(),
        agreement: state.pipeline.agreement(axis).await?,
        message,
    };
    let form = Form { note: query.reason.clone(), errors, ..Form::default() };
    let names = lines::names(state, visitor.locale, &[]);
    Ok(ReviewPage::new(visitor.frame(Section::Review), query, parts, form, &names))
}

impl ReviewPage {
    fn new(frame: Frame, query: ReviewQuery, parts: Parts, form: Form, names: &Names) -> Self {
        let Parts { doubts, item, said, agreement, message } = parts;
        let (locale, axis, queue) = (frame.locale, query.axis(), query.queue());
        let axes = Axis::ALL
            .map(|other| LinkChoice {
                label: names::axis(locale, other),
                href: query.href(other, queue, "", false),
                current: other == axis,
                count: 0,
            })
            .into();
        let queues = Queue::ALL
            .map(|other| LinkChoice {
                label: frame.t(&format!("review-queue-{}", other.name())),
                href: query.href(axis, other, "", false),
                current: other == queue,
                count: 0,
            })
            .into();
        Self {
            headline: frame.t1("review-headline", "count", doubts),
            lead: frame.t1("review-lead", "axis", names::axis(locale, axis)),
            message: message.map(|key| frame.t(key)),
            axes,
            queues,
            item: item.map(|item| Item::new(&frame, &query, item, said, names)),
            form,
            agreement: agreement_sentence(locale, agreement),
            empty: frame.t(&format!("review-empty-{}", queue.name())),
            empty_how: frame.t(&format!("review-empty-{}-how", queue.name())),
            query,
            frame,
        }
    }
}

impl Item {
    fn new(
        frame: &Frame,
        query: &ReviewQuery,
        ReviewItem { record, proposals }: ReviewItem,
        said: Vec<(String, String)>,
        names: &Names,
    ) -> Self {
        let (locale, axis, queue) = (frame.locale, query.axis(), query.queue());
        let complaint = &record.complaint;
        let mut skipped = query.skipped();
        if skipped.len() == MAX_SKIPPED {
            skipped.remove(0);
        }
        skipped.push(complaint.id);
        let skip = skipped.iter().map(ComplaintId::to_string).collect::<Vec<_>>().join(",");
        let facts = complaint.facts.named().into_iter().filter_map(|(name, value)| {
            let field = crate::domain::filter::Field::from_name(name)?;
            Some((names::field(locale, field), value?.to_owned()))
        });
        let terms = names.taxonomy.terms(axis);
        Self {
            id: complaint.id.to_string(),
            title: frame.t1("complaint-title", "day", format::day(locale, complaint.received_day)),
            language: lines::language_code(complaint.language),
            paragraphs: lines::paragraphs(complaint),
            facts: facts.collect(),
            question: frame.t1("review-ask", "axis", names::axis(locale, axis)),
            hint: match queue {
                Queue::Unsure => None,
                Queue::Second => Some(frame.t("review-blind")),
                Queue::Disputed => Some(frame.t("review-settle")),
            },
            opinions: said
                .into_iter()
                .map(|(reviewer, value)| {
                    let answer = names.label(axis, &value);
                    locale.text("review-said", &[("reviewer", &reviewer), ("answer", &answer)])
                })
                .collect(),
            may_be_none: terms.iter().any(|term| term.id == NOTHING)
                && !proposals.iter().any(|proposal| proposal.value == NOTHING),
            proposals: (1..)
                .zip(proposals)
                .map(|(key, proposal)| ProposalLine::new(frame, axis, key, proposal, names))
                .collect(),
            answers: terms
                .iter()
                .map(|term| Choice {
                    value: term.id.clone(),
                    label: names.label(axis, &term.id),
                    selected: false,
                })
                .collect(),
            skip_href: query.href(axis, queue, &skip, false),
        }
    }
}

impl ProposalLine {
    fn new(frame: &Frame, axis: Axis, key: usize, proposal: Proposal, names: &Names) -> Self {
        let Proposal { value, probability, words } = proposal;
        Self {
            key,
            first: key == 1,
            label: names.label(axis, &value),
            figure: format::percent(frame.locale, f64::from(probability)),
            words: (!words.is_empty()).then(|| frame.t1("review-speaks", "words", words.join(", "))),
            value,
        }
    }
}

fn agreement_sentence(locale: Locale, agreement: Option<Kappa>) -> String {
    let Some(Kappa { pairs, observed, kappa, interval, .. }) = agreement else {
        return locale.text("review-agreement-none", &[]);
    };
    let figure = |value: f64| format::decimal(locale, value, 2);
    locale.text(
        "review-agreement",
        &[
            ("observed", &format::percent(locale, observed)),
            ("pairs", &i64::try_from(pairs).unwrap_or(i64::MAX)),
            ("kappa", &figure(kappa)),
            ("lower", &figure(interval.0)),
            ("upper", &figure(interval.1)),
        ],
    )
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ReviewPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let proposals = || {
        [
            ("undue_charge", 0.41, vec!["cobro", "<b>dos</b>"]),
            ("refund_not_made", 0.33, vec![]),
            ("delay", 0.1, vec![]),
        ]
        .map(|(value, probability, words)| Proposal {
            value: value.to_owned(),
            probability,
            words: words.into_iter().map(str::to_owned).collect(),
        })
        .to_vec()
    };
    let kappa = Some(Kappa { pairs: 40, observed: 0.85, chance: 0.2, kappa: 0.81, interval: (0.66, 0.96) });
    let item = || Some(ReviewItem { record: sample::complaints().remove(0), proposals: proposals() });
    let disputed = ReviewQuery {
        queue: "disputed".to_owned(),
        reviewer: "<b>Ana</b>".to_owned(),
        ..ReviewQuery::default()
    };
    let second = ReviewQuery { queue: "second".to_owned(), ..ReviewQuery::default() };
    let mut wrong = Errors::default();
    wrong.add("reviewer", frame.t("form-missing"));
    let page = |query, item, said, agreement, errors| {
        let parts = Parts { doubts: 1_204, item, said, agreement, message: Some("review-kept") };
        ReviewPage::new(frame.clone(), query, parts, Form { errors, ..Form::default() }, &names)
    };
    let said =
        vec![("Ana".to_owned(), "delay".to_owned()), ("<i>Luis</i>".to_owned(), "undue_charge".to_owned())];
    vec![
        page(ReviewQuery::default(), item(), Vec::new(), None, wrong),
        page(disputed, item(), said, kappa, Errors::default()),
        page(second, None, Vec::new(), kappa, Errors::default()),
    ]
}
