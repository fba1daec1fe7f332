//! Who wants to hear of which signals. A webhook's secret is kept as it is, for signatures need it; no
//! answer of the service holds it again.

use super::change_log::Entity;
use super::clock::new_id;
use super::db::{Row, Value};
use super::{Store, StoreError};
use crate::domain::counts::{Dimension, Node};
use crate::domain::id::SubscriptionId;
use crate::domain::language::Language;
use crate::domain::subscription::{Channel, QuietHours, Rhythm, Scope, Secret, Subscription, Wish};
use crate::domain::time::Timestamp;

pub(super) const SELECT_SUBSCRIPTIONS: &str = "SELECT id, scope, dimension, node, channel, address, secret,
  rhythm, language, quiet_from, quiet_until, per_hour, created_at_us
FROM subscription
ORDER BY id";
const INSERT_SUBSCRIPTION: &str = "INSERT INTO subscription (
  id, scope, dimension, node, channel, address, secret, rhythm, language, quiet_from, quiet_until, per_hour,
  created_at_us
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const DELETE_SUBSCRIPTION: &str = "DELETE FROM subscription WHERE id = $1";

pub(super) const STATEMENTS: &[&str] = &[SELECT_SUBSCRIPTIONS, INSERT_SUBSCRIPTION, DELETE_SUBSCRIPTION];

impl Store {
    /// Every subscription, oldest first.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.db.rows(SELECT_SUBSCRIPTIONS, &[]).await?.iter().map(subscription_from).collect()
    }

    /// One subscription.
    pub async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        Ok(self.subscriptions().await?.into_iter().find(|subscription| subscription.id == id))
    }

    /// Takes up a wish, which must have been checked. Only signals raised from now on are told.
    pub async fn subscribe(&self, wish: &Wish) -> Result<SubscriptionId, StoreError> {
        let id = SubscriptionId(new_id());
        let now = self.clock.now();
        let (dimension, node) = match &wish.scope {
            Scope::Everything => (None, None),
            Scope::Node(node) => (Some(node.dimension.name()), Some(node.key.as_str())),
            Scope::Area(key) | Scope::Owner(key) => (None, Some(key.as_str())),
        };
        let (channel, address, secret) = match &wish.channel {
            Channel::Mail { address } => ("mail", address, None),
            Channel::Webhook { url, secret: Secret(secret) } => ("webhook", url, Some(secret.as_str())),
        };
        let hour = |of: fn(QuietHours) -> i8| Value::Int(wish.quiet.map(|quiet| i64::from(of(quiet))));
        let values = [
            id.as_bytes().into(),
            wish.scope.name().into(),
            dimension.into(),
            node.into(),
            channel.into(),
            address.as_str().into(),
            secret.into(),
            wish.rhythm.name().into(),
            wish.language.code().into(),
            hour(|quiet| quiet.from),
            hour(|quiet| quiet.until),
            i64::from(wish.per_hour).into(),
            now.0.into(),
        ];
        let mut tx = self.db.begin().await?;
        tx.execute(INSERT_SUBSCRIPTION, &values).await?;
        tx.log_upserts(Entity::Subscription, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Ends a subscription; what waited for it is not sent. Says whether there was one.
    pub async fn unsubscribe(&self, id: SubscriptionId) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if tx.execute(DELETE_SUBSCRIPTION, &[id.as_bytes().into()]).await? == 0 {
            return Ok(false);
        }
        tx.log_upserts(Entity::Subscription, [id.as_bytes()], now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

pub(super) fn subscription_from(row: &Row) -> Result<Subscription, StoreError> {
    let bad = |column, value: &str| StoreError::bad_data("subscription", column, value);
    let bytes = row.bytes(0)?;
    let id = SubscriptionId::from_slice(&bytes).ok_or_else(|| bad("id", &format!("{bytes:?}")))?;
    let key = row.opt_text(3)?.unwrap_or_default();
    let scope = match row.text(1)?.as_str() {
        "everything" => Scope::Everything,
        "area" => Scope::Area(key),
        "owner" => Scope::Owner(key),
        "node" => {
            let name = row.opt_text(2)?.unwrap_or_default();
            let dimension = Dimension::from_name(&name).ok_or_else(|| bad("dimension", &name))?;
            Scope::Node(Node { dimension, key })
        }
        other => return Err(bad("scope", other)),
    };
    let address = row.text(5)?;
    let channel = match row.text(4)?.as_str() {
        "mail" => Channel::Mail { address },
        "webhook" => Channel::Webhook { url: address, secret: Secret(row.opt_text(6)?.unwrap_or_default()) },
        other => return Err(bad("channel", other)),
    };
    let (rhythm, language) = (row.text(7)?, row.text(8)?);
    let hour = |column| Ok::<_, StoreError>(row.opt_int(column)?.and_then(|hour| i8::try_from(hour).ok()));
    let quiet = match (hour(9)?, hour(10)?) {
        (Some(from), Some(until)) => Some(QuietHours { from, until }),
        _ => None,
    };
    let wish = Wish {
        scope,
        channel,
        rhythm: Rhythm::from_name(&rhythm).ok_or_else(|| bad("rhythm", &rhythm))?,
        language: Language::from_code(&language),
        quiet,
        per_hour: u32::try_from(row.int(11)?).map_err(|_| bad("per_hour", "out of range"))?,
    };
    Ok(Subscription { id, wish, created_at: Timestamp(row.int(12)?) })
}
