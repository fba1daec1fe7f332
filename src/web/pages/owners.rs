//! Responsables por regla: who answers for which groups, one rule a line; the last that fits holds.

use askama::Template;
use axum::extract::{Form as FormBody, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::visitor::Visitor;
use crate::domain::ownership::OwnerRule;
use crate::pipeline::keep::check_rules;
use crate::web::state::AppState;

/// The page.
#[derive(Debug, Template)]
#[template(path = "owners.html")]
pub(super) struct OwnersPage {
    frame: Frame,
    rules: String,
    problem: Option<String>,
}

/// The rules as typed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct OwnersBody {
    rules: String,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    let rules: Vec<String> = state.store.owner_rules().await?.iter().map(OwnerRule::line).collect();
    super::html(&OwnersPage { frame: visitor.frame(Section::Groups), rules: rules.join("\n"), problem: None })
}

pub(super) async fn replace(
    State(state): State<AppState>,
    visitor: Visitor,
    FormBody(body): FormBody<OwnersBody>,
) -> Result<Response, PageError> {
    let typed = body.rules.replace("\r\n", "\n");
    let frame = visitor.frame(Section::Groups);
    let mut rules = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match OwnerRule::from_line(line) {
            Some(rule) => rules.push(rule),
            None => return refused(frame.clone(), &typed, frame.t1("owners-line", "line", line)),
        }
    }
    if let Some(error) = check_rules(&rules, &state.taxonomy()).first() {
        let number = error.field.split('.').nth(1).and_then(|place| place.parse::<usize>().ok());
        let line = number.and_then(|place| rules.get(place)).map(OwnerRule::line).unwrap_or_default();
        return refused(frame.clone(), &typed, frame.t1("owners-rule", "line", line));
    }
    state.store.set_owner_rules(&rules).await?;
    state.pipeline.keep_clusters().await?;
    Ok(Redirect::to("/grupos/responsables").into_response())
}

fn refused(frame: Frame, typed: &str, problem: String) -> Result<Response, PageError> {
    let page = OwnersPage { frame, rules: typed.to_owned(), problem: Some(problem) };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<OwnersPage> {
    let page = |rules: &str, problem| OwnersPage { frame: frame.clone(), rules: rules.to_owned(), problem };
    vec![
        page("", None),
        page("area=cards tipo=fraud_security => Fraude <b>", None),
        page("área <b>", Some(frame.t1("owners-line", "line", "área <b>"))),
    ]
}
