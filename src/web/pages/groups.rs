//! Grupos: the recurring failures, most urgent first; words and tokens in one box, views that are kept, and
//! what is done to several at once. What can wait is folded, so that the first screen is this week's.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::emerging::{self, EmergingLine};
use super::error::PageError;
use super::forms::{Choice, LinkChoice};
use super::frame::{Frame, Section};
use super::groups_query::{Order, Question, address_of, can_wait};
use super::lines::{self, GroupRow};
use super::names::Names;
use super::proposals::{self, ProposalLine};
use super::visitor::Visitor;
use crate::domain::priority::Priority;
use crate::web::state::AppState;

/// Groups shown at once; the box reaches the rest.
const MAX_ROWS: usize = 500;
/// The views everybody has: the word for it, and its question.
const VIEWS: [(&str, &str); 6] = [
    ("view-week", ""),
    ("view-new", "is:open is:new"),
    ("view-growing", "is:open is:escalating is:regressed"),
    ("view-unowned", "is:open owner:none"),
    ("view-aside", "is:archived is:resolved"),
    ("view-all", "orden:complaints"),
];

/// What the address asks for. The other names are those of earlier addresses, and of links elsewhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GroupsQuery {
    q: String,
    estado: String,
    area: String,
    fallo: String,
    responsable: String,
    orden: String,
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
    /// What stands in the box.
    line: String,
    filtered: bool,
    unknown: Option<String>,
    /// Groups without any question.
    total: usize,
    sentence: String,
    views: Vec<LinkChoice>,
    /// Names of the views people kept.
    kept: Vec<String>,
    columns: Vec<Column>,
    rows: Vec<GroupRow>,
    /// What can wait.
    folded: Vec<GroupRow>,
    priorities: Vec<Choice>,
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
    let kept = state.store.group_views().await?;
    let mut page = GroupsPage::new(frame.clone(), &query, rows, kept, &names);
    page.emerging = emerging::open_lines(&state, &frame).await?;
    page.proposals = proposals::lines(&frame, state.store.proposals().await?, &names);
    super::html(&page)
}

