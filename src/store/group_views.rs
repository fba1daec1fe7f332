//! Questions about groups that people keep under a name.

use super::{Store, StoreError};

/// Longest name of a kept question.
pub const MAX_NAME_CHARS: usize = 60;
/// Longest question.
pub const MAX_QUESTION_CHARS: usize = 400;

const SELECT_VIEWS: &str = "SELECT name, question FROM group_view ORDER BY name";
const UPSERT_VIEW: &str = "INSERT INTO group_view (name, question) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET question = excluded.question";
const DELETE_VIEW: &str = "DELETE FROM group_view WHERE name = $1";

pub(super) const STATEMENTS: &[&str] = &[SELECT_VIEWS, UPSERT_VIEW, DELETE_VIEW];

impl Store {
    /// The kept questions by name: name and question.
    pub async fn group_views(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.db.rows(SELECT_VIEWS, &[]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// Keeps a question under a name, in place of one that has it.
    pub async fn keep_group_view(&self, name: &str, question: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.execute(UPSERT_VIEW, &[name.into(), question.into()]).await?;
        tx.commit().await
    }

    /// Forgets a question; false when none has the name.
    pub async fn drop_group_view(&self, name: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let dropped = tx.execute(DELETE_VIEW, &[name.into()]).await? > 0;
        tx.commit().await?;
        Ok(dropped)
    }
}
