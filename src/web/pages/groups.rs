//! Grupos: every recurring failure, filtered and sorted by the address.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::emerging::{self, EmergingLine};
use super::error::PageError;
use super::forms::Choice;
use super::frame::{Frame, Section};
use super::lines::{self, GroupRow};
use super::names::{self, Names};
use super::proposals::{self, ProposalLine};
use super::series;
use super::visitor::Visitor;
use crate::domain::cluster::ClusterState;
use crate::domain::label::Axis;
use crate::web::params::address;
use crate::web::state::AppState;

/// Groups shown at once; filters reach the rest.
const MAX_ROWS: usize = 500;
/// Value of the owner's filter for groups nobody answers for.
const NOBODY: &str = "none";

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GroupsQuery {
    #[serde(rename = "q")]
    words: String,
    #[serde(rename = "estado")]
    state: String,
    area: String,
    #[serde(rename = "fallo")]
    failure: String,
    #[serde(rename = "responsable")]
    owner: String,
    #[serde(rename = "orden")]
    sort: String,
}

/// A column's head.
#[derive(Clone, Debug)]
struct Column {
    label: String,
    class: &'static str,
    href: Option<String>,
    current: bool,
    direction: &'static str,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "groups.html")]
pub(super) struct GroupsPage {
    frame: Frame,
    query: GroupsQuery,
    /// Groups without any filter.
    total: usize,
    sentence: String,
    states: Vec<Choice>,
    areas: Vec<Choice>,
    failures: Vec<Choice>,
    owners: Vec<Choice>,
    columns: Vec<Column>,
    rows: Vec<GroupRow>,
    proposals: Vec<ProposalLine>,
    emerging: Vec<EmergingLine>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(query): Query<GroupsQuery>,
) -> Result<Html<String>, PageError> {
    let clusters = state.store.clusters().await?;
    let names = lines::names(&state, visitor.locale, &clusters);
    let rows = lines::group_rows(&state, &clusters, &names).await?;
    let frame = visitor.frame(Section::Groups);
    let mut page = GroupsPage::new(frame.clone(), query, rows, &names);
    page.emerging = emerging::open_lines(&state, &frame).await?;
    page.proposals = proposals::lines(&frame, state.store.proposals().await?, &names);
    super::html(&page)
}

impl GroupsQuery {
    pub(super) fn is_filtered(&self) -> bool {
        [&self.words, &self.state, &self.area, &self.failure, &self.owner]
            .iter()
            .any(|value| !value.is_empty())
    }

    fn admits(&self, group: &GroupRow) -> bool {
        let same = |wanted: &str, value: Option<&str>| wanted.is_empty() || value.unwrap_or(NOBODY) == wanted;
        let title = group.title.to_lowercase();
        self.words.to_lowercase().split_whitespace().all(|word| title.contains(word))
            && same(&self.state, Some(group.state.name()))
            && same(&self.area, group.area_id.as_deref())
            && same(&self.failure, group.failure_id.as_deref())
            && same(&self.owner, group.owner.as_deref())
    }

    fn sort(&self, rows: &mut [GroupRow]) {
        match self.sort.as_str() {
            "title" => rows.sort_by_key(|row| row.title.to_lowercase()),
            "state" => rows.sort_by_key(|row| ClusterState::ALL.iter().position(|state| *state == row.state)),
            "recent" => rows.sort_by_key(|row| Reverse(row.recent)),
            "growth" => rows.sort_by(|a, b| {
                let score = |row: &GroupRow| series::growth_score(row.recent, row.before);
                score(b).total_cmp(&score(a))
            }),
            "seen" => rows.sort_by_key(|row| Reverse(row.first_and_last.map(|(_, last)| last))),
            "owner" => rows.sort_by_key(|row| (row.owner.is_none(), row.owner.clone())),
            _ => rows.sort_by_key(|row| Reverse(row.complaints)),
        }
    }

