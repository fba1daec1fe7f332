//! What is to be told to whom. A notice is written in the transaction that raises its signal, a mention in the
//! one that keeps its comment, once for each subscriber; a message carries what is due to one subscriber, always
//! the same however often it is tried.

use super::change_log::Entity;
use super::clock::new_id;
use super::db::{Row, Tx, Value};
use super::mentions::{Mention, TAKE_MENTIONS};
use super::signals::signal_from;
use super::subscriptions::{SELECT_SUBSCRIPTIONS, subscription_from};
use super::{Store, StoreError};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::{MessageId, SignalId, SubscriptionId};
use crate::domain::signal::Signal;
use crate::domain::subscription::Subject;
use crate::domain::time::{MICROS_PER_SECOND, Timestamp};

const SELECT_ABOUT: &str = "SELECT id, product_area, owner FROM cluster WHERE id = $1";
const INSERT_NOTICE: &str = "INSERT INTO notice (subscription_id, signal_id, created_at_us)
VALUES ($1, $2, $3)
ON CONFLICT (subscription_id, signal_id) DO NOTHING";
const SELECT_WAITING: &str = "SELECT subscription_id, CAST(MIN(created_at_us) AS BIGINT)
FROM (
  SELECT subscription_id, created_at_us FROM notice WHERE message_id IS NULL
  UNION ALL
  SELECT subscription_id, created_at_us FROM mention WHERE message_id IS NULL
) waiting
GROUP BY subscription_id
ORDER BY 2, 1";
const COUNT_RECENT: &str = "SELECT CAST(COUNT(*) AS BIGINT)
FROM message
WHERE subscription_id = $1 AND created_at_us > $2 AND test = 0";
const INSERT_MESSAGE: &str = "INSERT INTO message (
  id, subscription_id, state, test, attempts, due_us, created_at_us
) VALUES ($1, $2, 'waiting', $3, 0, $4, $4)";
const TAKE_NOTICES: &str = "UPDATE notice SET message_id = $2
WHERE subscription_id = $1 AND message_id IS NULL";
const SELECT_DUE: &str = "SELECT id, subscription_id, test, attempts
FROM message
WHERE state = 'waiting' AND due_us <= $1
ORDER BY due_us, id
LIMIT 1";
const LEASE: &str = "UPDATE message SET due_us = $2, attempts = attempts + 1
WHERE id = $1 AND state = 'waiting' AND due_us <= $3";
const SELECT_CARRIED: &str = "SELECT s.id, s.dimension, s.node, s.period_start, s.period_end, s.evidence,
  s.state, s.note, s.raised_at_us
FROM notice n
JOIN signal s ON s.id = n.signal_id
WHERE n.message_id = $1
ORDER BY s.score DESC, s.id";
const MARK_SENT: &str = "UPDATE message SET state = 'sent', sent_at_us = $2, reason = NULL
WHERE id = $1 AND state = 'waiting'";
const MARK_FAILED: &str = "UPDATE message SET state = $2, due_us = $3, reason = $4
WHERE id = $1 AND state = 'waiting'";
const SELECT_MESSAGES: &str = "SELECT m.id, m.subscription_id, m.state, m.test, m.attempts, m.due_us,
  m.reason, m.created_at_us, m.sent_at_us,
  CAST((SELECT COUNT(*) FROM notice n WHERE n.message_id = m.id)
    + (SELECT COUNT(*) FROM mention t WHERE t.message_id = m.id) AS BIGINT)
FROM message m
ORDER BY m.created_at_us DESC, m.id DESC
LIMIT $1";

pub(super) const STATEMENTS: &[&str] = &[
    SELECT_ABOUT,
    INSERT_NOTICE,
    SELECT_WAITING,
    COUNT_RECENT,
    INSERT_MESSAGE,
    TAKE_NOTICES,
    SELECT_DUE,
    LEASE,
    SELECT_CARRIED,
    MARK_SENT,
    MARK_FAILED,
    SELECT_MESSAGES,
];

