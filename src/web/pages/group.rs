//! Grupo: one recurring failure, with its weeks, its most telling complaints, whom it strikes, and what
//! is being done.

use askama::Template;
use axum::extract::{Form as FormBody, Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::forms::{Choice, Form};
use super::frame::{Frame, Section};
use super::group_life::{self, LifeView};
use super::lines::{self, ActionLine};
use super::names::{self, Badge, Names, joined};
use super::series::{self, Weekly};
use super::visitor::Visitor;
use crate::domain::action::Action;
use crate::domain::cluster::{Cluster, ClusterState};
use crate::domain::counts::{Dimension, Node};
use crate::domain::filter::{Field, Filter, Sort};
use crate::domain::id::ClusterId;
use crate::domain::label::Axis;
use crate::domain::priority::Priority;
use crate::domain::review::MAX_REVIEWER_CHARS;
use crate::domain::signal::Signal;
use crate::domain::time::Day;
use crate::i18n::{Locale, format};
use crate::improve::over_represented::{Attribute, over_represented};
use crate::search::facets::Facet;
use crate::search::hits::Page;
use crate::store::clusters::ClusterEdit;
use crate::store::complaints::ComplaintRecord;
use crate::web::chart::{Chart, Mark, Room};
use crate::web::params::address;
use crate::web::state::AppState;

/// Complaints shown as examples, and among how many central ones they are sought: the same text may
/// have come many times.
const EXAMPLES: usize = 5;
const EXAMPLES_SOUGHT: usize = 40;
/// Groups like it that are shown.
const ALIKE: usize = 5;
/// Terms shown.
const TERMS: usize = 12;
/// Facts whose distribution is shown.
const SPREAD_FIELDS: [Field; 4] = [Field::Company, Field::Product, Field::Region, Field::Channel];
/// Values shown of each.
const SPREAD_VALUES: usize = 5;
/// Values counted over all complaints, to compare with.
const COMPARED_VALUES: usize = 1_000;

/// The page.
#[derive(Debug, Template)]
#[template(path = "group.html")]
pub(super) struct GroupPage {
    frame: Frame,
    id: String,
    title: String,
    badge: Badge,
    sentence: String,
    /// The group it went into, and whether it ended at all.
    merged_into: Option<(String, String)>,
    retired: bool,
    area: String,
    failure: String,
    seen: Option<(Day, Day)>,
    complaints: i64,
    chart: Option<Chart>,
    examples: Vec<Example>,
    terms: Vec<String>,
    spread: Vec<Spread>,
    actions: Vec<ActionLine>,
    search_href: String,
    states: Vec<Choice>,
    life: LifeView,
    customers: i64,
    texts: i64,
    alike: Vec<(String, String, String)>,
    form: Form,
}

/// A complaint that stands for many.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) id: String,
    pub(super) day: Day,
    pub(super) text: String,
    pub(super) about: String,
}

/// How the group's complaints divide by one fact, against all others.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    pub(super) name: String,
    pub(super) rows: Vec<SpreadRow>,
}

#[derive(Clone, Debug)]
pub(super) struct SpreadRow {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) inside: String,
    pub(super) outside: String,
    /// Lengths of the bars, in per cent.
    pub(super) inside_width: u32,
    pub(super) outside_width: u32,
    /// "×2,3" where the value is over-represented.
    pub(super) over: Option<String>,
}

/// What the page is made of.
struct Parts {
    cluster: Cluster,
    weekly: Weekly,
    signals: Vec<Signal>,
    actions: Vec<Action>,
    examples: Vec<ComplaintRecord>,
    inside: Vec<Facet>,
    everywhere: Vec<Facet>,
    today: Day,
    life: LifeView,
    /// The groups most like it, and how alike.
    alike: Vec<(Cluster, f32)>,
}

/// What a person may change about a group.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct GroupBody {
    title: String,
    state: String,
    owner: String,
    #[serde(default)]
    aside: String,
    #[serde(default)]
    aside_value: String,
    #[serde(default)]
    priority: String,
    #[serde(default)]
    person: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ClusterId>,
) -> Result<Html<String>, PageError> {
    let cluster = state.store.cluster(id).await?.ok_or(PageError::NotFound)?;
    super::html(&page(&state, &visitor, cluster, None).await?)
}

