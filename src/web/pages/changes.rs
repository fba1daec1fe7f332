//! Cambios: what the organisation changed, and a form to register it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Form as FormBody, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::forms::Errors;
use super::frame::{Frame, Section};
use super::visitor::Visitor;
use crate::domain::id::RegisteredChangeId;
use crate::domain::registered_change::{ChangeText, RegisteredChange};
use crate::domain::time::Day;
use crate::i18n::{Locale, format};
use crate::web::state::AppState;

/// Changes shown; the API has all.
const SHOWN: usize = 200;
/// Kinds with words of their own on screen; they are also offered in the form.
const KNOWN_KINDS: [&str; 6] = ["release", "price", "supplier_lot", "process", "campaign", "event"];

/// The page.
#[derive(Debug, Template)]
#[template(path = "changes.html")]
pub(super) struct ChangesPage {
    frame: Frame,
    lead: String,
    rows: Vec<Line>,
    kinds: Vec<String>,
    form: ChangeBody,
    errors: Errors,
}

/// A change in two lines.
#[derive(Debug)]
struct Line {
    id: String,
    title: String,
    meta: String,
    note: String,
}

/// What was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChangeBody {
    day: String,
    kind: String,
    title: String,
    note: String,
    /// `name: value`, one a line.
    touches: String,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    let changes = state.store.registered_changes().await?;
    let (form, errors) = (ChangeBody::default(), Errors::default());
    super::html(&ChangesPage::new(visitor.frame(Section::Actions), &changes, form, errors))
}

pub(super) async fn register(
    State(state): State<AppState>,
    visitor: Visitor,
    FormBody(body): FormBody<ChangeBody>,
) -> Result<Response, PageError> {
    match body.read(visitor.locale) {
        Ok(text) => {
            state.store.register_changes(&[text]).await?;
            Ok(Redirect::to("/cambios").into_response())
        }
        Err(errors) => {
            let changes = state.store.registered_changes().await?;
            let page = ChangesPage::new(visitor.frame(Section::Actions), &changes, body, errors);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
        }
    }
}

pub(super) async fn forget(
    State(state): State<AppState>,
    Path(id): Path<RegisteredChangeId>,
) -> Result<Redirect, PageError> {
    state.store.forget_change(id).await?;
    Ok(Redirect::to("/cambios"))
}

impl ChangeBody {
    fn read(&self, locale: Locale) -> Result<ChangeText, Errors> {
        let day = Day::from_iso(&self.day);
        let lines = self.touches.lines().map(str::trim).filter(|line| !line.is_empty());
        let facts: Option<BTreeMap<String, String>> = lines
            .map(|line| {
                let (name, value) = line.split_once([':', '='])?;
                Some((name.trim().to_owned(), value.trim().to_owned()))
            })
            .collect();
        let text = ChangeText {
            external_id: None,
            kind: self.known_kind(locale),
            title: self.title.trim().to_owned(),
            note: self.note.trim().replace("\r\n", "\n"),
            day: day.unwrap_or(Day(0)),
            touches: facts.clone().unwrap_or_default(),
        };
        let mut errors = Errors::of(locale, &text.check().err().unwrap_or_default());
        if day.is_none() {
            errors.add("day", locale.text("form-day", &[]));
        }
        if facts.is_none() {
            errors.add("touches", locale.text("changes-touches-form", &[]));
        }
        if errors.is_empty() { Ok(text) } else { Err(errors) }
    }

    /// The kind's stable name, where its word on screen was typed.
    fn known_kind(&self, locale: Locale) -> String {
        let typed = self.kind.trim();
        let known = KNOWN_KINDS.into_iter().find(|kind| kind_word(locale, kind).eq_ignore_ascii_case(typed));
        known.unwrap_or(typed).to_owned()
    }
}

/// A kind in words; a word of the organisation's own stays as it is.
pub(super) fn kind_word(locale: Locale, kind: &str) -> String {
    match kind {
        known if KNOWN_KINDS.contains(&known) => {
            locale.text(&format!("change-kind-{}", known.replace('_', "-")), &[])
        }
        own => own.to_owned(),
    }
}

impl ChangesPage {
    fn new(frame: Frame, changes: &[RegisteredChange], form: ChangeBody, errors: Errors) -> Self {
        let locale = frame.locale;
        let line = |change: &RegisteredChange| {
            let ChangeText { kind, title, note, day, touches, .. } = &change.text;
            let mut parts = vec![format::day(locale, *day), kind_word(locale, kind)];
            parts.extend(touches.iter().map(|(name, value)| format!("{name}: {value}")));
            Line {
                id: change.id.to_string(),
                title: title.clone(),
                meta: parts.join(" · "),
                note: note.clone(),
            }
        };
        let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
        Self {
            lead: frame.t1("changes-lead", "count", count),
            rows: changes.iter().take(SHOWN).map(line).collect(),
            kinds: KNOWN_KINDS.map(|kind| kind_word(locale, kind)).into(),
            form,
            errors,
            frame,
        }
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<ChangesPage> {
    use super::tests::sample;
    let change = |number: u128, kind: &str, title: &str| RegisteredChange {
        id: RegisteredChangeId(uuid::Uuid::from_u128(number)),
        text: ChangeText {
            external_id: None,
            kind: kind.to_owned(),
            title: title.to_owned(),
            note: "<b>nota</b>".to_owned(),
            day: sample::TODAY,
            touches: BTreeMap::from([("lot".to_owned(), "<b>L-2417</b>".to_owned())]),
        },
        registered_at: sample::NOW,
    };
    let changes = [change(1, "supplier_lot", "Llega el lote"), change(2, "<b>obra</b>", "<b>x</b>")];
    let typed =
        ChangeBody { title: "\"><b>x".to_owned(), touches: "sin valor".to_owned(), ..ChangeBody::default() };
    let errors = typed.read(frame.locale).expect_err("the day is missing");
    vec![
        ChangesPage::new(frame.clone(), &changes, ChangeBody::default(), Errors::default()),
        ChangesPage::new(frame.clone(), &[], typed, errors),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_change_or_says_what_is_wrong() {
        let body = ChangeBody {
            day: "2026-10-30".to_owned(),
            kind: "lote de proveedor".to_owned(),
            title: " Llega el lote ".to_owned(),
            touches: "lot: L-2417\r\n\r\nproduct = Fibra Hogar".to_owned(),
            ..ChangeBody::default()
        };
        let text = body.read(Locale::Es).expect("all is well");
        assert_eq!((text.kind.as_str(), text.title.as_str()), ("supplier_lot", "Llega el lote"));
        assert_eq!(text.touches["product"], "Fibra Hogar");
        let wrong = ChangeBody { touches: "lot".to_owned(), day: "mañana".to_owned(), ..body };
        let errors = wrong.read(Locale::Es).expect_err("two fields are wrong");
        assert!(!errors.of_field("day").is_empty() && !errors.of_field("touches").is_empty());
    }
}
