//! Algo nuevo: a failure nobody has named yet, with its texts, what sets it apart, and where it would stand;
//! to make a group of it or to dismiss it.

use askama::Template;
use axum::extract::{Form as FormBody, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::group::Example;
use super::lines;
use super::names::{Names, joined};
use super::visitor::Visitor;
use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::counts::{Dimension, Node};
use crate::domain::emerging::{Emerging, EmergingState};
use crate::domain::id::EmergingId;
use crate::domain::label::Axis;
use crate::domain::review::{MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::i18n::{Arg, format};
use crate::pipeline::plan::By;
use crate::pipeline::rediscover::Settled;
use crate::store::complaints::ComplaintRecord;
use crate::web::state::AppState;

/// Terms shown.
const TERMS: usize = 8;
/// Terms in a line.
const LINE_TERMS: usize = 5;
/// Texts shown.
const TEXTS: usize = 60;

/// An emerging failure as one line of a list.
#[derive(Clone, Debug)]
pub(super) struct EmergingLine {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) sentence: String,
    pub(super) terms: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "emerging.html")]
pub(super) struct EmergingPage {
    frame: Frame,
    id: String,
    title: String,
    sentence: String,
    evidence: String,
    /// What became of it, and the group it is, when somebody or something settled it.
    settled: Option<String>,
    group: Option<(String, String)>,
    decided: bool,
    about: String,
    nearest: Option<(String, String)>,
    terms: Vec<String>,
    texts: Vec<Example>,
    /// Complaints beyond those shown.
    more: i64,
    problem: Option<String>,
}

/// What a person decides about it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct EmergingBody {
    verdict: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    reason: String,
}

/// The open ones, those that go on first.
pub(super) async fn open_lines(state: &AppState, frame: &Frame) -> Result<Vec<EmergingLine>, PageError> {
    let mut groups = state.store.emerging().await?;
    groups.retain(|group| group.state == EmergingState::Open);
    Ok(groups.iter().map(|group| EmergingLine::new(frame, group, state)).collect())
}

impl EmergingLine {
    fn new(frame: &Frame, group: &Emerging, state: &AppState) -> Self {
        Self::told(frame, group, group.first_at.day_in(&state.zone))
    }

    fn told(frame: &Frame, group: &Emerging, first: crate::domain::time::Day) -> Self {
        Self {
            id: group.id.to_string(),
            title: titled(frame, group),
            sentence: sentence(frame, group, first),
            terms: group.evidence.terms.iter().take(LINE_TERMS).cloned().collect::<Vec<_>>().join(", "),
        }
    }
}

fn titled(frame: &Frame, group: &Emerging) -> String {
    if group.title.is_empty() { frame.t("emerging-unnamed") } else { group.title.clone() }
}

fn sentence(frame: &Frame, group: &Emerging, first: crate::domain::time::Day) -> String {
    let count = i64::try_from(group.members.len()).unwrap_or(i64::MAX);
    let day = format::day(frame.locale, first);
    frame.locale.text("emerging-sentence", &[("count", &count), ("day", &day)])
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<EmergingId>,
) -> Result<Html<String>, PageError> {
    super::html(&page(&state, &visitor, id, None).await?)
}