impl GroupsQuery {
    /// Everything asked for as one line.
    fn text(&self) -> String {
        let named = [
            ("is", &self.estado),
            ("area", &self.area),
            ("tipo", &self.fallo),
            ("owner", &self.responsable),
            ("orden", &self.orden),
        ];
        let tokens = named.into_iter().filter(|(_, value)| !value.is_empty());
        let tokens = tokens.map(|(key, value)| format!("{key}:\"{}\"", value.replace('"', "")));
        std::iter::once(self.q.clone())
            .chain(tokens)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl GroupsPage {
    fn new(
        frame: Frame,
        query: &GroupsQuery,
        all: Vec<GroupRow>,
        kept: Vec<(String, String)>,
        names: &Names,
    ) -> Self {
        let locale = frame.locale;
        let question = Question::read(&query.text(), names);
        let total = all.len();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let open = all.iter().filter(|group| group.is_open()).count();
        let mut rows: Vec<GroupRow> = all.into_iter().filter(|group| question.admits(group)).collect();
        question.sort(&mut rows);
        rows.truncate(MAX_ROWS);
        // Whoever asks for something sees all of it.
        let folds = !question.is_filtered() && question.order == Order::default();
        let (mut rows, mut folded): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|group| !folds || !can_wait(group));
        // A list of nothing helps nobody: where everything can wait, nothing is folded.
        if rows.is_empty() {
            std::mem::swap(&mut rows, &mut folded);
        }
        let sentence = match (total, question.is_filtered()) {
            (0, _) => frame.t("groups-lead-none"),
            (_, false) => {
                locale.text("groups-lead", &[("count", &count(open)), ("shown", &count(rows.len()))])
            }
            (_, true) => {
                locale.text("groups-lead-some", &[("shown", &count(rows.len())), ("count", &count(total))])
            }
        };
        let line = question.line();
        let own = VIEWS.map(|(key, question)| (frame.t(key), question.to_owned()));
        let views = own
            .into_iter()
            .chain(kept.iter().cloned())
            .map(|(label, question)| LinkChoice {
                label,
                href: address_of(&question),
                current: Question::read(&question, names).line() == line,
                count: 0,
            })
            .collect();
        let priorities = std::iter::once("computed")
            .chain(Priority::ALL.map(Priority::name))
            .map(|value| Choice {
                value: value.to_owned(),
                label: frame.t(&format!("priority-{value}")),
                selected: value == "high",
            })
            .collect();
        Self {
            unknown: (!question.unknown.is_empty())
                .then(|| frame.t1("groups-unknown", "tokens", question.unknown.join(", "))),
            filtered: question.is_filtered(),
            total,
            sentence,
            views,
            kept: kept.into_iter().map(|(name, _)| name).collect(),
            columns: columns(&frame, &question),
            rows,
            folded,
            priorities,
            proposals: Vec::new(),
            emerging: Vec::new(),
            line,
            frame,
        }
    }
}

fn columns(frame: &Frame, question: &Question) -> Vec<Column> {
    const COLUMNS: [(&str, &str, Order, &str); 7] = [
        ("groups-priority", "c-state", Order::Priority, "descending"),
        ("groups-group", "c-title", Order::Title, "ascending"),
        ("groups-weeks", "c-spark", Order::Growth, "descending"),
        ("groups-complaints", "c-count num", Order::Complaints, "descending"),
        ("groups-recent", "c-recent num", Order::Recent, "descending"),
        ("groups-seen", "c-seen", Order::Seen, "descending"),
        ("groups-owner", "c-owner", Order::Owner, "ascending"),
    ];
    COLUMNS
        .iter()
        .map(|(key, class, order, direction)| Column {
            label: frame.t(key),
            class,
            href: Some(question.ordered(*order)),
            current: *order == question.order,
            direction,
        })
        .collect()
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<GroupsPage> {
    use super::tests::sample;
    let taxonomy = crate::domain::taxonomy::Taxonomy::starter();
    let names = sample::names(&taxonomy, frame.locale);
    let rows = sample::group_rows(frame.locale);
    let kept = || vec![("Lo mío <b>".to_owned(), "owner:\"Marta Ruiz\"".to_owned())];
    let page = |q: &str, rows, kept| {
        let query = GroupsQuery { q: q.to_owned(), ..GroupsQuery::default() };
        GroupsPage::new(frame.clone(), &query, rows, kept, &names)
    };
    let mut proposing = page("", rows.clone(), kept());
    proposing.emerging = emerging::sample_lines(frame);
    proposing.proposals = proposals::samples(frame, &names);
    vec![
        proposing,
        page("", rows.clone(), Vec::new()),
        page("<script>nada is:roto orden:growth", rows, Vec::new()),
        page("", Vec::new(), Vec::new()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn earlier_addresses_still_lead_where_they_did() {
        let query = GroupsQuery {
            q: "cobros".to_owned(),
            estado: "new".to_owned(),
            responsable: "Ana Soto".to_owned(),
            orden: "growth".to_owned(),
            ..GroupsQuery::default()
        };
        let names = sample::names(&crate::domain::taxonomy::Taxonomy::starter(), Locale::Es);
        let question = Question::read(&query.text(), &names);
        assert_eq!(question.line(), "is:new owner:\"Ana Soto\" cobros orden:growth");
    }

    #[test]
    fn what_can_wait_is_folded_until_somebody_asks_for_it() {
        let names = sample::names(&crate::domain::taxonomy::Taxonomy::starter(), Locale::Es);
        let frame = Frame { locale: Locale::Es, section: None, here: "/grupos".to_owned() };
        let rows = sample::group_rows(Locale::Es);
        let page = |q: &str| {
            let query = GroupsQuery { q: q.to_owned(), ..GroupsQuery::default() };
            GroupsPage::new(frame.clone(), &query, rows.clone(), Vec::new(), &names)
        };
        let first = page("");
        assert_eq!(first.rows.len() + first.folded.len(), rows.len());
        assert!(!first.folded.is_empty() && first.folded.iter().all(can_wait));
        assert!(first.views[0].current);
        let asked = page("is:archivado");
        assert!(asked.folded.is_empty() && !asked.rows.is_empty());
    }
}
