//! A subscription on the wire. A webhook's secret is not part of it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::subscription::{Channel, Scope, Subscription, Wish};

/// Who is told of which signals, and how.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscription)]
pub struct SubscriptionAnswer {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// `everything`, `node`, `area` or `owner`.
    scope: &'static str,
    /// The dimension of the series, when the scope is one.
    dimension: Option<&'static str>,
    /// The series, the area or the owner.
    key: Option<String>,
    /// `mail` or `webhook`.
    channel: &'static str,
    /// The e-mail address or the URL.
    address: String,
    /// `at_once`, `daily` or `weekly`.
    rhythm: &'static str,
    /// `es` or `en`.
    language: &'static str,
    /// First quiet hour.
    quiet_from: Option<i8>,
    /// First hour that is not quiet any more.
    quiet_until: Option<i8>,
    /// Messages an hour, at most.
    per_hour: u32,
    /// Since when.
    #[schema(format = "date-time")]
    created_at: String,
}

impl From<Subscription> for SubscriptionAnswer {
    fn from(subscription: Subscription) -> Self {
        let Subscription { id, wish, created_at } = subscription;
        let Wish { scope, channel, rhythm, language, quiet, per_hour } = wish;
        let name = scope.name();
        let (dimension, key) = match scope {
            Scope::Everything => (None, None),
            Scope::Node(node) => (Some(node.dimension.name()), Some(node.key)),
            Scope::Area(key) | Scope::Owner(key) => (None, Some(key)),
        };
        let (channel, address) = match channel {
            Channel::Mail { address } => ("mail", address),
            Channel::Webhook { url, secret: _ } => ("webhook", url),
        };
        Self {
            id: id.to_string(),
            scope: name,
            dimension,
            key,
            channel,
            address,
            rhythm: rhythm.name(),
            language: language.code(),
            quiet_from: quiet.map(|quiet| quiet.from),
            quiet_until: quiet.map(|quiet| quiet.until),
            per_hour,
            created_at: created_at.to_rfc3339(),
        }
    }
}