pub(super) async fn edit(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ClusterId>,
    FormBody(body): FormBody<GroupBody>,
) -> Result<Response, PageError> {
    let cluster = state.store.cluster(id).await?.ok_or(PageError::NotFound)?;
    let GroupBody { title, state: standing, owner, aside, aside_value, priority, person } = body;
    let mut form = Form { title: title.trim().to_owned(), owner: owner.trim().to_owned(), ..Form::default() };
    form.check_group(visitor.locale);
    let wanted = ClusterState::from_name(&standing);
    let aside = group_life::aside_of(wanted, &aside, &aside_value);
    if aside.is_err() {
        form.errors.add("aside", visitor.locale.text("aside-wrong", &[]));
    }
    if !form.errors.is_empty() {
        let page = page(&state, &visitor, cluster, Some(form)).await?;
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response());
    }
    let edit = ClusterEdit {
        title: Some(form.title).filter(|title| *title != cluster.title),
        // The form carries all of it; what is as it was is nobody's decision.
        state: wanted.filter(|state| *state != cluster.state),
        aside: aside.unwrap_or_default().filter(|aside| Some(*aside) != cluster.life.aside),
        owner: Some(form.owner)
            .filter(|owner| owner.as_str() != cluster.owner.as_deref().unwrap_or_default()),
        priority: match priority.as_str() {
            group_life::COMPUTED => cluster.life.priority_by_person.then_some(None),
            name => Priority::from_name(name)
                .filter(|wanted| !cluster.life.priority_by_person || *wanted != cluster.life.priority)
                .map(Some),
        },
        person: Some(
            person.trim().chars().filter(|c| *c != '\0').take(MAX_REVIEWER_CHARS).collect::<String>(),
        )
        .filter(|person| !person.is_empty()),
    };
    state.store.edit_cluster(id, edit).await?.ok_or(PageError::NotFound)?;
    Ok(Redirect::to(&format!("/grupos/{id}")).into_response())
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    cluster: Cluster,
    typed: Option<Form>,
) -> Result<GroupPage, PageError> {
    let node = Node::new(Dimension::Cluster, cluster.id.to_string());
    let weeks = state.pipeline.chart(&node, series::CHART_WEEKS).await?;
    let central = state.store.central_members(cluster.id, EXAMPLES_SOUGHT).await?;
    let members = Filter::default().with(Field::Cluster, cluster.id.to_string());
    let (inside, everywhere) = spread_facets(state, members, Filter::default()).await?;
    let frame = visitor.frame(Section::Groups);
    let events = state.store.cluster_events(cluster.id).await?;
    let comments = state.store.comments(cluster.id).await?;
    let life = LifeView::new(&frame, &cluster, &events, comments, &state.zone);
    let alike = state.pipeline.alike(cluster.id, ALIKE).await?;
    let parts = Parts {
        life,
        alike,
        weekly: Weekly::of(&weeks),
        signals: state.store.signals().await?.into_iter().filter(|signal| signal.node == node).collect(),
        actions: actions_of(state, cluster.id).await?,
        examples: state.pipeline.complaints(&central).await?,
        today: lines::today(state),
        cluster,
        inside,
        everywhere,
    };
    let into = match parts.cluster.retired.and_then(|end| end.into) {
        Some(into) => state.store.cluster(into).await?,
        None => None,
    };
    let names = lines::names(state, visitor.locale, into.as_slice());
    Ok(GroupPage::new(frame, parts, typed, &names))
}

async fn actions_of(state: &AppState, cluster: ClusterId) -> Result<Vec<Action>, PageError> {
    let mut actions = state.store.actions().await?;
    actions.retain(|action| action.clusters.contains(&cluster));
    Ok(actions)
}

/// Counts of the compared facts among some complaints and among those they are compared with.
pub(super) async fn spread_facets(
    state: &AppState,
    inside: Filter,
    everywhere: Filter,
) -> Result<(Vec<Facet>, Vec<Facet>), PageError> {
    let index = state.index.clone();
    let counted = tokio::task::spawn_blocking(move || {
        let nothing = Page { limit: 0, after: None };
        let count =
            |filter: &Filter| index.search(filter, Sort::Newest, &nothing, &SPREAD_FIELDS, COMPARED_VALUES);
        Ok::<_, PageError>((count(&inside)?.facets, count(&everywhere)?.facets))
    });
    counted.await?
}

/// Actions that started to work, as marks of a chart.
pub(super) fn action_marks(actions: &[Action], locale: Locale) -> Vec<Mark> {
    actions
        .iter()
        .filter_map(|action| {
            let at = action.implemented_at?;
            Some(Mark {
                day: at.day_in(&jiff::tz::TimeZone::UTC),
                label: locale.text("mark-action", &[("title", &action.text.title)]),
                href: format!("/acciones/{}", action.id),
            })
        })
        .collect()
}

