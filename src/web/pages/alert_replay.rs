//! Repaso: on which past weeks the rule in force would have warned, and what the budget of false alarms is
//! and how far it is used up.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::alert_window;
use super::error::PageError;
use super::frame::{Frame, Section};
use super::lines;
use super::names::{self, Names};
use super::visitor::Visitor;
use crate::domain::filter::Field;
use crate::domain::time::{Day, Week};
use crate::i18n::{Locale, format};
use crate::pipeline::alarm_budget::BudgetStatus;
use crate::pipeline::watch_replay::{Fired, Period, Replayed};
use crate::web::params::address;
use crate::web::state::AppState;

/// Series-weeks a page judges at most, so that it is there within seconds.
const MOST_SERIES_WEEKS: usize = 12_000;

/// Which weeks the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ReplayQuery {
    desde: String,
    hasta: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "alert_replay.html")]
pub(super) struct ReplayPage {
    frame: Frame,
    headline: String,
    budget: String,
    /// First and last day, as the form has them.
    from: String,
    to: String,
    /// Days that could not be read, or weeks that were left out.
    remark: Option<String>,
    rows: Vec<Row>,
    facts: Vec<(String, String)>,
}

/// A warning that would have been raised.
#[derive(Debug)]
struct Row {
    week: String,
    subject: String,
    about: String,
    observed: i64,
    expected: String,
    /// Its complaints.
    href: String,
    /// The alert there is about it.
    alert: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<ReplayQuery>,
) -> Result<Html<String>, PageError> {
    let locale = visitor.locale;
    let day = |text: &str| Day::from_iso(text);
    let unreadable = [&query.desde, &query.hasta].iter().any(|text| !text.is_empty() && day(text).is_none());
    let period = Period {
        from: day(&query.desde).map(Day::week),
        to: day(&query.hasta).map(Day::week),
        most: Some(MOST_SERIES_WEEKS),
    };
    let replayed = state.pipeline.replay(period).await?;
    let status = state.pipeline.budget_status().await?;
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, locale, &clusters);
    let page = ReplayPage::new(visitor.frame(Section::Alerts), unreadable, replayed, &status, &names);
    super::html(&page)
}

impl ReplayPage {
    fn new(
        frame: Frame,
        unreadable: bool,
        replayed: Option<Replayed>,
        status: &BudgetStatus,
        names: &Names,
    ) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let days = |week: (Week, Week)| (week.0.first_day().to_string(), week.1.last_day().to_string());
        let headline = match &replayed {
            None => frame.t("replay-none"),
            Some(replayed) => frame.locale.text(
                "replay-headline",
                &[("count", &count(replayed.fired.len())), ("weeks", &i64::from(replayed.week_count()))],
            ),
        };
        let remark = match &replayed {
            _ if unreadable => Some(frame.t("replay-unreadable")),
            Some(replayed) if replayed.shortened => {
                Some(frame.t1("replay-shortened", "weeks", i64::from(replayed.week_count())))
            }
            _ => None,
        };
        let (from, to) = replayed.as_ref().map(|replayed| days(replayed.weeks)).unwrap_or_default();
        let fired = replayed.map(|replayed| replayed.fired).unwrap_or_default();
        Self {
            headline,
            budget: sentence(frame.locale, status),
            from,
            to,
            remark,
            rows: fired.iter().map(|fired| Row::new(fired, names)).collect(),
            facts: facts(&frame, status),
            frame,
        }
    }
}

impl Row {
    fn new(fired: &Fired, names: &Names) -> Self {
        let evidence = &fired.evidence;
        let locale = names.locale;
        let window = i32::try_from(evidence.window_weeks).unwrap_or(1).max(1) - 1;
        let first = Week(fired.week.0 - window).first_day();
        let question = alert_window::question_of(&fired.node, first, fired.last.last_day());
        Self {
            week: format::days(locale, first, fired.last.last_day()),
            subject: names.node(&fired.node),
            about: Field::of_dimension(fired.node.dimension)
                .map_or_else(String::new, |field| names::field(locale, field)),
            observed: i64::try_from(evidence.observed).unwrap_or(i64::MAX),
            expected: format::decimal(locale, evidence.expected, usize::from(evidence.expected < 9.5)),
            href: address("/buscar", &question.to_pairs()),
            alert: fired.signal.map(|id| format!("/alertas/{id}")),
        }
    }
}

