//! Cambiar: merge a group into another, set part of it apart, move complaints, or say it is no failure.
//! First what would come of it, then, once confirmed, the change; the lineage takes it back.

use askama::Template;
use axum::extract::{Form as FormBody, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::error::PageError;
use super::forms::Choice;
use super::frame::{Frame, Section};
use super::lines;
use super::names::Names;
use super::visitor::Visitor;
use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::cluster::Cluster;
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::{ClusterId, ComplaintId};
use crate::domain::review::{MAX_REASON_CHARS, MAX_REVIEWER_CHARS};
use crate::domain::time::Day;
use crate::pipeline::plan::{By, Change, Plan, Refusal};
use crate::store::complaints::ComplaintRecord;
use crate::web::state::AppState;

/// Complaints offered to set apart: those at the edge of the group and some of its middle.
const EDGE: usize = 40;
const MIDDLE: usize = 10;
/// Where moved complaints go when not to a group that stands.
const TO_NEW: &str = "new";
const TO_NONE: &str = "none";

/// What was chosen so far: from the address or from the confirming form, which carry the same names.
#[derive(Clone, Debug, Default)]
struct Chosen {
    what: String,
    into: String,
    complaints: Vec<ComplaintId>,
    title: String,
    person: String,
    reason: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "change.html")]
pub(super) struct ChangePage {
    frame: Frame,
    id: String,
    title: String,
    others: Vec<Choice>,
    complaints: Vec<ComplaintChoice>,
    chosen: Chosen,
    preview: Option<Preview>,
    problem: Option<String>,
}

/// What the page is made of.
struct Parts<'a> {
    cluster: Cluster,
    clusters: &'a [Cluster],
    records: &'a [ComplaintRecord],
    chosen: Chosen,
    outcome: Option<Result<Plan, Refusal>>,
}

/// A complaint that can be set apart.
#[derive(Clone, Debug)]
struct ComplaintChoice {
    id: String,
    day: Day,
    text: String,
    chosen: bool,
}

/// What a change comes to, in words.
#[derive(Clone, Debug)]
struct Preview {
    head: String,
    lines: Vec<String>,
}

impl Chosen {
    fn read(pairs: Vec<(String, String)>) -> Self {
        let mut chosen = Self::default();
        for (name, value) in pairs {
            let short = |most: usize| value.trim().chars().filter(|c| *c != '\0').take(most).collect();
            match name.as_str() {
                "accion" => chosen.what = value,
                "con" => chosen.into = value,
                "queja" => chosen.complaints.extend(value.parse::<ComplaintId>().ok()),
                "nombre" => chosen.title = short(MAX_TITLE_CHARS),
                "persona" => chosen.person = short(MAX_REVIEWER_CHARS),
                "motivo" => chosen.reason = short(MAX_REASON_CHARS),
                _ => (),
            }
        }
        chosen
    }

    /// The change of a group that was chosen, if one was.
    fn change(&self, cluster: ClusterId) -> Option<Change> {
        let other = self.into.parse::<ClusterId>().ok();
        let complaints = self.complaints.clone();
        match (self.what.as_str(), self.into.as_str()) {
            ("unir", _) => Some(Change::Merge { from: cluster, into: other? }),
            ("retirar", _) => Some(Change::Retire { cluster }),
            ("mover", TO_NEW) => {
                let title = Some(self.title.clone()).filter(|title| !title.is_empty());
                Some(Change::Split { cluster, complaints, title })
            }
            ("mover", TO_NONE) => Some(Change::Move { complaints, to: None }),
            ("mover", _) => Some(Change::Move { complaints, to: Some(other?) }),
            _ => None,
        }
    }

