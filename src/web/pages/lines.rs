//! Groups, alerts and actions as one line of a list or one row of a table.

use std::collections::HashMap;

use super::error::PageError;
use super::frame::Frame;
use super::names::{Badge, Names, field, joined, priority};
use super::series;
use crate::domain::action::Action;
use crate::domain::cluster::{Cluster, ClusterState};
use crate::domain::complaint::Complaint;
use crate::domain::counts::Dimension;
use crate::domain::filter::{Field, Filter};
use crate::domain::label::Axis;
use crate::domain::language::Language;
use crate::domain::priority::Priority;
use crate::domain::signal::{Signal, SignalState};
use crate::domain::time::{Day, Week};
use crate::i18n::signals::sentence;
use crate::i18n::{Locale, format};
use crate::web::chart::Sparkline;
use crate::web::params::address;
use crate::web::state::AppState;

/// Complaints below which a change is not said in per cent: it would mean nothing.
const LEAST_FOR_PERCENT: i64 = 5;

/// Characters shown of a complaint that stands for many.
pub(super) const QUOTE_CHARS: usize = 420;

/// A group with its figures.
#[derive(Clone, Debug)]
pub(super) struct GroupRow {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) state: ClusterState,
    pub(super) badge: Badge,
    /// Product area and failure type, by id.
    pub(super) area_id: Option<String>,
    pub(super) failure_id: Option<String>,
    /// Both in words.
    pub(super) about: String,
    pub(super) spark: Sparkline,
    pub(super) priority: Priority,
    /// Its word, and its share of all load.
    pub(super) priority_word: String,
    pub(super) share: f64,
    pub(super) complaints: i64,
    /// Complaints that differ, and customers, where they are known.
    pub(super) texts: i64,
    pub(super) customers: i64,
    /// Of the last four weeks, and of the four before.
    pub(super) recent: i64,
    pub(super) before: i64,
    pub(super) first_and_last: Option<(Day, Day)>,
    pub(super) owner: Option<String>,
    /// Address of its complaints.
    pub(super) search_href: String,
}

impl GroupRow {
    pub(super) fn new(cluster: &Cluster, weekly: &[i64], names: &Names) -> Self {
        let (recent, before) = series::recent_and_before(weekly);
        let area = names.optional(Axis::ProductArea, cluster.product_area.as_deref());
        let failure = names.optional(Axis::FailureType, cluster.failure_type.as_deref());
        Self {
            id: cluster.id.to_string(),
            title: cluster.title.clone(),
            state: cluster.state,
            badge: Badge::of_cluster(names.locale, cluster.state),
            area_id: cluster.product_area.clone(),
            failure_id: cluster.failure_type.clone(),
            about: joined(&[&area, &failure]),
            spark: Sparkline::new(names.locale, weekly),
            priority: cluster.life.priority,
            priority_word: priority(names.locale, cluster.life.priority),
            share: cluster.life.load.map_or(0.0, |load| load.share),
            complaints: cluster.complaints,
            texts: cluster.life.texts,
            customers: cluster.life.customers,
            recent,
            before,
            first_and_last: cluster.seen,
            owner: cluster.owner.clone(),
            search_href: address(
                "/buscar",
                &Filter::default().with(Field::Cluster, cluster.id.to_string()).to_pairs(),
            ),
        }
    }

    /// Whether the team still works on it.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.state, ClusterState::Archived | ClusterState::Resolved)
    }

    pub(super) fn is_growing(&self) -> bool {
        self.is_open() && series::is_growing(self.recent, self.before)
    }

    /// Distinct texts and customers, as far as they are known and say more than the complaints do.
    pub(super) fn counted_otherwise(&self, frame: &Frame) -> String {
        let texts =
            if self.texts > 0 { frame.t1("groups-of-texts", "count", self.texts) } else { String::new() };
        let customers = if self.customers > 0 {
            frame.t1("groups-of-customers", "count", self.customers)
        } else {
            String::new()
        };
        joined(&[&texts, &customers])
    }

    /// `+38 %`, or nothing where a share would mean nothing.
    pub(super) fn change_figure(&self, frame: &Frame) -> String {
        if self.before < LEAST_FOR_PERCENT {
            return String::new();
        }
        format::change(frame.locale, (self.recent - self.before) as f64 / self.before as f64)
    }

    /// What the last four weeks are compared with, in words.
    pub(super) fn change_words(&self, frame: &Frame) -> String {
        frame.t1("line-before", "before", self.before)
    }

    /// Class of the change's colour.
    pub(super) fn trend(&self) -> &'static str {
        match series::growth_score(self.recent, self.before) {
            score if score > 2.0 => "up",
            score if score < -2.0 => "down",
            _ => "level",
        }
    }

    /// First and last day, said once where they are one.
    pub(super) fn seen(&self, frame: &Frame) -> String {
        self.first_and_last.map_or_else(String::new, |(first, last)| format::days(frame.locale, first, last))
    }
}

