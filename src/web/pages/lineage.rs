//! Linaje: where a group comes from and what became of it, with what it looked like on any day and a way
//! to take decisions back.

use askama::Template;
use axum::extract::{Form as FormBody, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Badge, Names};
use super::reasons;
use super::visitor::Visitor;
use crate::domain::cluster::Cluster;
use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::{ClusterId, ComplaintId, DecisionId};
use crate::domain::label::{Axis, Origin};
use crate::domain::time::{Day, Timestamp};
use crate::i18n::{Arg, format};
use crate::web::state::AppState;

/// Complaints shown of a past day, the most central first.
const PAST_EXAMPLES: usize = 5;
/// Characters of a name kept with what is undone.
const MAX_PERSON_CHARS: usize = 100;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LineageQuery {
    /// A day to look back on.
    #[serde(rename = "dia")]
    day: String,
}

/// A decision to take back.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct UndoBody {
    decision: DecisionId,
    #[serde(default)]
    person: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "lineage.html")]
pub(super) struct LineagePage {
    frame: Frame,
    id: String,
    title: String,
    badge: Option<Badge>,
    sentence: String,
    ended: Option<Ended>,
    day: String,
    past: Option<Past>,
    events: Vec<EventLine>,
}

/// Where the group went.
#[derive(Clone, Debug)]
struct Ended {
    words: String,
    into: Option<(String, String)>,
}