pub(super) async fn settle(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<EmergingId>,
    FormBody(body): FormBody<EmergingBody>,
) -> Result<Response, PageError> {
    let said = |text: &str, most: usize| {
        let text: String = text.trim().chars().filter(|c| *c != '\0').take(most).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    let by =
        By { person: said(&body.person, MAX_REVIEWER_CHARS), reason: said(&body.reason, MAX_REASON_CHARS) };
    if body.verdict == "undo" {
        let groups = state.store.emerging().await?;
        let decision = groups.into_iter().find(|group| group.id == id).and_then(|group| group.decision);
        state.pipeline.undo(decision.ok_or(PageError::NotFound)?, by.person.as_deref()).await?;
        state.pipeline.follow_changes().await?;
        return Ok(Redirect::to(&format!("/grupos/nuevo/{id}")).into_response());
    }
    let settled = match body.verdict.as_str() {
        "accept" => state.pipeline.found_emerging(id, said(&body.title, MAX_TITLE_CHARS), &by).await?,
        "dismiss" => state.pipeline.dismiss_emerging(id, &by).await?,
        _ => return Err(PageError::NotFound),
    };
    match settled {
        Settled::Done(_) => {
            state.pipeline.follow_changes().await?;
            Ok(Redirect::to(&format!("/grupos/nuevo/{id}")).into_response())
        }
        Settled::NotOpen => Ok(Redirect::to(&format!("/grupos/nuevo/{id}")).into_response()),
        Settled::Refused(_) => {
            let problem = visitor.locale.text("emerging-refused", &[]);
            let page = page(&state, &visitor, id, Some(problem)).await?;
            Ok((StatusCode::CONFLICT, super::html(&page)?).into_response())
        }
    }
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    id: EmergingId,
    problem: Option<String>,
) -> Result<EmergingPage, PageError> {
    let groups = state.store.emerging().await?;
    let group = groups.into_iter().find(|group| group.id == id).ok_or(PageError::NotFound)?;
    let shown: Vec<_> = group.members.iter().copied().take(TEXTS).collect();
    let records = state.pipeline.complaints(&shown).await?;
    let clusters = state.store.all_clusters().await?;
    let names = lines::names(state, visitor.locale, &clusters);
    let first = group.first_at.day_in(&state.zone);
    let frame = visitor.frame(Section::Groups);
    Ok(EmergingPage::new(frame, &group, first, &records, &names, problem))
}

impl EmergingPage {
    fn new(
        frame: Frame,
        group: &Emerging,
        first: crate::domain::time::Day,
        records: &[ComplaintRecord],
        names: &Names,
        problem: Option<String>,
    ) -> Self {
        let locale = frame.locale;
        let evidence = &group.evidence;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (observed, neighbours) = (count(evidence.recent_neighbours), count(evidence.neighbours));
        let expected = format::decimal(locale, evidence.expected, 1);
        let args: [(&str, &dyn Arg); 3] =
            [("observed", &observed), ("neighbours", &neighbours), ("expected", &expected)];
        let named = |cluster: crate::domain::id::ClusterId| {
            let id = cluster.to_string();
            names.clusters.contains_key(&id).then(|| {
                let name = names.node(&Node::new(Dimension::Cluster, id.clone()));
                (id, name)
            })
        };
        let texts: Vec<Example> = records.iter().filter_map(Example::new).collect();
        let area = names.optional(Axis::ProductArea, evidence.product_area.as_deref());
        let failure = names.optional(Axis::FailureType, evidence.failure_type.as_deref());
        Self {
            id: group.id.to_string(),
            title: titled(&frame, group),
            sentence: sentence(&frame, group, first),
            evidence: locale.text("emerging-evidence", &args),
            settled: (group.state != EmergingState::Open)
                .then(|| frame.t(&format!("emerging-state-{}", group.state.name()))),
            group: group.cluster.and_then(named),
            decided: group.decision.is_some(),
            about: joined(&[&area, &failure]),
            nearest: evidence.nearest.and_then(|(cluster, _)| named(cluster)),
            terms: evidence.terms.iter().take(TERMS).cloned().collect(),
            more: count(group.members.len()) - count(texts.len()),
            texts,
            problem,
            frame,
        }
    }
}

#[cfg(test)]
fn sample(state: EmergingState) -> Emerging {
    use super::tests::sample;
    use crate::domain::emerging::EmergingEvidence;
    let clusters = sample::clusters();
    Emerging {
        id: EmergingId(clusters[0].id.0),
        title: "Otro: Lumi, voz alta, <b>saldo".to_owned(),
        evidence: EmergingEvidence {
            recent: 300,
            neighbours: 30,
            recent_neighbours: 12,
            expected: 3.4,
            score: 9.1,
            threshold: 7.2,
            terms: vec!["Lumi".to_owned(), "voz alta".to_owned(), "<i>saldo".to_owned()],
            nearest: Some((clusters[1].id, 0.31)),
            product_area: Some("accounts".to_owned()),
            failure_type: None,
        },
        state,
        cluster: (state == EmergingState::Founded).then_some(clusters[0].id),
        decision: (state == EmergingState::Founded).then(|| crate::domain::id::DecisionId(clusters[0].id.0)),
        noticed_at: sample::NOW,
        first_at: sample::NOW,
        last_at: sample::NOW,
        members: sample::complaints().iter().map(|record| record.complaint.id).collect(),
    }
}

#[cfg(test)]
pub(super) fn sample_lines(frame: &Frame) -> Vec<EmergingLine> {
    use super::tests::sample as samples;
    vec![EmergingLine::told(frame, &sample(EmergingState::Open), samples::TODAY)]
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<EmergingPage> {
    use super::tests::sample as samples;
    let names = samples::names(&crate::domain::taxonomy::Taxonomy::starter(), frame.locale);
    let page = |state, problem| {
        let group = sample(state);
        EmergingPage::new(frame.clone(), &group, samples::TODAY, &samples::complaints(), &names, problem)
    };
    let mut pages: Vec<EmergingPage> = EmergingState::ALL.map(|state| page(state, None)).into();
    pages.push(page(EmergingState::Open, Some(frame.t("emerging-refused"))));
    pages
}