/// The budget and how far it is used up, in a sentence or two.
pub(super) fn sentence(locale: Locale, status: &BudgetStatus) -> String {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let series = i64::try_from(status.series).unwrap_or(i64::MAX);
    let first = match status.budget {
        Some(budget) => {
            let decimals = usize::from(budget.fract() != 0.0);
            let budget = format::decimal(locale, budget, decimals);
            locale.text("budget-set", &[("budget", &budget), ("series", &series)])
        }
        None => {
            let expected = format::decimal(locale, status.expected_per_week, 1);
            locale.text("budget-unset", &[("expected", &expected), ("series", &series)])
        }
    };
    let raised = format::decimal(locale, status.raised_per_week(), 1);
    let verdicts = status.verdicts;
    let second = locale.text(
        "budget-used",
        &[
            ("raised", &raised),
            ("weeks", &i64::from(status.weeks)),
            ("judged", &count(verdicts.confirmed + verdicts.refuted)),
            ("refuted", &count(verdicts.refuted)),
        ],
    );
    format!("{first} {second}")
}

fn facts(frame: &Frame, status: &BudgetStatus) -> Vec<(String, String)> {
    let decimal = |value, decimals| format::decimal(frame.locale, value, decimals);
    let mut facts = vec![
        (frame.t("budget-threshold"), decimal(status.threshold, 2)),
        (frame.t("budget-expected"), decimal(status.expected_per_week, 2)),
        (frame.t("budget-source"), frame.t(&format!("budget-source-{}", status.source.name()))),
    ];
    if let Some(week) = status.calibrated {
        facts.push((frame.t("budget-calibrated"), frame.day(&week.last_day())));
    }
    let judged = status.judged_false_per_week();
    let judged = judged.map_or_else(|| frame.t("budget-cannot-tell"), |rate| decimal(rate, 2));
    facts.push((frame.t("budget-judged"), judged));
    facts
}

#[cfg(test)]
pub(super) fn sample_status(budget: Option<f64>) -> BudgetStatus {
    use crate::domain::alarm_budget::TailSource;
    use crate::store::signal_life::VerdictCounts;
    BudgetStatus {
        budget,
        threshold: 2.87,
        series: 214,
        expected_per_week: 1.9,
        source: if budget.is_some() { TailSource::OwnHistory } else { TailSource::Nominal },
        calibrated: budget.map(|_| super::tests::sample::LAST_WEEK),
        weeks: 26,
        verdicts: VerdictCounts {
            raised: 31,
            confirmed: if budget.is_some() { 9 } else { 0 },
            refuted: if budget.is_some() { 4 } else { 0 },
        },
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ReplayPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let fired = |number: usize| {
        let signal = sample::signal(number);
        Fired {
            node: signal.node,
            week: signal.period_end.week(),
            last: signal.period_end.week(),
            evidence: signal.evidence,
            signal: (number == 0).then_some(signal.id),
        }
    };
    let replayed = Replayed {
        weeks: (Week(sample::LAST_WEEK.0 - 25), sample::LAST_WEEK),
        shortened: true,
        series: 214,
        threshold: 2.87,
        fired: (0..4).map(fired).collect(),
    };
    let quiet = Replayed { fired: Vec::new(), shortened: false, ..replayed.clone() };
    let page = |unreadable, replayed, budget| {
        ReplayPage::new(frame.clone(), unreadable, replayed, &sample_status(budget), &names)
    };
    vec![page(false, Some(replayed), Some(2.0)), page(true, Some(quiet), Some(0.5)), page(false, None, None)]
}