/// The group on a past day.
#[derive(Clone, Debug)]
struct Past {
    words: String,
    facts: Vec<(String, String)>,
    examples: Vec<(String, String)>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
struct EventLine {
    when: String,
    what: String,
    other: Option<(String, String)>,
    by: String,
    /// The decision that can be taken back.
    undo: Option<String>,
}

/// What the page is made of.
struct Parts {
    cluster: Cluster,
    events: Vec<ClusterEvent>,
    undone: Vec<DecisionId>,
    day: Option<Day>,
    past: Option<(Cluster, Vec<(ComplaintId, String)>)>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ClusterId>,
    Query(query): Query<LineageQuery>,
) -> Result<Html<String>, PageError> {
    let cluster = state.store.cluster(id).await?.ok_or(PageError::NotFound)?;
    let events = state.store.cluster_events(id).await?;
    let mut undone = Vec::new();
    for decision in events.iter().filter_map(|event| event.decision) {
        if !undone.contains(&decision)
            && state.store.decision(decision).await?.is_none_or(|decision| decision.undone_at.is_some())
        {
            undone.push(decision);
        }
    }
    let day = Day::from_iso(query.day.trim());
    let past = match day {
        Some(day) => past(&state, id, Day(day.0 + 1).start_in(&state.zone)).await?,
        None => None,
    };
    let all = state.store.all_clusters().await?;
    let names = lines::names(&state, visitor.locale, &all);
    let parts = Parts { cluster, events, undone, day, past };
    super::html(&LineagePage::new(visitor.frame(Section::Groups), parts, &names, &state.zone))
}

pub(super) async fn undo(
    State(state): State<AppState>,
    Path(id): Path<ClusterId>,
    FormBody(body): FormBody<UndoBody>,
) -> Result<Response, PageError> {
    state.store.cluster(id).await?.ok_or(PageError::NotFound)?;
    let person: String = body.person.trim().chars().take(MAX_PERSON_CHARS).collect();
    // Undone by somebody else meanwhile: the lineage shows it.
    state.pipeline.undo(body.decision, Some(person.as_str()).filter(|person| !person.is_empty())).await?;
    Ok(Redirect::to(&format!("/grupos/{id}/linaje")).into_response())
}

/// The group just before an instant, with its most central complaints of then.
async fn past(
    state: &AppState,
    id: ClusterId,
    before: Timestamp,
) -> Result<Option<(Cluster, Vec<(ComplaintId, String)>)>, PageError> {
    let at = Timestamp(before.0 - 1);
    let Some(cluster) = state.store.clusters_as_of(at).await?.into_iter().find(|cluster| cluster.id == id)
    else {
        return Ok(None);
    };
    let members = state.store.members_as_of(id, at, PAST_EXAMPLES).await?;
    let records = state.pipeline.complaints(&members).await?;
    let told = records.into_iter().map(|record| {
        let complaint = record.complaint;
        let text = complaint.text.clone().unwrap_or_else(|| complaint.facts.as_subject_line());
        (complaint.id, lines::shortened(&text, lines::QUOTE_CHARS))
    });
    Ok(Some((cluster, told.collect())))
}

impl LineagePage {
    fn new(frame: Frame, parts: Parts, names: &Names, zone: &jiff::tz::TimeZone) -> Self {
        let Parts { cluster, events, undone, day, past } = parts;
        let locale = frame.locale;
        let ended = cluster.retired.map(|end| {
            let when = format::day(locale, end.at.day_in(zone));
            let key = if end.into.is_some() { "lineage-merged" } else { "lineage-retired" };
            Ended {
                words: frame.t1(key, "day", when),
                into: end.into.map(|into| (into.to_string(), group_name(names, into))),
            }
        });
        let changes = events.iter().filter(|event| event.kind.is_lineage()).count().saturating_sub(1);
        let mut shown: Vec<EventLine> =
            events.iter().rev().map(|event| EventLine::new(&frame, event, &undone, names, zone)).collect();
        // One decision is taken back once, at its latest line.
        let mut offered: Vec<String> = Vec::new();
        for line in &mut shown {
            line.undo = line.undo.take().filter(|decision| !offered.contains(decision));
            offered.extend(line.undo.clone());
        }
        Self {
            id: cluster.id.to_string(),
            badge: cluster.retired.is_none().then(|| Badge::of_cluster(locale, cluster.state)),
            sentence: frame.t1("lineage-lead", "count", i64::try_from(changes).unwrap_or(i64::MAX)),
            ended,
            past: day.map(|day| Past::new(&frame, day, past, names)),
            day: day.map(|day| day.to_string()).unwrap_or_default(),
            events: shown,
            title: cluster.title,
            frame,
        }
    }
}

impl Past {
    fn new(
        frame: &Frame,
        day: Day,
        past: Option<(Cluster, Vec<(ComplaintId, String)>)>,
        names: &Names,
    ) -> Self {
        let shown = frame.day(&day);
        let Some((cluster, examples)) = past else {
            return Self {
                words: frame.t1("lineage-past-none", "day", shown),
                facts: Vec::new(),
                examples: Vec::new(),
            };
        };
        let seen =
            cluster.seen.map_or_else(String::new, |(first, last)| format::days(frame.locale, first, last));
        let facts = [
            ("group-name", cluster.title),
            ("groups-state", names::cluster_state(frame.locale, cluster.state)),
            ("groups-complaints", frame.n(&cluster.complaints)),
            ("groups-seen", seen),
            ("groups-owner", cluster.owner.unwrap_or_else(|| frame.t("groups-no-owner"))),
            ("axis-product_area", names.optional(Axis::ProductArea, cluster.product_area.as_deref())),
            ("axis-failure_type", names.optional(Axis::FailureType, cluster.failure_type.as_deref())),
        ];
        Self {
            words: frame.t1("lineage-past", "day", shown),
            facts: facts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| (frame.t(key), value))
                .collect(),
            examples: examples.into_iter().map(|(id, text)| (id.to_string(), text)).collect(),
        }
    }
}

