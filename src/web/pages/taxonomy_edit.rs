//! Editing the taxonomy: a draft is written, what it changes is shown, and then it is published or not.

use askama::Template;
use axum::extract::{Form as FormBody, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Section};
use super::taxonomy_changes::ChangeLine;
use super::visitor::Visitor;
use crate::domain::label::Axis;
use crate::domain::taxonomy::{Draft, Taxonomy};
use crate::pipeline::taxonomy::{MAX_NOTE_CHARS, Revision};
use crate::store::taxonomy::Published;
use crate::web::state::AppState;

/// What a form sends: a whole draft, or the change of one term.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EditForm {
    /// `publicar` after the changes were shown.
    #[serde(rename = "paso")]
    step: String,
    #[serde(rename = "borrador")]
    draft: String,
    #[serde(rename = "nota")]
    note: String,
    #[serde(rename = "eje")]
    axis: String,
    #[serde(rename = "termino")]
    term: String,
    /// The term that takes its complaints, when it goes.
    #[serde(rename = "une")]
    heir: String,
    es: String,
    en: String,
    #[serde(rename = "sentido_es")]
    meaning_es: String,
    #[serde(rename = "sentido_en")]
    meaning_en: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "taxonomy_edit.html")]
pub(super) struct EditPage {
    frame: Frame,
    /// The draft as text.
    draft: String,
    note: String,
    note_chars: usize,
    errors: Vec<String>,
    preview: Option<Preview>,
}

/// What publishing would change.
#[derive(Clone, Debug)]
struct Preview {
    title: String,
    moving: Option<String>,
    changes: Vec<ChangeLine>,
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Result<Html<String>, PageError> {
    let draft = state.store.taxonomy().await?.to_toml();
    super::html(&EditPage::new(visitor.frame(Section::Taxonomy), draft, String::new(), Vec::new(), None))
}

pub(super) async fn edit(
    State(state): State<AppState>,
    visitor: Visitor,
    FormBody(form): FormBody<EditForm>,
) -> Result<Response, PageError> {
    let frame = visitor.frame(Section::Taxonomy);
    let note: String = form.note.trim().chars().filter(|c| *c != '\0').take(MAX_NOTE_CHARS).collect();
    let (text, draft) = if form.term.is_empty() {
        let text = form.draft.replace("\r\n", "\n");
        let draft = Draft::read(&text);
        (text, draft)
    } else {
        let current = state.store.taxonomy().await?;
        let draft = form.change_one(&current).ok_or(PageError::NotFound)?;
        (String::new(), Ok(draft))
    };
    let refused = |frame, text, errors| -> Result<Response, PageError> {
        let page = EditPage::new(frame, text, note.clone(), errors, None);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, super::html(&page)?).into_response())
    };
    let draft = match draft {
        Ok(draft) => draft,
        Err(reason) => return refused(frame, text, vec![reason]),
    };
    let Revision { next, changes, moving } = match state.pipeline.revise_taxonomy(draft).await? {
        Ok(revision) => revision,
        Err(errors) => {
            let text = if text.is_empty() { state.taxonomy().to_toml() } else { text };
            return refused(frame, text, errors.iter().map(ToString::to_string).collect());
        }
    };
    if form.step == "publicar" && !changes.is_empty() {
        return match state.pipeline.publish_taxonomy(next, &note).await? {
            Published::InForce { .. } => Ok(Redirect::to("/taxonomia?hecho=si").into_response()),
            Published::Outdated => {
                let outdated = frame.t("taxonomy-outdated");
                refused(frame, text, vec![outdated])
            }
        };
    }
    // The changes are shown on a draft that says which version it was made from.
    let base = state.taxonomy().version.clone();
    let text = if text.is_empty() { next.to_toml().replacen(&next.version, &base, 1) } else { text };
    let preview = Preview {
        title: frame.t1("taxonomy-would-change", "count", i64::try_from(changes.len()).unwrap_or(i64::MAX)),
        moving: (moving > 0).then(|| frame.t1("taxonomy-would-move", "count", moving)),
        changes: changes.iter().map(|changed| ChangeLine::new(frame.locale, changed, &next)).collect(),
    };
    Ok(super::html(&EditPage::new(frame, text, note, Vec::new(), Some(preview)))?.into_response())
}

impl EditForm {
    /// The version in force with one term changed, or joined with another; `None` without such a term.
    fn change_one(&self, current: &Taxonomy) -> Option<Draft> {
        let axis = Axis::from_name(&self.axis)?;
        current.term(axis, &self.term)?;
        let mut draft = current.to_draft();
        if !self.heir.is_empty() {
            draft.retire(axis, &self.term, &self.heir);
            return Some(draft);
        }
        let term = draft.axes.get_mut(axis.name())?.iter_mut().find(|term| term.id == self.term)?;
        let typed = |text: &str| text.trim().replace("\r\n", "\n");
        (term.es, term.en) = (typed(&self.es), typed(&self.en));
        (term.meaning.es, term.meaning.en) = (typed(&self.meaning_es), typed(&self.meaning_en));
        Some(draft)
    }
}

impl EditPage {
    fn new(frame: Frame, draft: String, note: String, errors: Vec<String>, preview: Option<Preview>) -> Self {
        Self { frame, draft, note, note_chars: MAX_NOTE_CHARS, errors, preview }
    }
}

#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<EditPage> {
    let (old, new) = super::taxonomy_changes::sample_revision();
    let changes = crate::domain::taxonomy::diff::between(&old, &new);
    let preview = |moving| Preview {
        title: frame.t1("taxonomy-would-change", "count", 4_i64),
        moving,
        changes: changes.iter().map(|changed| ChangeLine::new(frame.locale, changed, &new)).collect(),
    };
    let nothing = Preview {
        title: frame.t1("taxonomy-would-change", "count", 0_i64),
        moving: None,
        changes: Vec::new(),
    };
    let page = |errors, preview| {
        EditPage::new(frame.clone(), "es = \"<b>x\"\n".to_owned(), "<i>app".to_owned(), errors, preview)
    };
    vec![
        page(Vec::new(), None),
        page(vec!["failure_type.<b>x: stands there twice".to_owned()], None),
        page(Vec::new(), Some(preview(Some(frame.t1("taxonomy-would-move", "count", 5_i64))))),
        page(Vec::new(), Some(nothing)),
    ]
}
