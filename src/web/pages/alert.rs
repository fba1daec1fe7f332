//! Alerta: why it was raised, in plain words and with its weeks, what came in meanwhile, and what people
//! make of it.

use askama::Template;
use axum::extract::{Form as FormBody, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::alert_ahead::Ahead;
use super::alert_life::{Silence, Told};
use super::alert_suspects::Suspects;
use super::alert_window::{self as window, Seen, Window};
use super::error::PageError;
use super::forms::{Choice, Form};
use super::frame::{Frame, Section};
use super::group;
use super::lines;
use super::names::{self, Badge, Names};
use super::series::{self, Weekly};
use super::visitor::Visitor;
use crate::domain::action::Action;
use crate::domain::counts::Dimension;
use crate::domain::filter::Field;
use crate::domain::id::SignalId;
use crate::domain::signal::{Signal, SignalState};
use crate::domain::time::Week;
use crate::i18n::signals::sentence;
use crate::i18n::{Locale, format};
use crate::pipeline::forecast::{MOST_WEEKS, Outlook};
use crate::pipeline::precursors::Precursor;
use crate::pipeline::suspects::SuspectChange;
use crate::store::signal_life::{Mute, SignalEvent, Verdict};
use crate::web::chart::{Chart, Mark, Room};
use crate::web::params::address;
use crate::web::state::AppState;

/// Weeks before the alarm that are shown.
const WEEKS_BEFORE: i32 = 52;
/// Weeks after the alarm that are shown.
const WEEKS_AFTER: i32 = 8;

/// The page.
#[derive(Debug, Template)]
#[template(path = "alert.html")]
pub(super) struct AlertPage {
    frame: Frame,
    id: String,
    subject: String,
    badge: Badge,
    sentence: String,
    chart: Option<Chart>,
    reasons: Vec<String>,
    /// What stood out with it and because of it: its complaints, and a sentence.
    also: Vec<(String, String)>,
    examples_href: String,
    group_href: Option<String>,
    note: Option<String>,
    choices: Vec<Choice>,
    form: Form,
    details: Vec<(String, String)>,
    window: Window,
    suspects: Suspects,
    silence: Silence,
    history: Vec<Told>,
    ahead: Ahead,
}

/// What the page is made of.
struct Parts {
    signal: Signal,
    weekly: Weekly,
    /// Alarms of the same series.
    alarms: Vec<Week>,
    actions: Vec<Action>,
    /// Marks of the models that took over.
    promotions: Vec<Mark>,
    raised: String,
    seen: Seen,
    suspects: (Vec<SuspectChange>, usize),
    mute: Option<Mute>,
    events: Vec<(String, SignalEvent)>,
    outlook: Option<Outlook>,
    precursors: Vec<Precursor>,
}

/// What a person decides.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Judgement {
    state: String,
    #[serde(default)]
    note: String,
    /// Who decides.
    #[serde(default)]
    by: String,
    /// `list` when the answer is wanted on the list.
    #[serde(default)]
    back: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<SignalId>,
) -> Result<Html<String>, PageError> {
    super::html(&page(&state, &visitor, id, Form::default()).await?)
}

pub(super) async fn judge(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<SignalId>,
    FormBody(Judgement { state: next, note, by, back }): FormBody<Judgement>,
) -> Result<Response, PageError> {
    let mut form = Form::of_note(&note, &by, visitor.locale);
    let next = SignalState::from_name(&next);
    if next.is_none() {
        form.errors.add("state", visitor.locale.text("form-wrong", &[]));
    }
    if let Some(next) = next.filter(|_| form.errors.is_empty()) {
        let note = Some(form.note.as_str()).filter(|note| !note.is_empty());
        let verdict = Verdict { next, note, author: form.author() };
        match state.store.judge_signal(id, verdict).await?.ok_or(PageError::NotFound)? {
            Ok(_) if back == "list" => return Ok(Redirect::to("/alertas").into_response()),
            Ok(_) => return Ok(Redirect::to(&format!("/alertas/{id}")).into_response()),
            Err(_) => form.errors.add("state", visitor.locale.text("form-moved", &[])),
        }
    }
    let page = page(&state, &visitor, id, form).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
}

