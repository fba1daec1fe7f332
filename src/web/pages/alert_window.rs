//! What came in while a series was out of its range: examples, what is over-represented among them, and
//! what was done about similar alerts before.

use super::error::PageError;
use super::group::{self, Example, Spread};
use super::lines::AlertLine;
use super::names::{self, Names};
use crate::domain::action::Action;
use crate::domain::counts::{Dimension, Node};
use crate::domain::filter::{Filter, Sort};
use crate::domain::id::ComplaintId;
use crate::domain::signal::Signal;
use crate::domain::time::Day;
use crate::search::facets::Facet;
use crate::search::hits::Page;
use crate::store::complaints::ComplaintRecord;
use crate::web::state::AppState;

/// Complaints among which examples that read differently are sought.
const SOUGHT: usize = 40;
/// Days before the window with which its complaints are compared.
const DAYS_BEFORE: i32 = 364;
/// Past alerts shown.
const PAST: usize = 5;

/// What the store and the index know about the window.
#[derive(Debug, Default)]
pub(super) struct Seen {
    examples: Vec<ComplaintRecord>,
    inside: Vec<Facet>,
    before: Vec<Facet>,
    past: Vec<(Signal, Vec<Action>)>,
}

/// What the page shows of it.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) examples: Vec<Example>,
    pub(super) spread: Vec<Spread>,
    pub(super) past: Vec<Past>,
}

/// A similar alert of before.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) line: AlertLine,
    pub(super) note: Option<String>,
    /// Address, title and state of what was done.
    pub(super) actions: Vec<(String, String, String)>,
}

/// The complaints of the series in the days of the signal.
pub(super) fn question(signal: &Signal) -> Filter {
    question_of(&signal.node, signal.period_start, signal.period_end)
}

/// The complaints of a series between two days.
pub(super) fn question_of(node: &Node, first: Day, last: Day) -> Filter {
    Filter { from: Some(first), to: Some(last), ..Filter::of_node(node) }
}

impl Seen {
    pub(super) async fn of(
        state: &AppState,
        signal: &Signal,
        signals: &[Signal],
        actions: &[Action],
    ) -> Result<Self, PageError> {
        let inside = question(signal);
        let with_year = Filter { from: Some(Day(signal.period_start.0 - DAYS_BEFORE)), ..inside.clone() };
        let (index, asked) = (state.index.clone(), inside.clone());
        let newest = tokio::task::spawn_blocking(move || {
            let page = Page { limit: SOUGHT, after: None };
            index.search(&asked, Sort::Newest, &page, &[], 0).map(|hits| hits.ids)
        });
        let ids: Vec<ComplaintId> = newest.await??.into_iter().map(|(id, _)| id).collect();
        let (inside, before) = group::spread_facets(state, inside, with_year).await?;
        Ok(Self {
            examples: state.pipeline.complaints(&ids).await?,
            inside,
            before,
            past: similar_past(signal, signals)
                .map(|past| (past.clone(), actions_about(past, actions)))
                .collect(),
        })
    }
}

/// Earlier alerts of the same series first, then those of the same dimension; the latest of each.
fn similar_past<'a>(signal: &'a Signal, signals: &'a [Signal]) -> impl Iterator<Item = &'a Signal> {
    let earlier = move |other: &&Signal| {
        other.id != signal.id && other.period_end < signal.period_start && other.raised_at <= signal.raised_at
    };
    let own = signals.iter().filter(earlier).filter(|other| other.node == signal.node);
    let like = signals
        .iter()
        .filter(earlier)
        .filter(|other| other.node != signal.node && other.node.dimension == signal.node.dimension)
        .filter(|other| signal.node.dimension == Dimension::Cluster && other.note.is_some());
    own.chain(like).take(PAST)
}

/// Actions of the alert's group.
fn actions_about(signal: &Signal, actions: &[Action]) -> Vec<Action> {
    let is_group = signal.node.dimension == Dimension::Cluster;
    let about = |action: &&Action| {
        is_group && action.clusters.iter().any(|cluster| cluster.to_string() == signal.node.key)
    };
    actions.iter().filter(about).cloned().collect()
}

impl Window {
    pub(super) fn new(seen: Seen, question: &Filter, names: &Names) -> Self {
        let Seen { examples, inside, before, past } = seen;
        let done = |action: Action| {
            let state = names::action_state(names.locale, action.state);
            (format!("/acciones/{}", action.id), action.text.title, state)
        };
        Self {
            examples: group::different_examples(&examples),
            spread: group::spread(question, &inside, &before, names),
            past: past
                .into_iter()
                .map(|(signal, actions)| Past {
                    line: AlertLine::new(&signal, names),
                    note: signal.note,
                    actions: actions.into_iter().map(done).collect(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
impl Seen {
    /// The first sample has everything, the others nothing.
    pub(super) fn sample(number: usize) -> Self {
        use super::tests::sample;
        use crate::domain::filter::Field;

        if number > 0 {
            return Self::default();
        }
        let facet = |values: &[(&str, u64)]| Facet {
            field: Field::Region,
            values: values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
            other: 0,
        };
        Self {
            examples: sample::complaints(),
            inside: vec![facet(&[("<b>Sur</b>", 31), ("Norte", 10)])],
            before: vec![facet(&[("<b>Sur</b>", 131), ("Norte", 510)])],
            past: vec![(sample::signal(0), sample::actions()), (sample::signal(3), Vec::new())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn the_own_past_comes_first_and_the_future_not_at_all() {
        let now = sample::signal(0);
        let at = |number: usize, days_back: i32, own: bool, note: Option<&str>| {
            let mut past = sample::signal(number);
            past.period_start = Day(now.period_start.0 - days_back - 6);
            past.period_end = Day(now.period_start.0 - days_back);
            past.note = note.map(str::to_owned);
            if own {
                past.node = now.node.clone();
            }
            past
        };
        let own = at(1, 60, true, None);
        let other_group = at(4, 10, false, Some("se cambió el lote"));
        let later = at(2, -20, true, None);
        let all = [now.clone(), other_group.clone(), later, own.clone()];
        let found: Vec<_> = similar_past(&now, &all).map(|signal| signal.id).collect();
        assert_eq!(found, [own.id, other_group.id]);
    }
}
