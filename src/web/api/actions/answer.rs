//! An action on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::action::{Action, ActionState, ActionText};
use crate::store::actions::ActionEvent;
use crate::web::api::names;

/// An action with where it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Action)]
pub struct ActionAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// What is done, in a line.
    title: String,
    /// Why and how.
    description: String,
    /// Who answers for it.
    owner: Option<String>,
    /// When it must be done.
    #[schema(format = "date")]
    due: Option<String>,
    /// Where it stands.
    #[schema(schema_with = names::action_state)]
    state: &'static str,
    /// The states it may move to from there.
    next_states: Vec<&'static str>,
    /// Ids of the clusters it is meant to end.
    clusters: Vec<String>,
    /// When it was created.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it last changed.
    #[schema(format = "date-time")]
    updated_at: String,
    /// When it was first implemented: its effect is counted from then.
    #[schema(format = "date-time")]
    implemented_at: Option<String>,
}

/// Something that happened to an action.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAnswer {
    /// `created`, `edited`, `moved`, `linked` or `unlinked`.
    event: String,
    /// The new title, the new state or the cluster's id.
    detail: String,
    /// When.
    #[schema(format = "date-time")]
    at: String,
}

impl From<Action> for ActionAnswer {
    fn from(action: Action) -> Self {
        let Action { id, text, state, clusters, created_at, updated_at, implemented_at } = action;
        let ActionText { title, description, owner, due } = text;
        Self {
            id: id.to_string(),
            title,
            description,
            owner,
            due: due.map(|day| day.to_string()),
            state: state.name(),
            next_states: state.next_states().iter().copied().map(ActionState::name).collect(),
            clusters: clusters.iter().map(ToString::to_string).collect(),
            created_at: created_at.to_rfc3339(),
            updated_at: updated_at.to_rfc3339(),
            implemented_at: implemented_at.map(|at| at.to_rfc3339()),
        }
    }
}

impl From<ActionEvent> for EventAnswer {
    fn from(event: ActionEvent) -> Self {
        let ActionEvent { event, detail, at } = event;
        Self { event, detail, at: at.to_rfc3339() }
    }
}
