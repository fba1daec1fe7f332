//! What the organisation changed, as far as it was registered.

use std::collections::BTreeMap;

use super::change_log::Entity;
use super::clock::new_id;
use super::db::Row;
use super::{Store, StoreError};
use crate::domain::id::RegisteredChangeId;
use crate::domain::registered_change::{ChangeText, RegisteredChange};
use crate::domain::time::{Day, Timestamp};

const SELECT_CHANGES: &str = "SELECT id, external_id, kind, title, note, day, touches, registered_at_us
FROM registered_change
ORDER BY day DESC, id";
const INSERT_CHANGE: &str = "INSERT INTO registered_change (
  id, external_id, kind, title, note, day, touches, registered_at_us
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (external_id) DO NOTHING";
const DELETE_CHANGE: &str = "DELETE FROM registered_change WHERE id = $1";

pub(super) const STATEMENTS: &[&str] = &[SELECT_CHANGES, INSERT_CHANGE, DELETE_CHANGE];

impl Store {
    /// Every registered change, latest day first.
    pub async fn registered_changes(&self) -> Result<Vec<RegisteredChange>, StoreError> {
        self.db.rows(SELECT_CHANGES, &[]).await?.iter().map(change_from).collect()
    }

    /// Registers changes, all of them or none. One whose external id is known changes nothing and has `None`
    /// in the answer, which is in the order of `texts`. They must have been checked.
    pub async fn register_changes(
        &self,
        texts: &[ChangeText],
    ) -> Result<Vec<Option<RegisteredChangeId>>, StoreError> {
        let now = self.clock.now();
        let mut answer = Vec::with_capacity(texts.len());
        let mut tx = self.db.begin().await?;
        for text in texts {
            let id = RegisteredChangeId(new_id());
            let touches = serde_json::to_string(&text.touches).expect("a map of texts always becomes JSON");
            let values = [
                id.as_bytes().into(),
                text.external_id.as_deref().into(),
                text.kind.as_str().into(),
                text.title.as_str().into(),
                text.note.as_str().into(),
                text.day.0.into(),
                touches.into(),
                now.0.into(),
            ];
            answer.push((tx.execute(INSERT_CHANGE, &values).await? > 0).then_some(id));
        }
        let made: Vec<_> = answer.iter().flatten().map(RegisteredChangeId::as_bytes).collect();
        tx.log_upserts(Entity::RegisteredChange, made, now).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// Takes a change out of the register, as when it was registered by mistake; says whether there was one.
    pub async fn forget_change(&self, id: RegisteredChangeId) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        if tx.execute(DELETE_CHANGE, &[id.as_bytes().into()]).await? == 0 {
            return Ok(false);
        }
        tx.log_upserts(Entity::RegisteredChange, [id.as_bytes()], self.clock.now()).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn change_from(row: &Row) -> Result<RegisteredChange, StoreError> {
    let bad = |column, value: String| StoreError::bad_data("registered_change", column, value);
    let id = row.bytes(0)?;
    let id = RegisteredChangeId::from_slice(&id).ok_or_else(|| bad("id", format!("{id:?}")))?;
    let (day, touches) = (row.int(5)?, row.text(6)?);
    let day = i32::try_from(day).map(Day).map_err(|_| bad("day", day.to_string()))?;
    let touches: BTreeMap<String, String> =
        serde_json::from_str(&touches).map_err(|_| bad("touches", touches.clone()))?;
    Ok(RegisteredChange {
        id,
        text: ChangeText {
            external_id: row.opt_text(1)?,
            kind: row.text(2)?,
            title: row.text(3)?,
            note: row.text(4)?,
            day,
            touches,
        },
        registered_at: Timestamp(row.int(7)?),
    })
}
