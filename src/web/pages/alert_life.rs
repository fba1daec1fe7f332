//! The life of an alert as its page tells it: what happened, by whom and why, and the silence over its
//! series.

use axum::extract::{Form as FormBody, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::alert;
use super::error::PageError;
use super::forms::Form;
use super::frame::Frame;
use super::lines;
use super::visitor::Visitor;
use crate::domain::id::SignalId;
use crate::domain::mute::{Until, WORSE};
use crate::domain::signal::Signal;
use crate::domain::time::Day;
use crate::i18n::format;
use crate::store::signal_life::{Mute, SignalEvent};
use crate::web::state::AppState;

/// Days of silence the form proposes.
const PROPOSED_DAYS: i32 = 28;

/// Whether the series is silent, and the day the form proposes.
#[derive(Clone, Debug)]
pub(super) struct Silence {
    pub(super) muted: bool,
    pub(super) sentence: String,
    pub(super) day: String,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) when: String,
    pub(super) what: String,
    pub(super) reason: Option<String>,
}

/// How long a person wants silence.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct MuteBody {
    /// `worse`, `day` or `off`.
    until: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    by: String,
}

pub(super) async fn mute(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<SignalId>,
    FormBody(MuteBody { until, day, note, by }): FormBody<MuteBody>,
) -> Result<Response, PageError> {
    let signal = state.store.signal(id).await?.ok_or(PageError::NotFound)?;
    let mut form = Form::of_note(&note, &by, visitor.locale);
    let ahead = Day::from_iso(&day).filter(|day| *day >= lines::today(&state));
    let until = match (until.as_str(), ahead) {
        ("off", _) => None,
        ("worse", _) => Some(Until::worse_than(&signal.evidence)),
        ("day", Some(day)) => Some(Until::Day(day)),
        ("day", None) => {
            form.errors.add("until", visitor.locale.text("alert-mute-past", &[]));
            None
        }
        _ => {
            form.errors.add("until", visitor.locale.text("form-wrong", &[]));
            None
        }
    };
    if form.errors.is_empty() {
        let reason = Some(form.note.as_str()).filter(|note| !note.is_empty());
        state.store.mute_signal(id, until, form.author(), reason).await?;
        return Ok(Redirect::to(&format!("/alertas/{id}")).into_response());
    }
    let page = alert::page(&state, &visitor, id, form).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
}

impl Silence {
    pub(super) fn new(frame: &Frame, mute: Option<&Mute>, signal: &Signal) -> Self {
        let day = Day(signal.period_end.0 + PROPOSED_DAYS).to_string();
        let Some(mute) = mute else {
            return Self { muted: false, sentence: frame.t("alert-silence-none"), day };
        };
        let sentence = match mute.until {
            Until::Day(day) => frame.t1("alert-silence-day", "day", frame.day(&day)),
            Until::Worse { excess } => {
                let since = frame.day(&mute.since.day_in(&jiff::tz::TimeZone::UTC));
                let excess = format::decimal(frame.locale, WORSE * excess, 0);
                frame.locale.text("alert-silence-worse", &[("since", &since), ("excess", &excess)])
            }
        };
        let held = frame.t1("alert-silence-held", "held", mute.held);
        Self { muted: true, sentence: format!("{sentence} {held}"), day }
    }
}

impl Told {
    pub(super) fn new(frame: &Frame, when: String, event: SignalEvent) -> Self {
        let SignalEvent { event, detail, author, reason, at: _ } = event;
        let what = match (event.as_str(), Day::from_iso(&detail)) {
            ("moved", _) => {
                frame.t1("signal-event-moved", "state", frame.t(&format!("signal-state-{detail}")))
            }
            ("muted", Some(day)) => frame.t1("signal-event-muted-day", "day", frame.day(&day)),
            ("muted", None) => frame.t("signal-event-muted-worse"),
            (event, _) => frame.t(&format!("signal-event-{event}")),
        };
        let what = match &author {
            Some(author) => frame.locale.text("signal-event-by", &[("what", &what), ("author", author)]),
            None => what,
        };
        Self { when, what, reason }
    }
}

#[cfg(test)]
pub(super) fn sample_mute(number: usize) -> Option<Mute> {
    let until = match number {
        0 => return None,
        1 => Until::Worse { excess: 12.4 },
        _ => Until::Day(Day(20_800)),
    };
    let signal = super::tests::sample::signal(number).id;
    Some(Mute { signal, until, held: 2, held_day: Some(Day(20_790)), since: super::tests::sample::NOW })
}

#[cfg(test)]
pub(super) fn sample_events() -> Vec<(String, SignalEvent)> {
    let at = super::tests::sample::NOW;
    let event = |event: &str, detail: &str, author: Option<&str>, reason: Option<&str>| {
        let (event, detail) = (event.to_owned(), detail.to_owned());
        let (author, reason) = (author.map(str::to_owned), reason.map(str::to_owned));
        ("23 nov 2026, 10:30".to_owned(), SignalEvent { event, detail, author, reason, at })
    };
    vec![
        event("raised", "", None, None),
        event("moved", "under_review", Some("<b>Ana</b>"), None),
        event("muted", "worse", None, Some("ya se <b>sabe</b>")),
        event("worsened", "", None, None),
        event("muted", "2026-12-24", Some("Luis"), None),
        event("unmuted", "", None, None),
    ]
}
