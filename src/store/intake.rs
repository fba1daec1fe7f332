//! Taking complaints in: one transaction makes a batch durable and hands it to the pipeline.

use std::collections::HashSet;

use super::clock::new_id;
use super::db::{Tx, Value};
use super::idempotency::{IdempotencyKey, KeyUse};
use super::{Store, StoreError};
use crate::domain::complaint::NewComplaint;
use crate::domain::id::ComplaintId;
use crate::domain::time::Timestamp;

const INSERT_COMPLAINTS: &str = "INSERT INTO complaint (
  id, source, external_id, received_at_us, received_day, stored_at_us, declared_language,
  product, sub_product, issue, sub_issue, company, region, channel, customer, extra
)";
const COMPLAINT_COLUMNS: usize = 16;
const ONLY_NEW: &str = "ON CONFLICT DO NOTHING RETURNING id";
const INSERT_ORIGINALS: &str = "INSERT INTO complaint_original (complaint_id, body)";
const INSERT_PENDING: &str = "INSERT INTO pending_analysis (complaint_id, lease_until_us)";
const SELECT_KNOWN: &str = "SELECT id FROM complaint WHERE source = $1 AND external_id = $2";

pub(super) const STATEMENTS: &[&str] = &[SELECT_KNOWN];

/// What became of one complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new and now durable.
    Stored(ComplaintId),
    /// Its source had already sent one with the same external id; nothing was changed.
    Known(ComplaintId),
}

impl Taken {
    /// The complaint's id, new or known.
    pub fn id(self) -> ComplaintId {
        match self {
            Self::Stored(id) | Self::Known(id) => id,
        }
    }
}

/// What one sender hands in at once.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Checked complaints.
    pub complaints: Vec<NewComplaint>,
    /// The sender's idempotency key, when there is one.
    pub key: Option<IdempotencyKey>,
}

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// One answer per complaint, in the same order.
    Taken(Vec<Taken>),
    /// Its key was used for another request before; nothing was stored.
    KeyReused,
}

impl Store {
    /// Stores checked complaints in one transaction; the answers come in the same order. When this
    /// returns, what is `Stored` survives a power cut.
    pub async fn take_in(&self, complaints: &[NewComplaint]) -> Result<Vec<Taken>, StoreError> {
        let mut tx = self.db.begin().await?;
        let taken = take_in(&mut tx, complaints, self.clock.now()).await?;
        tx.commit().await?;
        Ok(taken)
    }

    /// Stores several senders' submissions in one transaction, each answered apart.
    pub async fn take_in_submissions(
        &self,
        submissions: &[Submission],
    ) -> Result<Vec<Submitted>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        // The log's lock comes first: two nodes with the same key take turns from here on.
        tx.lock_change_log().await?;
        let mut answers = Vec::with_capacity(submissions.len());
        let mut unkeyed = Vec::new();
        for Submission { complaints, key } in submissions {
            let Some(key) = key else {
                unkeyed.extend_from_slice(complaints);
                answers.push(None);
                continue;
            };
            answers.push(Some(match tx.key_use(key).await? {
                KeyUse::Taken => Submitted::KeyReused,
                KeyUse::Answered(taken) => Submitted::Taken(taken),
                KeyUse::Free => {
                    let taken = take_in(&mut tx, complaints, now).await?;
                    tx.keep_answer(key, &taken, now).await?;
                    Submitted::Taken(taken)
                }
            }));
        }
        let mut taken = take_in(&mut tx, &unkeyed, now).await?.into_iter();
        tx.commit().await?;
        Ok(answers
            .into_iter()
            .zip(submissions)
            .map(|(answer, submission)| {
                answer.unwrap_or_else(|| {
                    Submitted::Taken(taken.by_ref().take(submission.complaints.len()).collect())
                })
            })
            .collect())
    }
}

async fn take_in(tx: &mut Tx, complaints: &[NewComplaint], now: Timestamp) -> Result<Vec<Taken>, StoreError> {
    if complaints.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ComplaintId> = complaints.iter().map(|_| ComplaintId(new_id())).collect();
    let mut values = Vec::with_capacity(complaints.len() * COMPLAINT_COLUMNS);
    for (id, complaint) in ids.iter().zip(complaints) {
        push_complaint(&mut values, id, complaint, now);
    }
    // The lock comes before the rows: two nodes that take locks in one order cannot block each other.
    tx.lock_change_log().await?;
    let returned = tx.insert_many(INSERT_COMPLAINTS, ONLY_NEW, COMPLAINT_COLUMNS, &values).await?;
    let new: HashSet<Vec<u8>> = returned.iter().map(|row| row.bytes(0)).collect::<Result<_, _>>()?;

    let stored = || ids.iter().zip(complaints).filter(|(id, _)| new.contains(id.as_bytes().as_slice()));
    let originals: Vec<Value<'_>> = stored()
        .filter_map(|(id, complaint)| {
            Some([Value::from(id.as_bytes()), Value::from(complaint.text.as_deref()?)])
        })
        .flatten()
        .collect();
    tx.insert_many(INSERT_ORIGINALS, "", 2, &originals).await?;
    let pending: Vec<Value<'_>> =
        stored().flat_map(|(id, _)| [Value::from(id.as_bytes()), Value::from(0_i64)]).collect();
    tx.insert_many(INSERT_PENDING, "", 2, &pending).await?;
    tx.log_received(stored().map(|(id, _)| id.as_bytes()), now).await?;

    let mut taken = Vec::with_capacity(complaints.len());
    for (id, complaint) in ids.iter().zip(complaints) {
        if new.contains(id.as_bytes().as_slice()) {
            taken.push(Taken::Stored(*id));
        } else {
            taken.push(Taken::Known(known_id(tx, complaint).await?));
        }
    }
    Ok(taken)
}

async fn known_id(tx: &mut Tx, complaint: &NewComplaint) -> Result<ComplaintId, StoreError> {
    let key = [complaint.source.as_str().into(), complaint.external_id.as_deref().into()];
    let missing = || StoreError::bad_data("complaint", "external_id", "refused as known, yet not found");
    let id = tx.row(SELECT_KNOWN, &key).await?.ok_or_else(missing)?.bytes(0)?;
    ComplaintId::from_slice(&id).ok_or_else(missing)
}

fn push_complaint<'a>(
    values: &mut Vec<Value<'a>>,
    id: &'a ComplaintId,
    complaint: &'a NewComplaint,
    now: Timestamp,
) {
    let NewComplaint { source, external_id, received_at, received_day, text: _, declared_language, facts } =
        complaint;
    values.extend([
        id.as_bytes().into(),
        source.as_str().into(),
        external_id.as_deref().into(),
        received_at.0.into(),
        received_day.0.into(),
        now.0.into(),
        declared_language.map(|language| language.code()).into(),
    ]);
    values.extend(facts.named().into_iter().map(|(_, value)| Value::from(value)));
    values.push(if facts.extra.is_empty() {
        Value::Text(None)
    } else {
        serde_json::to_string(&facts.extra).expect("a map of strings is always JSON").into()
    });
}
