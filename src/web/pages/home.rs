//! Inicio: where things stand, in a sentence and five lists, for whoever opens it once a week.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::emerging::{self, EmergingLine};
use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines::{self, ActionLine, AlertLine, GroupRow};
use super::series::{self, Weekly};
use super::visitor::Visitor;
use crate::domain::cluster::ClusterState;
use crate::domain::counts::{Dimension, Node};
use crate::i18n::{Locale, format};
use crate::web::chart::{Chart, Room};
use crate::web::state::AppState;

/// Lines of each list; the rest is a link away.
const LINES: usize = 5;
/// Weeks the last one is compared with.
const USUAL_WEEKS: usize = 8;
/// A smaller change is none.
const NO_CHANGE: f64 = 0.015;

/// The page.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub(super) struct HomePage {
    frame: Frame,
    /// What to do first, while there is nothing to show.
    start: Option<String>,
    headline: String,
    sentence: String,
    /// Complaints that wait for their analysis.
    pending: i64,
    chart: Option<Chart>,
    emerging: Vec<EmergingLine>,
    alerts: Vec<AlertLine>,
    alert_total: i64,
    new_groups: Vec<GroupRow>,
    new_total: i64,
    growing: Vec<GroupRow>,
    growing_total: i64,
    unowned: Vec<GroupRow>,
    unowned_total: i64,
    actions: Vec<ActionLine>,
    action_total: i64,
}

/// What the page is made of.
struct Standing {
    complaints: i64,
    pending: i64,
    /// All complaints.
    weekly: Weekly,
    emerging: Vec<EmergingLine>,
    alerts: Vec<AlertLine>,
    groups: Vec<GroupRow>,
    actions: Vec<ActionLine>,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let groups = lines::group_rows(&state, &clusters, &names).await?;
    let signals = state.store.signals().await?;
    let today = lines::today(&state);
    let weekly = match state.pipeline.complete_weeks().await? {
        Some(weeks) => {
            Weekly::counted(state.store.counts_of_node(&Node::new(Dimension::All, "")).await?, weeks)
        }
        None => Weekly::default(),
    };
    let actions = state.store.actions().await?;
    let frame = visitor.frame(Section::Home);
    let standing = Standing {
        complaints: state.store.complaint_total().await?,
        pending: state.store.pending().await?,
        weekly,
        emerging: emerging::open_lines(&state, &frame).await?,
        alerts: signals
            .iter()
            .filter(|signal| lines::is_open(signal.state))
            .map(|signal| AlertLine::new(signal, &names))
            .collect(),
        groups,
        actions: actions
            .iter()
            .filter(|action| action.state.is_open())
            .map(|action| ActionLine::new(action, today, visitor.locale))
            .collect(),
    };
    super::html(&HomePage::new(frame, standing))
}

impl HomePage {
    fn new(frame: Frame, standing: Standing) -> Self {
        let Standing { complaints, pending, weekly, emerging, mut alerts, groups, mut actions } = standing;
        let locale = frame.locale;
        let open = || groups.iter().filter(|group| group.is_open());
        let new_groups: Vec<GroupRow> =
            open().filter(|group| group.state == ClusterState::New).cloned().collect();
        let mut growing: Vec<GroupRow> = open().filter(|group| group.is_growing()).cloned().collect();
        growing.sort_by(|a, b| {
            let score = |group: &GroupRow| series::growth_score(group.recent, group.before);
            score(b).total_cmp(&score(a))
        });
        let unowned: Vec<GroupRow> = open().filter(|group| group.owner.is_none()).cloned().collect();
        let total = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
        let [alert_total, new_total, growing_total] =
            [alerts.len(), new_groups.len(), growing.len()].map(total);
        let (unowned_total, action_total) = (total(unowned.len()), total(actions.len()));
        alerts.truncate(LINES);
        actions.truncate(LINES);
        let short = |mut list: Vec<GroupRow>| {
            list.truncate(LINES);
            list
        };
        let sentence = week_sentence(locale, &weekly);
        let chart = weekly.chart(locale, Room::Page, frame.t("home-chart-finding"), Vec::new(), Vec::new());
        Self {
            start: (complaints == 0).then(|| frame.t("start-lead")),
            headline: locale.text(
                "home-headline",
                &[("alerts", &alert_total), ("fresh", &new_total), ("growing", &growing_total)],
            ),
            sentence,
            pending,
            chart,
            emerging,
            alerts,
            alert_total,
            new_groups: short(new_groups),
            new_total,
            growing: short(growing),
            growing_total,
            unowned: short(unowned),
            unowned_total,
            actions,
            action_total,
            frame,
        }
    }
}

/// How many came in the last week, and whether that is usual.
fn week_sentence(locale: Locale, weekly: &Weekly) -> String {
    let (Some(last_week), Some((count, earlier))) = (weekly.last_week(), weekly.counts.split_last()) else {
        return locale.text("home-no-week", &[]);
    };
    let week = format::week(locale, last_week);
    let usual = &earlier[earlier.len().saturating_sub(USUAL_WEEKS)..];
    let mean = usual.iter().sum::<i64>() as f64 / usual.len().max(1) as f64;
    if usual.len() < USUAL_WEEKS || mean < 1.0 {
        return locale.text("home-week", &[("count", count), ("week", &week)]);
    }
    let change = (*count as f64 - mean) / mean;
    let mean = format::decimal(locale, mean, 0);
    if change.abs() < NO_CHANGE {
        return locale.text("home-week-same", &[("count", count), ("week", &week), ("mean", &mean)]);
    }
    let change = format::change(locale, change);
    locale
        .text("home-week-change", &[("count", count), ("week", &week), ("change", &change), ("mean", &mean)])
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<HomePage> {
    use super::tests::sample;
    let locale = frame.locale;
    let full = Standing {
        complaints: 48_210,
        pending: 312,
        weekly: sample::weekly(sample::wave(104, 460.0, 60.0), 0),
        emerging: emerging::sample_lines(frame),
        alerts: sample::alert_lines(locale),
        groups: sample::group_rows(locale),
        actions: sample::action_lines(locale),
    };
    let calm = Standing {
        complaints: 3,
        pending: 0,
        weekly: sample::weekly(vec![1, 2], 0),
        emerging: Vec::new(),
        alerts: Vec::new(),
        groups: Vec::new(),
        actions: Vec::new(),
    };
    let fresh = Standing {
        complaints: 0,
        weekly: Weekly::default(),
        emerging: Vec::new(),
        alerts: Vec::new(),
        groups: Vec::new(),
        actions: Vec::new(),
        pending: 0,
    };
    [full, calm, fresh].map(|standing| HomePage::new(frame.clone(), standing)).into()
}
