//! What a group's page says about where the group stands and how urgent it is, and what people say about it.

use axum::extract::{Form as FormBody, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::forms::Choice;
use super::frame::Frame;
use super::{names, reasons};
use crate::domain::cluster::{Cluster, ClusterState};
use crate::domain::cluster_history::{ClusterEvent, ClusterEventKind};
use crate::domain::cluster_life::Aside;
use crate::domain::id::ClusterId;
use crate::domain::ownership::{MAX_COMMENT_CHARS, mentions};
use crate::domain::priority::{Load, Priority};
use crate::domain::review::MAX_REVIEWER_CHARS;
use crate::i18n::{Arg, format};
use crate::store::cluster_life::Comment;
use crate::web::state::AppState;

/// Value of the form for a priority that is to be computed.
pub(super) const COMPUTED: &str = "computed";
/// Kinds of putting aside the form offers.
const ASIDES: [&str; 5] = ["worse", "complaints", "customers", "until", "ever"];

/// Where a group stands, why, and how urgent it is.
#[derive(Clone, Debug)]
pub(super) struct LifeView {
    /// Since when, and why, where that is known.
    pub(super) standing: String,
    pub(super) priority: String,
    /// Class of the priority's mark.
    pub(super) class: &'static str,
    /// Whether a person said so, or what it is made of.
    pub(super) made_of: String,
    pub(super) priorities: Vec<Choice>,
    pub(super) asides: Vec<Choice>,
    pub(super) aside_value: String,
    pub(super) comments: Vec<CommentLine>,
}

/// A comment as shown.
#[derive(Clone, Debug)]
pub(super) struct CommentLine {
    pub(super) when: String,
    pub(super) who: String,
    pub(super) body: String,
    pub(super) mentions: String,
}

/// What a person says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CommentBody {
    body: String,
    #[serde(default)]
    person: String,
}

impl LifeView {
    pub(super) fn new(
        frame: &Frame,
        cluster: &Cluster,
        events: &[ClusterEvent],
        comments: Vec<Comment>,
        zone: &jiff::tz::TimeZone,
    ) -> Self {
        let (locale, life) = (frame.locale, &cluster.life);
        let last = events.iter().rev().find(|event| event.kind == ClusterEventKind::State);
        let why = last
            .and_then(|event| event.reason.as_deref())
            .map(|reason| reasons::words(locale, reason))
            .or_else(|| life.aside.map(|aside| reasons::aside_words(locale, aside)));
        let since = format::day(locale, life.since.day_in(zone));
        let standing = match why {
            Some(why) => locale.text("life-since-why", &[("day", &since), ("why", &why)]),
            None => locale.text("life-since", &[("day", &since)]),
        };
        let chosen = if life.priority_by_person { life.priority.name() } else { COMPUTED };
        let offered = [COMPUTED].into_iter().chain(Priority::ALL.map(Priority::name));
        let priorities = offered
            .map(|value| Choice {
                value: value.to_owned(),
                label: frame.t(&format!("priority-{value}")),
                selected: value == chosen,
            })
            .collect();
        let (aside_kind, aside_value) = match life.aside {
            Some(aside) => {
                let line = aside.line();
                let (kind, value) = line.split_once(':').unwrap_or((line.as_str(), ""));
                (kind.to_owned(), value.to_owned())
            }
            None => (String::new(), String::new()),
        };
        let asides = ASIDES
            .map(|value| Choice {
                value: value.to_owned(),
                label: frame.t(&format!("aside-kind-{value}")),
                selected: value == aside_kind,
            })
            .into();
        Self {
            standing,
            priority: names::priority(locale, life.priority),
            class: life.priority.name(),
            made_of: made_of(frame, cluster),
            priorities,
            asides,
            aside_value,
            comments: comments.into_iter().map(|comment| CommentLine::new(frame, comment, zone)).collect(),
        }
    }
}

/// What a priority is made of, in a sentence.
fn made_of(frame: &Frame, cluster: &Cluster) -> String {
    let locale = frame.locale;
    if cluster.life.priority_by_person {
        return frame.t("priority-by-person");
    }
    let Some(Load { frequency, severity, growth, harm, share }) = cluster.life.load else {
        return frame.t("priority-not-yet");
    };
    let decimal = |value: f64, places| format::decimal(locale, value, places);
    let (frequency, severity) = (decimal(frequency, 0), decimal(severity, 2));
    let (growth, harm) = (decimal(growth, 2), decimal(harm, 1));
    let share = format::percent(locale, share);
    let args: [(&str, &dyn Arg); 5] = [
        ("frequency", &frequency),
        ("severity", &severity),
        ("growth", &growth),
        ("harm", &harm),
        ("share", &share),
    ];
    locale.text("priority-made-of", &args)
}

impl CommentLine {
    fn new(frame: &Frame, comment: Comment, zone: &jiff::tz::TimeZone) -> Self {
        let Comment { person, body, mentions, at } = comment;
        Self {
            when: format::instant(frame.locale, at, zone),
            who: person.unwrap_or_else(|| frame.t("lineage-somebody")),
            body,
            mentions: mentions.iter().map(|name| format!("@{name}")).collect::<Vec<_>>().join(" "),
        }
    }
}

/// What the form says a group is put aside until; an error where the value does not fit.
pub(super) fn aside_of(state: Option<ClusterState>, kind: &str, value: &str) -> Result<Option<Aside>, ()> {
    if state != Some(ClusterState::Archived) || kind.is_empty() {
        return Ok(None);
    }
    let value = value.trim();
    let line = match kind {
        "worse" | "ever" => kind.to_owned(),
        _ => format!("{kind}:{value}"),
    };
    Aside::from_line(&line).map(Some).ok_or(())
}

pub(super) async fn comment(
    State(state): State<AppState>,
    Path(id): Path<ClusterId>,
    FormBody(body): FormBody<CommentBody>,
) -> Result<Response, PageError> {
    let short = |text: &str, most: usize| -> String {
        text.trim().replace("\r\n", "\n").chars().filter(|c| *c != '\0').take(most).collect()
    };
    let (said, person) = (short(&body.body, MAX_COMMENT_CHARS), short(&body.person, MAX_REVIEWER_CHARS));
    let person = Some(person.as_str()).filter(|person| !person.is_empty());
    if !said.is_empty() && !state.store.comment_on(id, person, &said, &mentions(&said)).await? {
        return Err(PageError::NotFound);
    }
    Ok(Redirect::to(&format!("/grupos/{id}#comentarios")).into_response())
}