pub(super) async fn page(
    state: &AppState,
    visitor: &Visitor,
    id: SignalId,
    form: Form,
) -> Result<AlertPage, PageError> {
    let signal = state.store.signal(id).await?.ok_or(PageError::NotFound)?;
    let clusters = state.store.clusters().await?;
    let names = lines::names(state, visitor.locale, &clusters);
    let signals = state.store.signals().await?;
    let mut weeks = state.pipeline.chart(&signal.node, series::CHART_WEEKS).await?;
    let alarmed = signal.period_end.week().0;
    weeks.retain(|week| (alarmed - WEEKS_BEFORE..=alarmed + WEEKS_AFTER).contains(&week.week.0));
    let all_actions = state.store.actions().await?;
    let seen = Seen::of(state, &signal, &signals, &all_actions).await?;
    let mut actions = all_actions;
    actions.retain(|action| {
        let linked = |id: &crate::domain::id::ClusterId| id.to_string() == signal.node.key;
        signal.node.dimension == Dimension::Cluster && action.clusters.iter().any(linked)
    });
    let instant = |at| format::instant(visitor.locale, at, &state.zone);
    let events = state.store.signal_events(id).await?;
    let alarms = signals.iter().filter(|other| other.node == signal.node);
    let parts = Parts {
        weekly: Weekly::of(&weeks),
        alarms: alarms.map(|alarm| alarm.period_end.week()).collect(),
        raised: instant(signal.raised_at),
        promotions: model_marks(state, visitor.locale, signal.node.dimension).await?,
        seen,
        suspects: state.pipeline.suspects(&signal).await?,
        mute: state.store.mute_of(&signal.node).await?,
        outlook: state.pipeline.outlook(&signal.node, MOST_WEEKS, None).await?,
        precursors: state.pipeline.precursors(&signal.node, Vec::new()).await?,
        events: events.into_iter().map(|event| (instant(event.at), event)).collect(),
        actions,
        signal,
    };
    Ok(AlertPage::new(visitor.frame(Section::Alerts), parts, form, &names))
}

/// When another model began to answer the question of a series: what was counted may have changed with it.
async fn model_marks(state: &AppState, locale: Locale, dimension: Dimension) -> Result<Vec<Mark>, PageError> {
    let promotions = state.store.promotions().await?;
    let of_axis = promotions.iter().filter(|promotion| dimension.axis() == Some(promotion.axis));
    let marks = of_axis.map(|promotion| Mark {
        day: promotion.promoted_at.day_in(&state.zone),
        label: locale.text("chart-model", &[]),
        href: format!("/modelos/cambios/{}", promotion.seq),
    });
    Ok(marks.collect())
}

impl AlertPage {
    fn new(frame: Frame, parts: Parts, form: Form, names: &Names) -> Self {
        let Parts {
            signal,
            weekly,
            alarms,
            actions,
            promotions,
            raised,
            seen,
            suspects,
            mute,
            events,
            outlook,
            precursors,
        } = parts;
        let locale = frame.locale;
        let subject = names.node(&signal.node);
        let sentence = sentence(locale, &signal);
        let mut marks = group::action_marks(&actions, locale);
        marks.extend(promotions);
        let finding = group::finding(locale, &subject, &weekly);
        let chart = weekly.chart(locale, Room::Column, finding, alarms, marks);
        let question = window::question(&signal);
        let is_group = signal.node.dimension == Dimension::Cluster;
        Self {
            id: signal.id.to_string(),
            badge: Badge::of_signal(locale, signal.state),
            chart,
            reasons: reasons(&frame, &signal),
            also: also(&signal, names),
            examples_href: address("/buscar", &question.to_pairs()),
            group_href: is_group.then(|| format!("/grupos/{}", signal.node.key)),
            choices: choices(&frame, signal.state),
            details: details(&frame, &signal, raised),
            window: Window::new(seen, &question, names),
            suspects: Suspects::new(&frame, suspects),
            silence: Silence::new(&frame, mute.as_ref(), &signal),
            history: events.into_iter().map(|(when, event)| Told::new(&frame, when, event)).collect(),
            ahead: Ahead::new(outlook.as_ref(), &precursors, names),
            note: signal.note,
            subject,
            sentence,
            form,
            frame,
        }
    }
}

