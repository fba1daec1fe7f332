//! Comments that speak to somebody: written down with the comment, once for each subscriber of that name, until
//! a message carries them.

use super::StoreError;
use super::db::{Row, Tx};
use super::subscriptions::{SELECT_SUBSCRIPTIONS, subscription_from};
use crate::domain::id::{ClusterId, MessageId};
use crate::domain::time::Timestamp;

const INSERT_MENTION: &str = "INSERT INTO mention (subscription_id, comment_seq, created_at_us)
VALUES ($1, $2, $3)";
pub(super) const TAKE_MENTIONS: &str = "UPDATE mention SET message_id = $2
WHERE subscription_id = $1 AND message_id IS NULL";
const SELECT_CARRIED: &str = "SELECT c.cluster_id, c.person, c.at_us
FROM mention t
JOIN cluster_comment c ON c.seq = t.comment_seq
WHERE t.message_id = $1
ORDER BY c.seq";

pub(super) const STATEMENTS: &[&str] = &[INSERT_MENTION, TAKE_MENTIONS, SELECT_CARRIED];

/// A comment that speaks to the reader. What it says stays in the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The group it is about.
    pub cluster: ClusterId,
    /// Who wrote it, where that is known.
    pub person: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Writes the comment down for every subscriber it speaks to.
    pub(super) async fn enqueue_mentions(
        &mut self,
        comment: i64,
        mentioned: &[String],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if mentioned.is_empty() {
            return Ok(());
        }
        for row in self.rows(SELECT_SUBSCRIPTIONS, &[]).await? {
            let subscription = subscription_from(&row)?;
            if subscription.wish.scope.is_spoken_to(mentioned) {
                let values = [subscription.id.as_bytes().into(), comment.into(), now.0.into()];
                self.execute(INSERT_MENTION, &values).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn carried_mentions(&mut self, message: MessageId) -> Result<Vec<Mention>, StoreError> {
        self.rows(SELECT_CARRIED, &[message.as_bytes().into()]).await?.iter().map(mention_from).collect()
    }
}

fn mention_from(row: &Row) -> Result<Mention, StoreError> {
    let bytes = row.bytes(0)?;
    let cluster = ClusterId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data("cluster_comment", "cluster_id", format!("{bytes:?}")))?;
    Ok(Mention { cluster, person: row.opt_text(1)?, at: Timestamp(row.int(2)?) })
}
