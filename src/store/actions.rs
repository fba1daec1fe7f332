//! Actions, their links to clusters, and what happened to them.

use std::collections::HashMap;

use super::change_log::Entity;
use super::clock::new_id;
use super::db::{Row, Tx, Value};
use super::{Store, StoreError};
use crate::domain::action::{Action, ActionState, ActionText};
use crate::domain::id::{ActionId, ClusterId};
use crate::domain::time::{Day, Timestamp};

const SELECT_ACTIONS: &str = "SELECT id, title, description, owner, due_day, state, created_at_us,
  updated_at_us, implemented_at_us
FROM action
ORDER BY updated_at_us DESC, id";
const SELECT_ACTION: &str = "SELECT id, title, description, owner, due_day, state, created_at_us,
  updated_at_us, implemented_at_us
FROM action
WHERE id = $1";
const SELECT_LINKS: &str = "SELECT action_id, cluster_id FROM action_cluster ORDER BY action_id, cluster_id";
const INSERT_ACTION: &str = "INSERT INTO action (
  id, title, description, owner, due_day, state, created_at_us, updated_at_us
) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
const UPDATE_TEXT: &str = "UPDATE action
SET title = $2, description = $3, owner = $4, due_day = $5, updated_at_us = $6
WHERE id = $1";
const UPDATE_STATE: &str = "UPDATE action
SET state = $2, updated_at_us = $3, implemented_at_us = COALESCE(implemented_at_us, $4)
WHERE id = $1";
const TOUCH: &str = "UPDATE action SET updated_at_us = $2 WHERE id = $1";
const LINK: &str = "INSERT INTO action_cluster (action_id, cluster_id) VALUES ($1, $2)
ON CONFLICT (action_id, cluster_id) DO NOTHING";
const UNLINK: &str = "DELETE FROM action_cluster WHERE action_id = $1 AND cluster_id = $2";
const INSERT_EVENT: &str = "INSERT INTO action_event (action_id, event, detail, at_us)
VALUES ($1, $2, $3, $4)";
const SELECT_EVENTS: &str = "SELECT event, detail, at_us FROM action_event WHERE action_id = $1 ORDER BY seq";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_ACTIONS,
    SELECT_ACTION,
    SELECT_LINKS,
    INSERT_ACTION,
    UPDATE_TEXT,
    UPDATE_STATE,
    TOUCH,
    LINK,
    UNLINK,
    INSERT_EVENT,
    SELECT_EVENTS,
];