/// The evidence, a sentence each.
fn reasons(frame: &Frame, signal: &Signal) -> Vec<String> {
    let locale = frame.locale;
    let evidence = &signal.evidence;
    let observed = i64::try_from(evidence.observed).unwrap_or(i64::MAX);
    let mut reasons = Vec::new();
    if evidence.expected > 0.0 {
        let times = format::decimal(locale, evidence.observed as f64 / evidence.expected, 1);
        reasons.push(locale.text("alert-reason-times", &[("observed", &observed), ("times", &times)]));
    }
    reasons.push(frame.t1("alert-reason-limit", "upper", format::decimal(locale, evidence.upper, 0)));
    reasons.push(names::rarity(locale, evidence.p_value));
    reasons.push(if evidence.method == "slow_rise" {
        frame.t1("alert-reason-slow", "weeks", i64::from(evidence.window_weeks))
    } else if evidence.window_weeks > 1 {
        frame.t1("alert-reason-window", "weeks", i64::from(evidence.window_weeks))
    } else {
        frame.t("alert-reason-week")
    });
    let history = i64::from(evidence.history_weeks);
    let key = if evidence.method == "empirical_bayes" { "alert-reason-peers" } else { "alert-reason-past" };
    reasons.push(frame.t1(key, "weeks", history));
    reasons
}

/// Series that stood out with it and because of it.
fn also(signal: &Signal, names: &Names) -> Vec<(String, String)> {
    let locale = names.locale;
    let told = signal.evidence.also.iter().map(|also| {
        let question = window::question_of(&also.node, signal.period_start, signal.period_end);
        let name = match Field::of_dimension(also.node.dimension) {
            Some(field) => format!("{}: {}", names::field(locale, field), names.node(&also.node)),
            None => names.node(&also.node),
        };
        let observed = i64::try_from(also.observed).unwrap_or(i64::MAX);
        let expected = format::decimal(locale, also.expected, usize::from(also.expected < 9.5));
        let told: [(&str, &dyn crate::i18n::Arg); 3] =
            [("name", &name), ("observed", &observed), ("expected", &expected)];
        (address("/buscar", &question.to_pairs()), locale.text("alert-also-line", &told))
    });
    told.collect()
}

fn details(frame: &Frame, signal: &Signal, raised: String) -> Vec<(String, String)> {
    let locale = frame.locale;
    vec![
        (frame.t("alert-period"), format::days(locale, signal.period_start, signal.period_end)),
        (frame.t("alert-raised"), raised),
        (frame.t("alert-detector"), signal.evidence.method.clone()),
    ]
}

fn choices(frame: &Frame, state: SignalState) -> Vec<Choice> {
    let next = SignalState::ALL.into_iter().filter(|next| state.may_become(*next));
    (0..)
        .zip(next)
        .map(|(at, next)| Choice {
            value: next.name().to_owned(),
            label: frame.t(&format!("signal-verb-{}", next.name())),
            selected: at == 0,
        })
        .collect()
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<AlertPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let page = |number: usize, form| {
        let signal = sample::signal(number);
        let parts = Parts {
            promotions: Vec::new(),
            weekly: sample::weekly(sample::spike(60), 52),
            alarms: vec![signal.period_end.week()],
            actions: sample::actions(),
            raised: format::instant(frame.locale, signal.raised_at, &jiff::tz::TimeZone::UTC),
            seen: Seen::sample(number),
            suspects: super::alert_suspects::sample(number),
            mute: super::alert_life::sample_mute(number),
            events: super::alert_life::sample_events(),
            outlook: (number != 4).then(sample::outlook),
            precursors: super::alert_ahead::sample_precursors(number),
            signal,
        };
        AlertPage::new(frame.clone(), parts, form, &names)
    };
    let mut long = Form { note: "n".repeat(3_000), ..Form::default() };
    long.check_note(frame.locale);
    vec![page(0, Form::default()), page(1, long), page(4, Form::default())]
}