impl EventLine {
    fn new(
        frame: &Frame,
        event: &ClusterEvent,
        undone: &[DecisionId],
        names: &Names,
        zone: &jiff::tz::TimeZone,
    ) -> Self {
        let locale = frame.locale;
        let value = |text: Option<&str>| match (event.kind, text) {
            (ClusterEventKind::State, Some(state)) => locale.text(&format!("cluster-state-{state}"), &[]),
            (ClusterEventKind::Priority, Some(priority)) => locale.text(&format!("priority-{priority}"), &[]),
            (ClusterEventKind::ProductArea, Some(area)) => names.label(Axis::ProductArea, area),
            (ClusterEventKind::FailureType, Some(failure)) => names.label(Axis::FailureType, failure),
            (_, Some(text)) => text.to_owned(),
            (_, None) => "–".to_owned(),
        };
        let complaints = event.complaints.unwrap_or(0);
        let (before, after) = (value(event.before.as_deref()), value(event.after.as_deref()));
        let args: [(&str, &dyn Arg); 3] = [("before", &before), ("after", &after), ("count", &complaints)];
        let key = match (event.kind, event.other) {
            (ClusterEventKind::Gave, None) => "lineage-gave-none".to_owned(),
            (ClusterEventKind::Received, None) => "lineage-received-none".to_owned(),
            (ClusterEventKind::Retired, _) => "lineage-retired-event".to_owned(),
            (kind, _) => format!("lineage-{}", kind.name()),
        };
        let who = match (&event.person, event.origin) {
            (Some(person), _) => person.clone(),
            (None, Origin::Person) => frame.t("lineage-somebody"),
            (None, Origin::Machine) => frame.t("lineage-machine"),
        };
        Self {
            when: format::instant(locale, event.at, zone),
            what: locale.text(&key, &args),
            other: event.other.map(|other| (other.to_string(), group_name(names, other))),
            by: names::joined(&[
                &who,
                &event.reason.as_deref().map(|of| reasons::words(locale, of)).unwrap_or_default(),
            ]),
            undo: event.decision.filter(|decision| !undone.contains(decision)).map(|id| id.to_string()),
        }
    }
}

fn group_name(names: &Names, cluster: ClusterId) -> String {
    names.node(&Node::new(Dimension::Cluster, cluster.to_string()))
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<LineagePage> {
    use super::tests::sample;
    use crate::domain::cluster::Retired;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let clusters = sample::clusters();
    let (cluster, other) = (clusters[0].clone(), clusters[1].id);
    let decision = DecisionId(cluster.id.0);
    let events = ClusterEventKind::ALL.map(|kind| ClusterEvent {
        other: kind.is_lineage().then_some(other),
        complaints: kind.is_lineage().then_some(1_234),
        person: (kind == ClusterEventKind::Absorbed).then(|| "Ana <b>Ruiz".to_owned()),
        reason: (kind == ClusterEventKind::Absorbed).then(|| "es el mismo fallo".to_owned()),
        decision: (kind == ClusterEventKind::Absorbed).then_some(decision),
        ..match kind {
            ClusterEventKind::Priority => ClusterEvent::by_machine(cluster.id, kind, sample::NOW)
                .changing(Some("computed"), Some("urgent")),
            _ => {
                ClusterEvent::by_machine(cluster.id, kind, sample::NOW).changing(Some("new"), Some("ongoing"))
            }
        }
    });
    let zone = jiff::tz::TimeZone::UTC;
    let mut gone = clusters[2].clone();
    gone.retired = Some(Retired { at: sample::NOW, into: Some(cluster.id) });
    let examples = vec![(ComplaintId(cluster.id.0), "Me cobraron <i>dos</i> veces".to_owned())];
    let full = Parts {
        events: events.to_vec(),
        undone: Vec::new(),
        day: Some(sample::TODAY),
        past: Some((cluster.clone(), examples)),
        cluster,
    };
    let empty =
        Parts { cluster: gone, events: Vec::new(), undone: Vec::new(), day: Some(Day(0)), past: None };
    vec![
        LineagePage::new(frame.clone(), full, &names, &zone),
        LineagePage::new(frame.clone(), empty, &names, &zone),
    ]
}
