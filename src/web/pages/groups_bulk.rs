//! What is done to several groups at once, and the questions people keep under a name.

use axum::extract::{Form as FormBody, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::error::PageError;
use super::groups_query::address_of;
use crate::domain::action::MAX_TITLE_CHARS;
use crate::domain::cluster::ClusterState;
use crate::domain::cluster_life::Aside;
use crate::domain::id::ClusterId;
use crate::domain::priority::Priority;
use crate::store::clusters::ClusterEdit;
use crate::store::group_views::{MAX_NAME_CHARS, MAX_QUESTION_CHARS};
use crate::web::state::AppState;

/// Groups changed at once.
const MAX_GROUPS: usize = 500;

/// Changes what was ticked. A change that makes no sense is none: the page shows how things stand.
pub(super) async fn change(
    State(state): State<AppState>,
    FormBody(pairs): FormBody<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let of = |name: &str| {
        pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).unwrap_or_default()
    };
    let ids = pairs.iter().filter(|(name, _)| name == "grupo").filter_map(|(_, id)| id.parse().ok());
    let ids: Vec<ClusterId> = ids.take(MAX_GROUPS).collect();
    if let Some(edit) = edit_of(of("accion"), of("responsable"), of("prioridad")) {
        for id in ids {
            state.store.edit_cluster(id, edit.clone()).await?;
        }
    }
    Ok(Redirect::to(&address_of(of("q"))).into_response())
}

fn edit_of(what: &str, owner: &str, priority: &str) -> Option<ClusterEdit> {
    let edit = ClusterEdit::default();
    match what {
        "resolve" => Some(ClusterEdit { state: Some(ClusterState::Resolved), ..edit }),
        "archive" => Some(ClusterEdit { aside: Some(Aside::Worse), ..edit }),
        "reopen" => Some(ClusterEdit { state: Some(ClusterState::Ongoing), ..edit }),
        "assign" => {
            let owner: String = owner.chars().filter(|c| *c != '\0').take(MAX_TITLE_CHARS).collect();
            Some(ClusterEdit { owner: Some(owner), ..edit })
        }
        "rank" if priority == "computed" => Some(ClusterEdit { priority: Some(None), ..edit }),
        "rank" => Some(ClusterEdit { priority: Some(Some(Priority::from_name(priority)?)), ..edit }),
        _ => None,
    }
}

/// Keeps the question in the box under a name, or forgets one.
pub(super) async fn view(
    State(state): State<AppState>,
    FormBody(pairs): FormBody<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let of = |name: &str, most: usize| -> String {
        let value = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
        value.unwrap_or_default().chars().filter(|c| *c != '\0').take(most).collect()
    };
    let (name, question) = (of("nombre", MAX_NAME_CHARS), of("q", MAX_QUESTION_CHARS));
    if !name.is_empty() {
        match of("accion", 10).as_str() {
            "drop" => {
                state.store.drop_group_view(&name).await?;
            }
            _ => state.store.keep_group_view(&name, &question).await?,
        }
    }
    Ok(Redirect::to(&address_of(&question)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_makes_sense_changes_anything() {
        let edit = |what, owner, priority| edit_of(what, owner, priority);
        assert_eq!(edit("resolve", "", "").and_then(|edit| edit.state), Some(ClusterState::Resolved));
        assert_eq!(edit("archive", "", "").and_then(|edit| edit.aside), Some(Aside::Worse));
        assert_eq!(edit("assign", "Ana", "").and_then(|edit| edit.owner).as_deref(), Some("Ana"));
        assert_eq!(edit("rank", "", "urgent").and_then(|edit| edit.priority), Some(Some(Priority::Urgent)));
        assert_eq!(edit("rank", "", "computed").and_then(|edit| edit.priority), Some(None));
        assert!(edit("rank", "", "huge").is_none() && edit("explode", "", "").is_none());
    }
}
