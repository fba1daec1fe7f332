//! Alertas: every warning in a sentence, those nobody has judged first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::alert_replay;
use super::error::PageError;
use super::forms::LinkChoice;
use super::frame::{Frame, Section};
use super::lines::{self, AlertLine};
use super::names::Names;
use super::visitor::Visitor;
use crate::domain::signal::Signal;
use crate::web::params::address;
use crate::web::state::AppState;

/// Which alerts the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AlertsQuery {
    #[serde(rename = "estado")]
    state: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "alerts.html")]
pub(super) struct AlertsPage {
    frame: Frame,
    headline: String,
    /// The budget of false alarms and how far it is used up.
    budget: String,
    tabs: Vec<LinkChoice>,
    alerts: Vec<AlertLine>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<AlertsQuery>,
) -> Result<Html<String>, PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let signals = state.store.signals().await?;
    let budget = alert_replay::sentence(visitor.locale, &state.pipeline.budget_status().await?);
    super::html(&AlertsPage::new(visitor.frame(Section::Alerts), &query, &signals, budget, &names))
}

impl AlertsPage {
    fn new(frame: Frame, query: &AlertsQuery, signals: &[Signal], budget: String, names: &Names) -> Self {
        let is_open = |signal: &&Signal| lines::is_open(signal.state);
        let count = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
        let open = signals.iter().filter(is_open).count();
        let all = query.state == "all";
        let tab = |key, pairs: &[(&str, &str)], listed, current| LinkChoice {
            label: frame.t(key),
            href: address("/alertas", pairs),
            current,
            count: count(listed),
        };
        let tabs = vec![
            tab("alerts-open", &[], open, !all),
            tab("alerts-all", &[("estado", "all")], signals.len(), all),
        ];
        let alerts = signals
            .iter()
            .filter(|signal| all || is_open(signal))
            .map(|signal| AlertLine::new(signal, names))
            .collect();
        Self { headline: frame.t1("alerts-headline", "count", count(open)), frame, budget, tabs, alerts }
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<AlertsPage> {
    use super::tests::sample;
    use crate::domain::signal::SignalState;

    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let signals: Vec<Signal> = (0..SignalState::ALL.len()).map(sample::signal).collect();
    let all = AlertsQuery { state: "all".to_owned() };
    let budget = |budget| alert_replay::sentence(frame.locale, &alert_replay::sample_status(budget));
    vec![
        AlertsPage::new(frame.clone(), &all, &signals, budget(Some(2.0)), &names),
        AlertsPage::new(frame.clone(), &AlertsQuery::default(), &[], budget(None), &names),
    ]
}