/// Every group with its last weeks.
pub(super) async fn group_rows(
    state: &AppState,
    clusters: &[Cluster],
    names: &Names,
) -> Result<Vec<GroupRow>, PageError> {
    let Some((_, last)) = state.pipeline.complete_weeks().await? else {
        return Ok(clusters.iter().map(|cluster| GroupRow::new(cluster, &[], names)).collect());
    };
    let first = Week(last.0 - i32::try_from(series::SPARK_WEEKS).unwrap_or(0)).first_day();
    let counts = state.store.counts_of_dimension(Dimension::Cluster, first, last.last_day()).await?;
    Ok(clusters
        .iter()
        .map(|cluster| {
            let daily = series::of_node(&counts, &cluster.id.to_string());
            GroupRow::new(cluster, &series::weekly(daily, last, series::SPARK_WEEKS), names)
        })
        .collect())
}

/// The present day in the organisation's zone.
pub(super) fn today(state: &AppState) -> Day {
    state.store.clock().now().day_in(&state.zone)
}

/// Names of labels and of these clusters.
pub(super) fn names(state: &AppState, locale: Locale, clusters: &[Cluster]) -> Names {
    let clusters: HashMap<String, String> =
        clusters.iter().map(|cluster| (cluster.id.to_string(), cluster.title.clone())).collect();
    Names { locale, taxonomy: state.taxonomy(), clusters }
}

/// An alert with its sentence.
#[derive(Clone, Debug)]
pub(super) struct AlertLine {
    pub(super) id: String,
    pub(super) subject: String,
    /// What kind of series it is about.
    pub(super) about: String,
    pub(super) sentence: String,
    pub(super) badge: Badge,
    /// Whether nobody has looked at it yet, and whether it waits for a judgement.
    pub(super) raised: bool,
    pub(super) open: bool,
}

impl AlertLine {
    pub(super) fn new(signal: &Signal, names: &Names) -> Self {
        Self {
            id: signal.id.to_string(),
            subject: names.node(&signal.node),
            about: Field::of_dimension(signal.node.dimension)
                .map_or_else(String::new, |of| field(names.locale, of)),
            sentence: sentence(names.locale, signal),
            badge: Badge::of_signal(names.locale, signal.state),
            raised: signal.state == SignalState::Raised,
            open: is_open(signal.state),
        }
    }
}

/// Whether an alert waits for a judgement.
pub(super) fn is_open(state: SignalState) -> bool {
    matches!(state, SignalState::Raised | SignalState::UnderReview)
}

/// An action with where it stands.
#[derive(Clone, Debug)]
pub(super) struct ActionLine {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) badge: Badge,
    pub(super) owner: Option<String>,
    pub(super) due: Option<Day>,
    pub(super) overdue: bool,
    /// How many groups it is meant to end.
    pub(super) groups: i64,
}

impl ActionLine {
    pub(super) fn new(action: &Action, today: Day, locale: Locale) -> Self {
        Self {
            id: action.id.to_string(),
            title: action.text.title.clone(),
            badge: Badge::of_action(locale, action.state),
            owner: action.text.owner.clone(),
            due: action.text.due,
            overdue: is_overdue(action, today),
            groups: i64::try_from(action.clusters.len()).unwrap_or(i64::MAX),
        }
    }

    /// Owner and due date in one line.
    pub(super) fn meta(&self, frame: &Frame) -> String {
        let owner = self.owner.clone().unwrap_or_else(|| frame.t("groups-no-owner"));
        let due = self.due.map_or_else(String::new, |due| {
            let key = if self.overdue { "action-was-due" } else { "action-due-on" };
            frame.t1(key, "day", frame.day(&due))
        });
        joined(&[&owner, &due])
    }
}

/// The lines of a complaint's text, without empty ones.
pub(super) fn paragraphs(complaint: &Complaint) -> Vec<String> {
    let lines = complaint.text.as_deref().unwrap_or_default().lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The beginning of a text, cut between words.
pub(super) fn shortened(text: &str, max_chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max_chars) else { return text.to_owned() };
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", text[..end].trim_end())
}

/// The code of a text's language, for its `lang` attribute, where it is known.
pub(super) fn language_code(language: Language) -> Option<&'static str> {
    (!matches!(language, Language::Other | Language::Unknown)).then(|| language.code())
}

/// Whether it should be done by now: work was promised for an earlier day and is not implemented.
pub(super) fn is_overdue(action: &Action, today: Day) -> bool {
    use crate::domain::action::ActionState::{Draft, InProgress, Planned};
    matches!(action.state, Draft | Planned | InProgress) && action.text.due.is_some_and(|due| due < today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(shortened("uno dos tres", 9), "uno dos…");
        assert_eq!(shortened("ñandú", 5), "ñandú");
        assert_eq!(shortened("ññññññ", 3), "ñññ…");
    }
}