/// How long a sender holds a message. One that died gives it back after this.
const LEASE_MICROS: i64 = 120 * MICROS_PER_SECOND;
/// The time over which a subscriber's limit counts.
const HOUR_MICROS: i64 = 3_600 * MICROS_PER_SECOND;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// To be sent, or to be tried again.
    Waiting,
    /// The other side has taken it.
    Sent,
    /// Not tried any more.
    GivenUp,
}

impl MessageState {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::GivenUp].into_iter().find(|state| state.name() == name)
    }
}

/// A message a sender holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Its identity, the same at every attempt.
    pub id: MessageId,
    /// For whom.
    pub subscription: SubscriptionId,
    /// The signals it tells, the most striking first.
    pub signals: Vec<Signal>,
    /// The mentions it tells, oldest first.
    pub mentions: Vec<Mention>,
    /// Whether it only tries the way.
    pub test: bool,
    /// Attempts, this one counted.
    pub attempts: u32,
}

/// A message as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// Its identity.
    pub id: MessageId,
    /// For whom.
    pub subscription: SubscriptionId,
    /// Where it stands.
    pub state: MessageState,
    /// Whether it only tries the way.
    pub test: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// When it is tried next, while it waits.
    pub due: Timestamp,
    /// What went wrong last.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was taken.
    pub sent_at: Option<Timestamp>,
    /// Signals and mentions it tells.
    pub told: i64,
}

impl Store {
    /// Subscribers for whom something waits that no message carries yet, and since when.
    pub async fn waiting_notices(&self) -> Result<Vec<(SubscriptionId, Timestamp)>, StoreError> {
        let rows = self.db.rows(SELECT_WAITING, &[]).await?;
        rows.iter().map(|row| Ok((subscription_at(row, 0)?, Timestamp(row.int(1)?)))).collect()
    }

    /// Messages made for a subscriber in the last hour, tests not counted.
    pub async fn recent_messages(&self, subscription: SubscriptionId) -> Result<u32, StoreError> {
        let since = self.clock.now().0 - HOUR_MICROS;
        let row = self.db.row(COUNT_RECENT, &[subscription.as_bytes().into(), since.into()]).await?;
        row.map_or(Ok(0), |row| Ok(u32::try_from(row.int(0)?).unwrap_or(u32::MAX)))
    }

    /// Puts all that waits for a subscriber into one message; `None` when nothing waits.
    pub async fn gather_notices(
        &self,
        subscription: SubscriptionId,
    ) -> Result<Option<MessageId>, StoreError> {
        let mut tx = self.db.begin().await?;
        let id = tx.new_message(subscription, false, self.clock.now()).await?;
        // Of two senders that gather at once, the second finds nothing left here.
        let values = [subscription.as_bytes().into(), id.as_bytes().into()];
        let notices = tx.execute(TAKE_NOTICES, &values).await?;
        let mentions = tx.execute(TAKE_MENTIONS, &values).await?;
        if notices + mentions == 0 {
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(id))
    }

    /// A message that tells nothing and only tries the way.
    pub async fn post_test(&self, subscription: SubscriptionId) -> Result<MessageId, StoreError> {
        let mut tx = self.db.begin().await?;
        let id = tx.new_message(subscription, true, self.clock.now()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The message that is longest due, held for this caller until its lease ends.
    pub async fn claim_message(&self) -> Result<Option<Claimed>, StoreError> {
        let now = self.clock.now();
        loop {
            let mut tx = self.db.begin().await?;
            let Some(row) = tx.row(SELECT_DUE, &[now.0.into()]).await? else { return Ok(None) };
            let (id, subscription) = (message_at(&row, 0)?, subscription_at(&row, 1)?);
            let lease = [id.as_bytes().into(), (now.0 + LEASE_MICROS).into(), now.0.into()];
            if tx.execute(LEASE, &lease).await? == 0 {
                // Another sender was quicker.
                continue;
            }
            let carried = tx.rows(SELECT_CARRIED, &[id.as_bytes().into()]).await?;
            let signals = carried.iter().map(signal_from).collect::<Result<_, _>>()?;
            let mentions = tx.carried_mentions(id).await?;
            let (test, attempts) = (row.int(2)? != 0, row.int(3)? + 1);
            tx.commit().await?;
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            return Ok(Some(Claimed { id, subscription, signals, mentions, test, attempts }));
        }
    }

    /// Keeps that the other side has taken a message.
    pub async fn message_sent(&self, id: MessageId) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.execute(MARK_SENT, &[id.as_bytes().into(), now.0.into()]).await?;
        tx.log_upserts(Entity::Message, [id.as_bytes()], now).await?;
        tx.commit().await
    }

    /// Keeps why a message could not be sent, and when it is tried again; `None` gives it up.
    pub async fn message_failed(
        &self,
        id: MessageId,
        reason: &str,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let state = if again.is_some() { MessageState::Waiting } else { MessageState::GivenUp };
        let due = again.unwrap_or(now);
        let mut tx = self.db.begin().await?;
        let values = [id.as_bytes().into(), state.name().into(), due.0.into(), reason.into()];
        tx.execute(MARK_FAILED, &values).await?;
        tx.log_upserts(Entity::Message, [id.as_bytes()], now).await?;
        tx.commit().await
    }

    /// The newest messages, at most `limit`.
    pub async fn messages(&self, limit: usize) -> Result<Vec<MessageLine>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.db.rows(SELECT_MESSAGES, &[limit.into()]).await?.iter().map(line_from).collect()
    }
}