    fn sorted_by(&self, sort: &str) -> String {
        let pairs = [
            ("q", &self.words),
            ("estado", &self.state),
            ("area", &self.area),
            ("fallo", &self.failure),
            ("responsable", &self.owner),
        ];
        let mut pairs: Vec<(&str, &str)> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if sort != "complaints" {
            pairs.push(("orden", sort));
        }
        address("/grupos", &pairs)
    }
}

impl GroupsPage {
    fn new(frame: Frame, query: GroupsQuery, all: Vec<GroupRow>, names: &Names) -> Self {
        let locale = frame.locale;
        let total = all.len();
        let areas = labels_of(&all, Axis::ProductArea, &query.area, names);
        let failures = labels_of(&all, Axis::FailureType, &query.failure, names);
        let owners = owners_of(&all, &query.owner, &frame);
        let mut rows: Vec<GroupRow> = all.into_iter().filter(|group| query.admits(group)).collect();
        query.sort(&mut rows);
        rows.truncate(MAX_ROWS);
        let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let of = i64::try_from(total).unwrap_or(i64::MAX);
        let complaints = rows.iter().map(|row| row.complaints).sum::<i64>();
        let sentence = match (total, query.is_filtered()) {
            (0, _) => frame.t("groups-lead-none"),
            (_, false) => locale.text("groups-lead", &[("count", &of), ("complaints", &complaints)]),
            (_, true) => locale.text("groups-lead-some", &[("shown", &shown), ("count", &of)]),
        };
        let states = ClusterState::ALL
            .map(|state| Choice {
                value: state.name().to_owned(),
                label: names::cluster_state(locale, state),
                selected: query.state == state.name(),
            })
            .into();
        let columns = columns(&frame, &query);
        Self {
            frame,
            query,
            total,
            sentence,
            states,
            areas,
            failures,
            owners,
            columns,
            rows,
            proposals: Vec::new(),
            emerging: Vec::new(),
        }
    }
}

fn columns(frame: &Frame, query: &GroupsQuery) -> Vec<Column> {
    const COLUMNS: [(&str, &str, Option<&str>, &str); 7] = [
        ("groups-state", "c-state", Some("state"), "ascending"),
        ("groups-group", "c-title", Some("title"), "ascending"),
        ("groups-weeks", "c-spark", Some("growth"), "descending"),
        ("groups-complaints", "c-count num", Some("complaints"), "descending"),
        ("groups-recent", "c-recent num", Some("recent"), "descending"),
        ("groups-seen", "c-seen", Some("seen"), "descending"),
        ("groups-owner", "c-owner", Some("owner"), "ascending"),
    ];
    let known = COLUMNS.iter().any(|(_, _, sort, _)| *sort == Some(query.sort.as_str()));
    let sorted = if known { query.sort.as_str() } else { "complaints" };
    COLUMNS
        .iter()
        .map(|(key, class, sort, direction)| Column {
            label: frame.locale.text(key, &[]),
            class,
            href: sort.map(|sort| query.sorted_by(sort)),
            current: *sort == Some(sorted),
            direction,
        })
        .collect()
}

/// The answers of an axis that any group bears.
fn labels_of(rows: &[GroupRow], axis: Axis, chosen: &str, names: &Names) -> Vec<Choice> {
    let borne = |id: &str| {
        rows.iter().any(|row| match axis {
            Axis::FailureType => row.failure_id.as_deref() == Some(id),
            _ => row.area_id.as_deref() == Some(id),
        })
    };
    names
        .taxonomy
        .terms(axis)
        .iter()
        .filter(|term| borne(&term.id) || term.id == chosen)
        .map(|term| Choice {
            value: term.id.clone(),
            label: names.label(axis, &term.id),
            selected: term.id == chosen,
        })
        .collect()
}

fn owners_of(rows: &[GroupRow], chosen: &str, frame: &Frame) -> Vec<Choice> {
    let mut owners: Vec<&str> = rows.iter().filter_map(|row| row.owner.as_deref()).collect();
    owners.sort_unstable();
    owners.dedup();
    let nobody =
        Choice { value: NOBODY.to_owned(), label: frame.t("groups-no-owner"), selected: chosen == NOBODY };
    let named = owners.into_iter().map(|owner| Choice {
        value: owner.to_owned(),
        label: owner.to_owned(),
        selected: owner == chosen,
    });
    std::iter::once(nobody).chain(named).collect()
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<GroupsPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let rows = sample::group_rows(frame.locale);
    let page = |query, rows| GroupsPage::new(frame.clone(), query, rows, &names);
    let mut proposing = page(GroupsQuery::default(), rows.clone());
    proposing.emerging = emerging::sample_lines(frame);
    proposing.proposals = proposals::samples(frame, &names);
    vec![
        proposing,
        page(GroupsQuery::default(), rows.clone()),
        page(
            GroupsQuery {
                words: "<script>nada".to_owned(),
                sort: "growth".to_owned(),
                ..GroupsQuery::default()
            },
            rows,
        ),
        page(GroupsQuery::default(), Vec::new()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn filters_and_order_come_from_the_address() {
        let rows = sample::group_rows(Locale::Es);
        let admitted = |query: GroupsQuery| {
            let mut kept: Vec<GroupRow> = rows.iter().filter(|row| query.admits(row)).cloned().collect();
            query.sort(&mut kept);
            kept.into_iter().map(|row| row.title).collect::<Vec<_>>()
        };
        let by_word = admitted(GroupsQuery { words: "COBROS".to_owned(), ..GroupsQuery::default() });
        assert!(!by_word.is_empty() && by_word.iter().all(|title| title.to_lowercase().contains("cobros")));
        let unowned = admitted(GroupsQuery { owner: NOBODY.to_owned(), ..GroupsQuery::default() });
        assert!(!unowned.is_empty() && unowned.len() < rows.len());
        let sorted = admitted(GroupsQuery { sort: "title".to_owned(), ..GroupsQuery::default() });
        assert!(sorted.windows(2).all(|pair| pair[0].to_lowercase() <= pair[1].to_lowercase()));
        let query = GroupsQuery { words: "a b".to_owned(), ..GroupsQuery::default() };
        assert_eq!(query.sorted_by("seen"), "/grupos?q=a+b&orden=seen");
    }
}
