//! Acción: a corrective or preventive action, written, linked to groups and moved from state to state.

use askama::Template;
use axum::extract::{Form as FormBody, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::forms::{Choice, Form};
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Badge};
use super::visitor::Visitor;
use crate::domain::action::{Action, ActionState};
use crate::domain::cluster::Cluster;
use crate::domain::id::{ActionId, ClusterId};
use crate::domain::time::Day;
use crate::i18n::{Locale, format};
use crate::store::actions::ActionEvent;
use crate::web::state::AppState;

/// The form for a new action.
#[derive(Debug, Template)]
#[template(path = "action_new.html")]
pub(super) struct NewActionPage {
    frame: Frame,
    form: Form,
    groups: Vec<Choice>,
}

/// The page of an action.
#[derive(Debug, Template)]
#[template(path = "action.html")]
pub(super) struct ActionPage {
    frame: Frame,
    id: String,
    title: String,
    badge: Badge,
    sentence: String,
    form: Form,
    next: Vec<Choice>,
    linked: Vec<Choice>,
    /// Groups it could be linked to.
    groups: Vec<Choice>,
    events: Vec<Event>,
}

#[derive(Clone, Debug)]
struct Event {
    when: String,
    what: String,
}

/// What the form of an action sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActionBody {
    title: String,
    description: String,
    owner: String,
    due: String,
    cluster: String,
}

/// Which group a new action is for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlankQuery {
    cluster: String,
}

/// A state to move to.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct StateBody {
    state: String,
}

/// A link to make (`yes`) or take away.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LinkBody {
    cluster: ClusterId,
    linked: String,
}

impl From<ActionBody> for Form {
    fn from(body: ActionBody) -> Self {
        let ActionBody { title, description, owner, due, cluster: _ } = body;
        Self { title, description, owner, due, ..Self::default() }
    }
}

pub(super) async fn blank(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<BlankQuery>,
) -> Result<Html<String>, PageError> {
    let clusters = state.store.clusters().await?;
    let frame = visitor.frame(Section::Actions);
    super::html(&NewActionPage::new(frame, Form::default(), &clusters, &query.cluster))
}