impl GroupPage {
    fn new(frame: Frame, parts: Parts, typed: Option<Form>, names: &Names) -> Self {
        let Parts { cluster, weekly, signals, actions, examples, inside, everywhere, today, life, alike } =
            parts;
        let locale = frame.locale;
        let sentence = sentence(locale, &cluster, &weekly);
        let finding = finding(locale, &cluster.title, &weekly);
        let alarms = signals.iter().map(|signal| signal.period_end.week()).collect();
        let chart = weekly.chart(locale, Room::Column, finding, alarms, action_marks(&actions, locale));
        let standing = cluster.state;
        let question = Filter::default().with(Field::Cluster, cluster.id.to_string());
        let form = typed.unwrap_or_else(|| Form {
            title: cluster.title.clone(),
            owner: cluster.owner.clone().unwrap_or_default(),
            ..Form::default()
        });
        Self {
            id: cluster.id.to_string(),
            badge: Badge::of_cluster(locale, standing),
            merged_into: cluster
                .retired
                .and_then(|end| end.into)
                .map(|into| (into.to_string(), names.node(&Node::new(Dimension::Cluster, into.to_string())))),
            retired: cluster.retired.is_some(),
            sentence,
            area: names.optional(Axis::ProductArea, cluster.product_area.as_deref()),
            failure: names.optional(Axis::FailureType, cluster.failure_type.as_deref()),
            seen: cluster.seen,
            complaints: cluster.complaints,
            chart,
            examples: different_examples(&examples),
            terms: cluster.terms.into_iter().take(TERMS).collect(),
            spread: spread(&question, &inside, &everywhere, names),
            actions: actions.iter().map(|action| ActionLine::new(action, today, locale)).collect(),
            search_href: address("/buscar", &question.to_pairs()),
            states: ClusterState::ALL
                .map(|state| Choice {
                    value: state.name().to_owned(),
                    label: names::cluster_state(locale, state),
                    selected: state == standing,
                })
                .into(),
            customers: cluster.life.customers,
            texts: cluster.life.texts,
            alike: alike
                .into_iter()
                .map(|(other, cosine)| {
                    (other.id.to_string(), other.title, format::percent(locale, f64::from(cosine)))
                })
                .collect(),
            life,
            title: cluster.title,
            form,
            frame,
        }
    }
}

impl Example {
    pub(super) fn new(record: &ComplaintRecord) -> Option<Self> {
        let complaint = &record.complaint;
        let text = complaint.text.clone().unwrap_or_else(|| complaint.facts.as_subject_line());
        let facts = &complaint.facts;
        (!text.is_empty()).then(|| Self {
            id: complaint.id.to_string(),
            day: complaint.received_day,
            text: lines::shortened(&text, lines::QUOTE_CHARS),
            about: joined(&[
                facts.company.as_deref().unwrap_or_default(),
                facts.product.as_deref().unwrap_or_default(),
            ]),
        })
    }
}

/// The first examples that read differently.
pub(super) fn different_examples(records: &[ComplaintRecord]) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for example in records.iter().filter_map(Example::new) {
        if examples.len() < EXAMPLES && examples.iter().all(|known| known.text != example.text) {
            examples.push(example);
        }
    }
    examples
}

/// How many, since when, and whether there are more lately.
fn sentence(locale: Locale, cluster: &Cluster, weekly: &Weekly) -> String {
    let Some((first, _)) = cluster.seen else { return locale.text("group-sentence-none", &[]) };
    let (recent, before) = series::recent_and_before(&weekly.counts);
    let first = format::day(locale, first);
    locale.text(
        "group-sentence",
        &[("total", &cluster.complaints), ("first", &first), ("recent", &recent), ("before", &before)],
    )
}

/// What the chart shows, in a line.
pub(super) fn finding(locale: Locale, title: &str, weekly: &Weekly) -> String {
    let count = weekly.counts.last().copied().unwrap_or(0);
    let week = weekly.last_week().map(|last| format::week(locale, last)).unwrap_or_default();
    match weekly.bands.last() {
        Some(band) => {
            let expected = format::interval(locale, band.lower, band.upper);
            locale.text(
                "chart-finding-expected",
                &[("title", &title), ("count", &count), ("week", &week), ("expected", &expected)],
            )
        }
        None => locale.text("chart-finding", &[("title", &title), ("count", &count), ("week", &week)]),
    }
}