    fn by(&self) -> By {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        By { person: said(&self.person), reason: said(&self.reason) }
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ClusterId>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let chosen = Chosen::read(pairs);
    let outcome = match chosen.change(id) {
        Some(change) => Some(state.pipeline.preview(&change).await?),
        None => None,
    };
    super::html(&page(&state, &visitor, id, chosen, outcome).await?)
}

pub(super) async fn decide(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ClusterId>,
    FormBody(pairs): FormBody<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let chosen = Chosen::read(pairs);
    let change = chosen.change(id).ok_or(PageError::NotFound)?;
    match state.pipeline.decide(&change, &chosen.by()).await? {
        Ok(_) => Ok(Redirect::to(&format!("/grupos/{id}/linaje")).into_response()),
        Err(refusal) => {
            let page = page(&state, &visitor, id, chosen, Some(Err(refusal))).await?;
            Ok((StatusCode::CONFLICT, super::html(&page)?).into_response())
        }
    }
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    id: ClusterId,
    chosen: Chosen,
    outcome: Option<Result<Plan, Refusal>>,
) -> Result<ChangePage, PageError> {
    let clusters = state.store.clusters().await?;
    let cluster = state.store.cluster(id).await?.ok_or(PageError::NotFound)?;
    let mut offered = state.store.edge_members(id, EDGE).await?;
    offered.extend(state.store.central_members(id, MIDDLE).await?);
    offered.extend(&chosen.complaints);
    let mut seen = std::collections::HashSet::new();
    offered.retain(|complaint| seen.insert(*complaint));
    let records = state.pipeline.complaints(&offered).await?;
    let names = lines::names(state, visitor.locale, &clusters);
    let frame = visitor.frame(Section::Groups);
    let parts = Parts { cluster, clusters: &clusters, records: &records, chosen, outcome };
    Ok(ChangePage::new(frame, parts, &names))
}

impl ChangePage {
    fn new(frame: Frame, parts: Parts<'_>, names: &Names) -> Self {
        let Parts { cluster, clusters, records, chosen, outcome } = parts;
        let others = clusters
            .iter()
            .filter(|other| other.id != cluster.id)
            .map(|other| Choice {
                value: other.id.to_string(),
                label: other.title.clone(),
                selected: other.id.to_string() == chosen.into,
            })
            .collect();
        let complaints = records
            .iter()
            .map(|record| {
                let complaint = &record.complaint;
                let text = complaint.text.clone().unwrap_or_else(|| complaint.facts.as_subject_line());
                ComplaintChoice {
                    id: complaint.id.to_string(),
                    day: complaint.received_day,
                    text: lines::shortened(&text, lines::QUOTE_CHARS),
                    chosen: chosen.complaints.contains(&complaint.id),
                }
            })
            .collect();
        let (preview, problem) = match outcome {
            None => (None, None),
            Some(Ok(plan)) => (Some(Preview::new(&frame, &plan, names)), None),
            Some(Err(refusal)) => (None, Some(refused(&frame, &refusal))),
        };
        Self {
            id: cluster.id.to_string(),
            title: cluster.title,
            others,
            complaints,
            chosen,
            preview,
            problem,
            frame,
        }
    }
}

impl Preview {
    fn new(frame: &Frame, plan: &Plan, names: &Names) -> Self {
        let name = |cluster: Option<ClusterId>| match cluster {
            None => frame.t("change-none"),
            Some(id) => match &plan.founds {
                Some((founded, title)) if *founded == id => title.clone(),
                _ => names.node(&Node::new(Dimension::Cluster, id.to_string())),
            },
        };
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let mut lines: Vec<String> = plan
            .flows
            .iter()
            .map(|flow| {
                let (from, to) = (name(flow.from), name(flow.to));
                frame
                    .locale
                    .text("change-flow", &[("count", &count(flow.complaints)), ("from", &from), ("to", &to)])
            })
            .collect();
        if plan.ends.is_some() {
            lines.push(frame.t("change-ends"));
        }
        if plan.overrides > 0 {
            lines.push(frame.t1("change-overrides", "count", count(plan.overrides)));
        }
        lines.push(frame.t("change-learned"));
        Self { head: frame.t(&format!("change-head-{}", plan.kind.name())), lines }
    }
}

fn refused(frame: &Frame, refusal: &Refusal) -> String {
    frame.t(match refusal {
        Refusal::NoCluster(_) | Refusal::Ended(_) => "change-refused-ended",
        Refusal::NoComplaint(_) | Refusal::NotThere(_) => "change-refused-elsewhere",
        Refusal::Nothing => "change-refused-nothing",
    })
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ChangePage> {
    use super::tests::sample;
    use crate::domain::cluster_history::DecisionKind;
    use crate::pipeline::plan::Flow;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let clusters = sample::clusters();
    let records = sample::complaints();
    let cluster = clusters[0].clone();
    let chosen = Chosen {
        what: "mover".to_owned(),
        into: TO_NEW.to_owned(),
        complaints: vec![records[0].complaint.id],
        title: "<b>Otro".to_owned(),
        ..Chosen::default()
    };
    let plan = Plan {
        kind: DecisionKind::Split,
        flows: vec![
            Flow { from: Some(cluster.id), to: Some(clusters[1].id), complaints: 4 },
            Flow { from: Some(cluster.id), to: None, complaints: 1 },
        ],
        founds: Some((clusters[1].id, "Otro <b>fallo".to_owned())),
        ends: Some(cluster.id),
        overrides: 2,
    };
    let page = |chosen: Chosen, outcome| {
        let cluster = cluster.clone();
        let parts = Parts { cluster, clusters: &clusters, records: &records, chosen, outcome };
        ChangePage::new(frame.clone(), parts, &names)
    };
    let alone = Parts {
        cluster: cluster.clone(),
        clusters: &[],
        records: &[],
        chosen: Chosen::default(),
        outcome: None,
    };
    vec![
        page(Chosen::default(), None),
        page(chosen.clone(), Some(Ok(plan))),
        page(chosen, Some(Err(Refusal::Nothing))),
        ChangePage::new(frame.clone(), alone, &names),
    ]
}