pub(super) async fn create(
    State(state): State<AppState>,
    visitor: Visitor,
    FormBody(body): FormBody<ActionBody>,
) -> Result<Response, PageError> {
    let clusters = state.store.clusters().await?;
    let chosen = body.cluster.clone();
    let linked: Vec<ClusterId> =
        clusters.iter().map(|cluster| cluster.id).filter(|id| id.to_string() == chosen).collect();
    match Form::from(body).read_action(visitor.locale) {
        Ok(text) => {
            let id = state.store.create_action(&text, &linked).await?;
            Ok(Redirect::to(&format!("/acciones/{id}")).into_response())
        }
        Err(form) => {
            let page = NewActionPage::new(visitor.frame(Section::Actions), *form, &clusters, &chosen);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
        }
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ActionId>,
) -> Result<Html<String>, PageError> {
    super::html(&page(&state, &visitor, id, None).await?)
}

pub(super) async fn edit(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ActionId>,
    FormBody(body): FormBody<ActionBody>,
) -> Result<Response, PageError> {
    match Form::from(body).read_action(visitor.locale) {
        Ok(text) if state.store.edit_action(id, &text).await? => Ok(to_action(id)),
        Ok(_) => Err(PageError::NotFound),
        Err(form) => refused(&state, &visitor, id, *form).await,
    }
}

pub(super) async fn change_state(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<ActionId>,
    FormBody(StateBody { state: next }): FormBody<StateBody>,
) -> Result<Response, PageError> {
    let action = state.store.action(id).await?.ok_or(PageError::NotFound)?;
    let moved = match ActionState::from_name(&next) {
        Some(next) => state.store.move_action(id, next).await?.ok_or(PageError::NotFound)?,
        None => Err(action.state),
    };
    if moved.is_ok() {
        return Ok(to_action(id));
    }
    let mut form = Form::of_action(&action.text);
    form.errors.add("state", visitor.locale.text("form-moved", &[]));
    refused(&state, &visitor, id, form).await
}

pub(super) async fn link(
    State(state): State<AppState>,
    Path(id): Path<ActionId>,
    FormBody(LinkBody { cluster, linked }): FormBody<LinkBody>,
) -> Result<Response, PageError> {
    let known = state.store.action(id).await?.is_some() && state.store.cluster(cluster).await?.is_some();
    if !known {
        return Err(PageError::NotFound);
    }
    state.store.link_action(id, cluster, linked == "yes").await?;
    Ok(to_action(id))
}

fn to_action(id: ActionId) -> Response {
    Redirect::to(&format!("/acciones/{id}")).into_response()
}

async fn refused(
    state: &AppState,
    visitor: &Visitor,
    id: ActionId,
    form: Form,
) -> Result<Response, PageError> {
    let page = page(state, visitor, id, Some(form)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
}

async fn page(
    state: &AppState,
    visitor: &Visitor,
    id: ActionId,
    typed: Option<Form>,
) -> Result<ActionPage, PageError> {
    let action = state.store.action(id).await?.ok_or(PageError::NotFound)?;
    let clusters = state.store.clusters().await?;
    let events = state.store.action_events(id).await?;
    let when = |event: &ActionEvent| format::instant(visitor.locale, event.at, &state.zone);
    let events = events.iter().map(|event| (when(event), event)).collect();
    let frame = visitor.frame(Section::Actions);
    Ok(ActionPage::new(frame, &action, typed, &clusters, events, lines::today(state)))
}

fn group_choice(cluster: &Cluster, chosen: &str) -> Choice {
    let value = cluster.id.to_string();
    Choice { selected: value == chosen, label: cluster.title.clone(), value }
}

impl NewActionPage {
    fn new(frame: Frame, form: Form, clusters: &[Cluster], chosen: &str) -> Self {
        let groups = clusters.iter().map(|cluster| group_choice(cluster, chosen)).collect();
        Self { frame, form, groups }
    }
}

impl ActionPage {
    fn new(
        frame: Frame,
        action: &Action,
        typed: Option<Form>,
        clusters: &[Cluster],
        events: Vec<(String, &ActionEvent)>,
        today: Day,
    ) -> Self {
        let locale = frame.locale;
        let (linked, free): (Vec<&Cluster>, Vec<&Cluster>) =
            clusters.iter().partition(|cluster| action.clusters.contains(&cluster.id));
        let choices =
            |list: &[&Cluster]| list.iter().map(|cluster| group_choice(cluster, "")).collect::<Vec<_>>();
        let next = (0..).zip(action.state.next_states());
        Self {
            id: action.id.to_string(),
            title: action.text.title.clone(),
            badge: Badge::of_action(locale, action.state),
            sentence: sentence(&frame, action, today),
            form: typed.unwrap_or_else(|| Form::of_action(&action.text)),
            next: next
                .map(|(at, state)| Choice {
                    value: state.name().to_owned(),
                    label: locale.text(&format!("action-verb-{}", state.name()), &[]),
                    selected: at == 0,
                })
                .collect(),
            linked: choices(&linked),
            groups: choices(&free),
            events: events
                .into_iter()
                .map(|(when, event)| Event { when, what: event_words(locale, event, clusters) })
                .collect(),
            frame,
        }
    }
}

/// Where the action stands, with its owner and its date.
fn sentence(frame: &Frame, action: &Action, today: Day) -> String {
    let line = lines::ActionLine::new(action, today, frame.locale);
    let standing = frame.t(&format!("action-standing-{}", action.state.name()));
    format!("{standing} {}.", line.meta(frame))
}

fn event_words(locale: Locale, event: &ActionEvent, clusters: &[Cluster]) -> String {
    let titled = || {
        let cluster = clusters.iter().find(|cluster| cluster.id.to_string() == event.detail);
        cluster.map_or_else(|| event.detail.clone(), |cluster| cluster.title.clone())
    };
    match event.event.as_str() {
        "created" => locale.text("event-created", &[]),
        "edited" => locale.text("event-edited", &[]),
        "moved" => {
            let state = ActionState::from_name(&event.detail);
            let state =
                state.map_or_else(|| event.detail.clone(), |state| names::action_state(locale, state));
            locale.text("event-moved", &[("state", &state)])
        }
        "linked" => locale.text("event-linked", &[("group", &titled())]),
        "unlinked" => locale.text("event-unlinked", &[("group", &titled())]),
        other => other.to_owned(),
    }
}

#[cfg(test)]
pub(super) fn blank_samples(frame: &Frame) -> Vec<NewActionPage> {
    use super::tests::sample;
    let body =
        ActionBody { due: "mañana".to_owned(), description: "<script>".to_owned(), ..ActionBody::default() };
    let wrong = Form::from(body).read_action(frame.locale).expect_err("no title and no date");
    let clusters = sample::clusters();
    let chosen = clusters[1].id.to_string();
    vec![
        NewActionPage::new(frame.clone(), Form::default(), &clusters, &chosen),
        NewActionPage::new(frame.clone(), *wrong, &[], ""),
    ]
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ActionPage> {
    use super::tests::sample;
    let clusters = sample::clusters();
    let group = clusters[0].id.to_string();
    let events: Vec<ActionEvent> = [
        ("created", "x"),
        ("linked", group.as_str()),
        ("edited", "x"),
        ("moved", "in_progress"),
        ("unlinked", group.as_str()),
    ]
    .map(|(event, detail)| ActionEvent {
        event: event.to_owned(),
        detail: detail.to_owned(),
        at: sample::NOW,
    })
    .into();
    let mut pages = Vec::new();
    for action in sample::actions() {
        let when = format::instant(frame.locale, sample::NOW, &jiff::tz::TimeZone::UTC);
        let events = events.iter().map(|event| (when.clone(), event)).collect();
        pages.push(ActionPage::new(frame.clone(), &action, None, &clusters, events, sample::TODAY));
    }
    pages
}
