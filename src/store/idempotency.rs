//! First answers by idempotency key: a request that is sent again gets the first answer again. The
//! answer is written by the transaction that stores the complaints, so that no crash can come between.

use super::StoreError;
use super::db::Tx;
use super::intake::Taken;
use crate::domain::id::ComplaintId;
use crate::domain::time::Timestamp;

const SELECT_ANSWER: &str = "SELECT request_hash, answer FROM idempotency WHERE key = $1";
const INSERT_ANSWER: &str = "INSERT INTO idempotency (key, request_hash, answer, stored_at_us)
VALUES ($1, $2, $3, $4)";
const DELETE_OLD: &str = "DELETE FROM idempotency WHERE stored_at_us < $1";

pub(super) const STATEMENTS: &[&str] = &[SELECT_ANSWER, INSERT_ANSWER, DELETE_OLD];

/// How long a first answer is kept.
const KEPT_US: i64 = 7 * 86_400 * 1_000_000;

/// A key a sender chose, and a hash of what it was sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The sender's key.
    pub key: String,
    /// SHA-256 of the request: the same key with another request is refused.
    pub request_hash: [u8; 32],
}

/// What is known about a key.
pub(super) enum KeyUse {
    /// Nobody has used it.
    Free,
    /// The same request was answered with this.
    Answered(Vec<Taken>),
    /// Another request has used it.
    Taken,
}

impl Tx {
    pub(super) async fn key_use(&mut self, key: &IdempotencyKey) -> Result<KeyUse, StoreError> {
        let Some(row) = self.row(SELECT_ANSWER, &[key.key.as_str().into()]).await? else {
            return Ok(KeyUse::Free);
        };
        if row.bytes(0)? != key.request_hash {
            return Ok(KeyUse::Taken);
        }
        let answer = row.text(1)?;
        let first: Vec<(bool, ComplaintId)> = serde_json::from_str(&answer)
            .map_err(|_| StoreError::bad_data("idempotency", "answer", answer))?;
        Ok(KeyUse::Answered(
            first
                .into_iter()
                .map(|(stored, id)| if stored { Taken::Stored(id) } else { Taken::Known(id) })
                .collect(),
        ))
    }

    pub(super) async fn keep_answer(
        &mut self,
        key: &IdempotencyKey,
        taken: &[Taken],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let answer: Vec<(bool, ComplaintId)> =
            taken.iter().map(|taken| (matches!(taken, Taken::Stored(_)), taken.id())).collect();
        let answer = serde_json::to_string(&answer).expect("a list of ids is always JSON");
        let values =
            [key.key.as_str().into(), key.request_hash.as_slice().into(), answer.into(), now.0.into()];
        self.execute(INSERT_ANSWER, &values).await?;
        self.execute(DELETE_OLD, &[(now.0 - KEPT_US).into()]).await.map(drop)
    }
}