/// Something that happened to an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionEvent {
    /// `created`, `edited`, `moved`, `linked` or `unlinked`.
    pub event: String,
    /// The new title, the new state or the cluster's id.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Every action, last changed first.
    pub async fn actions(&self) -> Result<Vec<Action>, StoreError> {
        let mut links = self.action_links().await?;
        let rows = self.db.rows(SELECT_ACTIONS, &[]).await?;
        rows.iter()
            .map(|row| {
                let mut action = action_from(row)?;
                action.clusters = links.remove(&action.id).unwrap_or_default();
                Ok(action)
            })
            .collect()
    }

    /// One action.
    pub async fn action(&self, id: ActionId) -> Result<Option<Action>, StoreError> {
        let Some(row) = self.db.row(SELECT_ACTION, &[id.as_bytes().into()]).await? else { return Ok(None) };
        let mut action = action_from(&row)?;
        action.clusters = self.action_links().await?.remove(&id).unwrap_or_default();
        Ok(Some(action))
    }

    /// What happened to an action, first to last.
    pub async fn action_events(&self, id: ActionId) -> Result<Vec<ActionEvent>, StoreError> {
        let rows = self.db.rows(SELECT_EVENTS, &[id.as_bytes().into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(ActionEvent { event: row.text(0)?, detail: row.text(1)?, at: Timestamp(row.int(2)?) })
            })
            .collect()
    }

    /// Creates an action in draft, linked to `clusters`. The text must have been checked. An unknown
    /// cluster is a constraint error and nothing is written.
    pub async fn create_action(
        &self,
        text: &ActionText,
        clusters: &[ClusterId],
    ) -> Result<ActionId, StoreError> {
        let id = ActionId(new_id());
        let now = self.clock.now();
        let values = [
            id.as_bytes().into(),
            text.title.as_str().into(),
            text.description.as_str().into(),
            text.owner.as_deref().into(),
            text.due.map(|day| i64::from(day.0)).into(),
            ActionState::Draft.name().into(),
            now.0.into(),
        ];
        let mut tx = self.db.begin().await?;
        tx.execute(INSERT_ACTION, &values).await?;
        tx.note_event(id, "created", &text.title, now).await?;
        for cluster in clusters {
            tx.execute(LINK, &[id.as_bytes().into(), cluster.as_bytes().into()]).await?;
            tx.note_event(id, "linked", &cluster.to_string(), now).await?;
        }
        tx.log_upserts(Entity::Action, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Replaces what people wrote; says whether there is such an action.
    pub async fn edit_action(&self, id: ActionId, text: &ActionText) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let values = [
            id.as_bytes().into(),
            text.title.as_str().into(),
            text.description.as_str().into(),
            text.owner.as_deref().into(),
            text.due.map(|day| i64::from(day.0)).into(),
            now.0.into(),
        ];
        let mut tx = self.db.begin().await?;
        if tx.execute(UPDATE_TEXT, &values).await? == 0 {
            return Ok(false);
        }
        tx.note_event(id, "edited", &text.title, now).await?;
        tx.log_upserts(Entity::Action, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Moves an action to another state. `None` when there is no such action; `Some(Err(state))` when
    /// it may not move there from `state`, where it stays.
    pub async fn move_action(
        &self,
        id: ActionId,
        next: ActionState,
    ) -> Result<Option<Result<(), ActionState>>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let Some(row) = tx.row(SELECT_ACTION, &[id.as_bytes().into()]).await? else { return Ok(None) };
        let standing = action_from(&row)?.state;
        if !standing.next_states().contains(&next) {
            return Ok(Some(Err(standing)));
        }
        let implemented = (next == ActionState::Implemented).then_some(now.0);
        let values = [id.as_bytes().into(), next.name().into(), now.0.into(), implemented.into()];
        tx.execute(UPDATE_STATE, &values).await?;
        tx.note_event(id, "moved", next.name(), now).await?;
        tx.log_upserts(Entity::Action, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(Some(Ok(())))
    }

    /// Links an action to a cluster, or takes the link away; says whether anything changed.
    pub async fn link_action(
        &self,
        id: ActionId,
        cluster: ClusterId,
        linked: bool,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let (statement, event) = if linked { (LINK, "linked") } else { (UNLINK, "unlinked") };
        let mut tx = self.db.begin().await?;
        if tx.execute(statement, &[id.as_bytes().into(), cluster.as_bytes().into()]).await? == 0 {
            return Ok(false);
        }
        tx.execute(TOUCH, &[id.as_bytes().into(), now.0.into()]).await?;
        tx.note_event(id, event, &cluster.to_string(), now).await?;
        tx.log_upserts(Entity::Action, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn action_links(&self) -> Result<HashMap<ActionId, Vec<ClusterId>>, StoreError> {
        let mut links: HashMap<ActionId, Vec<ClusterId>> = HashMap::new();
        for row in self.db.rows(SELECT_LINKS, &[]).await? {
            let (action, cluster) = (row.bytes(0)?, row.bytes(1)?);
            let bad =
                |column| StoreError::bad_data("action_cluster", column, format!("{action:?} {cluster:?}"));
            links
                .entry(ActionId::from_slice(&action).ok_or_else(|| bad("action_id"))?)
                .or_default()
                .push(ClusterId::from_slice(&cluster).ok_or_else(|| bad("cluster_id"))?);
        }
        Ok(links)
    }
}

impl Tx {
    async fn note_event(
        &mut self,
        action: ActionId,
        event: &str,
        detail: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values: [Value<'_>; 4] = [action.as_bytes().into(), event.into(), detail.into(), at.0.into()];
        self.execute(INSERT_EVENT, &values).await.map(drop)
    }
}

fn action_from(row: &Row) -> Result<Action, StoreError> {
    let bytes = row.bytes(0)?;
    let state = row.text(5)?;
    let due = row
        .opt_int(4)?
        .map(|number| {
            i32::try_from(number).map_err(|_| StoreError::bad_data("action", "due_day", number.to_string()))
        })
        .transpose()?;
    Ok(Action {
        id: ActionId::from_slice(&bytes)
            .ok_or_else(|| StoreError::bad_data("action", "id", format!("{bytes:?}")))?,
        text: ActionText {
            title: row.text(1)?,
            description: row.text(2)?,
            owner: row.opt_text(3)?,
            due: due.map(Day),
        },
        state: ActionState::from_name(&state)
            .ok_or_else(|| StoreError::bad_data("action", "state", state))?,
        clusters: Vec::new(),
        created_at: Timestamp(row.int(6)?),
        updated_at: Timestamp(row.int(7)?),
        implemented_at: row.opt_int(8)?.map(Timestamp),
    })
}