pub(super) fn spread(
    question: &Filter,
    inside: &[Facet],
    everywhere: &[Facet],
    names: &Names,
) -> Vec<Spread> {
    let compared = inside.iter().filter_map(|facet| {
        let all = everywhere.iter().find(|all| all.field == facet.field)?;
        // A fact nobody stated divides nothing.
        if facet.values.iter().all(|(value, _)| value.is_empty()) {
            return None;
        }
        let total = |facet: &Facet| facet.values.iter().map(|(_, n)| n).sum::<u64>() + facet.other;
        let attributes = over_represented(&facet.values, total(facet), &all.values, total(all));
        let rows = attributes.iter().take(SPREAD_VALUES).map(|attribute| {
            let value = attribute.value.as_str();
            let href = address("/buscar", &question.clone().with(facet.field, value).to_pairs());
            SpreadRow::new(names.value(facet.field, value), href, attribute, names.locale)
        });
        Some(Spread { name: names::field(names.locale, facet.field), rows: rows.collect() })
    });
    compared.collect()
}

impl SpreadRow {
    fn new(name: String, href: String, attribute: &Attribute, locale: Locale) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is 0 to 1")]
        let width = |share: f64| (share * 100.0).round() as u32;
        let (inside, outside) = (attribute.share_inside, attribute.share_outside);
        // A value only this group has is not so many times as frequent as elsewhere: there is no elsewhere.
        let stands_out = attribute.stands_out() && outside > 0.0;
        Self {
            name,
            href,
            inside: format::percent(locale, inside),
            outside: format::percent(locale, outside),
            inside_width: width(inside),
            outside_width: width(outside),
            over: stands_out.then(|| {
                let times = format::decimal(locale, inside / outside, usize::from(inside < 9.5 * outside));
                locale.text("group-over", &[("times", &times)])
            }),
        }
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<GroupPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let facet = |field, values: &[(&str, u64)], other| Facet {
        field,
        values: values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
        other,
    };
    let cluster = sample::clusters().remove(0);
    let life = |cluster: &Cluster| {
        use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind};
        let moved = ClusterEvent {
            reason: Some("above_expected observed=41 expected=16.8 day=2026-11-22".to_owned()),
            ..ClusterEvent::by_machine(cluster.id, ClusterEventKind::State, sample::NOW)
        };
        let said = crate::store::cluster_life::Comment {
            person: Some("Ana <b>Soto".to_owned()),
            body: "@marta.ruiz ¿lo miras? <script>x</script>".to_owned(),
            mentions: vec!["marta.ruiz".to_owned()],
            at: sample::NOW,
        };
        LifeView::new(frame, cluster, &[moved], vec![said], &jiff::tz::TimeZone::UTC)
    };
    let full = Parts {
        weekly: sample::weekly(sample::spike(60), 52),
        signals: vec![sample::signal(0)],
        actions: sample::actions(),
        examples: sample::complaints(),
        inside: vec![
            facet(Field::Company, &[("Banco del Sur", 210), ("Caja <b>Norte</b>", 88), ("", 12)], 4),
            facet(Field::Channel, &[("app", 180), ("web", 90), ("oficina", 42)], 0),
            facet(Field::Region, &[("", 312)], 0),
        ],
        everywhere: vec![
            facet(
                Field::Company,
                &[("Banco del Sur", 9_000), ("Caja <b>Norte</b>", 5_000), ("", 900)],
                8_000,
            ),
            facet(Field::Channel, &[("app", 5_000), ("web", 9_000), ("oficina", 9_000)], 0),
            facet(Field::Region, &[("", 23_000)], 0),
        ],
        today: sample::TODAY,
        life: life(&cluster),
        alike: vec![(sample::clusters().remove(1), 0.62)],
        cluster,
    };
    let mut empty_cluster = sample::clusters().remove(0);
    empty_cluster.complaints = 0;
    empty_cluster.seen = None;
    empty_cluster.terms = Vec::new();
    let empty = Parts {
        weekly: Weekly::default(),
        signals: Vec::new(),
        actions: Vec::new(),
        examples: Vec::new(),
        inside: Vec::new(),
        everywhere: Vec::new(),
        today: sample::TODAY,
        life: LifeView::new(frame, &empty_cluster, &[], Vec::new(), &jiff::tz::TimeZone::UTC),
        alike: Vec::new(),
        cluster: empty_cluster,
    };
    let mut typed = Form { title: " ".to_owned(), owner: "x".repeat(300), ..Form::default() };
    typed.check_group(frame.locale);
    vec![
        GroupPage::new(frame.clone(), full, None, &names),
        GroupPage::new(frame.clone(), empty, Some(typed), &names),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_came_often_is_shown_once() {
        let record = super::super::tests::sample::complaints().remove(0);
        assert_eq!(different_examples(&[record.clone(), record.clone(), record]).len(), 1);
    }
}