impl Tx {
    /// Writes a notice of a raised signal for every subscriber who wants it.
    pub(super) async fn enqueue_notices(
        &mut self,
        signal: SignalId,
        node: &Node,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let rows = self.rows(SELECT_SUBSCRIPTIONS, &[]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let subject = self.subject(node).await?;
        for row in &rows {
            let subscription = subscription_from(row)?;
            if subscription.wish.scope.covers(&subject) {
                let values = [subscription.id.as_bytes().into(), signal.as_bytes().into(), now.0.into()];
                self.execute(INSERT_NOTICE, &values).await?;
            }
        }
        Ok(())
    }

    async fn subject(&mut self, node: &Node) -> Result<Subject, StoreError> {
        let mut subject = Subject { node: node.clone(), area: None, owner: None };
        subject.area = node.pair().map(|[area, _]| area.key);
        let cluster = node.key.parse::<crate::domain::id::ClusterId>();
        if let (Dimension::Cluster, Ok(cluster)) = (node.dimension, cluster)
            && let Some(row) = self.row(SELECT_ABOUT, &[cluster.as_bytes().into()]).await?
        {
            subject.area = row.opt_text(1)?;
            subject.owner = row.opt_text(2)?;
        }
        Ok(subject)
    }

    async fn new_message(
        &mut self,
        subscription: SubscriptionId,
        test: bool,
        now: Timestamp,
    ) -> Result<MessageId, StoreError> {
        let id = MessageId(new_id());
        let values: [Value<'_>; 4] =
            [id.as_bytes().into(), subscription.as_bytes().into(), test.into(), now.0.into()];
        self.execute(INSERT_MESSAGE, &values).await?;
        self.log_upserts(Entity::Message, [id.as_bytes()], now).await?;
        Ok(id)
    }
}

fn line_from(row: &Row) -> Result<MessageLine, StoreError> {
    let state = row.text(2)?;
    Ok(MessageLine {
        id: message_at(row, 0)?,
        subscription: subscription_at(row, 1)?,
        state: MessageState::from_name(&state)
            .ok_or_else(|| StoreError::bad_data("message", "state", state))?,
        test: row.int(3)? != 0,
        attempts: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
        due: Timestamp(row.int(5)?),
        reason: row.opt_text(6)?,
        created_at: Timestamp(row.int(7)?),
        sent_at: row.opt_int(8)?.map(Timestamp),
        told: row.int(9)?,
    })
}

fn message_at(row: &Row, column: usize) -> Result<MessageId, StoreError> {
    let bytes = row.bytes(column)?;
    MessageId::from_slice(&bytes).ok_or_else(|| StoreError::bad_data("message", "id", format!("{bytes:?}")))
}

fn subscription_at(row: &Row, column: usize) -> Result<SubscriptionId, StoreError> {
    let bytes = row.bytes(column)?;
    SubscriptionId::from_slice(&bytes)
        .ok_or_else(|| StoreError::bad_data("message", "subscription_id", format!("{bytes:?}")))
}
