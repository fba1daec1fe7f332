//! Telling subscribers of signals and mentions: what waits is gathered into messages when it is due, and each message
//! is sent until the other side takes it or it is given up. A sender that dies leaves its message to the
//! next one, which sends the same signals under the same id.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Pipeline, PipelineError, compute};
use crate::config::{Config, MailConfig};
use crate::domain::id::SubscriptionId;
use crate::domain::language::Language;
use crate::domain::subscription::{Channel, Subscription, Wish, pause_after};
use crate::domain::time::{MICROS_PER_SECOND, Timestamp};
use crate::i18n::Locale;
use crate::i18n::signals::subject;
use crate::notify::webhook::{self, Post};
use crate::notify::wording::{self, Content, Mentioned, Told};
use crate::notify::{SendError, mail};
use crate::store::mentions::Mention;
use crate::store::outbox::Claimed;

/// How messages leave, from the settings.
#[derive(Debug)]
pub(super) struct Courier {
    mail: MailConfig,
    link: String,
    allow_private: bool,
}

impl Courier {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            mail: config.mail.clone(),
            link: config.notify.link.clone().unwrap_or_else(|| format!("http://{}", config.service.address)),
            allow_private: config.notify.allow_private_addresses,
        }
    }
}

/// What a delivery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Messages the other side took.
    pub sent: usize,
    /// Messages that are tried again later.
    pub postponed: usize,
    /// Messages that are not tried any more.
    pub given_up: usize,
}

impl Pipeline {
    /// What links to this service begin with.
    pub fn link(&self) -> &str {
        &self.courier.link
    }

    /// Gathers what is due and sends what waits; one attempt a message.
    pub async fn deliver(&self) -> Result<Delivered, PipelineError> {
        let mut delivered = Delivered::default();
        let subscriptions: BTreeMap<SubscriptionId, Subscription> =
            self.store.subscriptions().await?.into_iter().map(|one| (one.id, one)).collect();
        if subscriptions.is_empty() {
            return Ok(delivered);
        }
        for (id, since) in self.store.waiting_notices().await? {
            let Some(Subscription { wish, .. }) = subscriptions.get(&id) else { continue };
            let recent = self.store.recent_messages(id).await?;
            if wish.is_due(since, recent, self.store.clock().now(), &self.zone) {
                self.store.gather_notices(id).await?;
            }
        }
        while let Some(claimed) = self.store.claim_message().await? {
            // Made after the list was read: the lease brings it back.
            let Some(subscription) = subscriptions.get(&claimed.subscription) else { continue };
            let (id, attempts) = (claimed.id, claimed.attempts);
            match self.send(&subscription.wish, claimed).await? {
                Ok(()) => {
                    self.store.message_sent(id).await?;
                    delivered.sent += 1;
                }
                Err(error) => {
                    let again = self.try_again(&subscription.wish, &error, attempts);
                    let left =
                        if again.is_some() { &mut delivered.postponed } else { &mut delivered.given_up };
                    *left += 1;
                    tracing::warn!(
                        message.id = %id,
                        attempts,
                        given_up = again.is_none(),
                        "a message was not taken"
                    );
                    self.store.message_failed(id, &error.reason, again).await?;
                }
            }
        }
        Ok(delivered)
    }

    fn try_again(&self, wish: &Wish, error: &SendError, attempts: u32) -> Option<Timestamp> {
        let pause = pause_after(attempts).filter(|_| !error.permanent)?;
        Some(wish.after_quiet(Timestamp(self.store.clock().now().0 + pause), &self.zone))
    }

    async fn send(&self, wish: &Wish, message: Claimed) -> Result<Result<(), SendError>, PipelineError> {
        let locale = if wish.language == Language::English { Locale::En } else { Locale::Es };
        let titles: HashMap<String, String> = self
            .store
            .clusters()
            .await?
            .into_iter()
            .map(|cluster| (cluster.id.to_string(), cluster.title))
            .collect();
        let taxonomy = self.taxonomy();
        let signals = message.signals.into_iter().map(|signal| {
            let title = titles.get(&signal.node.key).map(String::as_str);
            Told { subject: subject(locale, &taxonomy, title, &signal.node), signal }
        });
        let mentions = message.mentions.into_iter().map(|Mention { cluster, person, at }| {
            let cluster = cluster.to_string();
            Mentioned { title: titles.get(&cluster).unwrap_or(&cluster).clone(), cluster, person, at }
        });
        let told = Content { signals: signals.collect(), mentions: mentions.collect() };
        let (courier, channel) = (Arc::clone(&self.courier), wish.channel.clone());
        let timestamp_s = self.store.clock().now().0.div_euclid(MICROS_PER_SECOND);
        let id = message.id.to_string();
        compute(move || match &channel {
            Channel::Mail { address } => {
                mail::send(&courier.mail, address, &id, &wording::letter(locale, &told, &courier.link))
            }
            Channel::Webhook { url, secret } => {
                let body = wording::body(locale, &id, &told, &courier.link);
                let allow_private = courier.allow_private;
                let post = Post { url, id: &id, timestamp_s, body: &body, allow_private };
                webhook::send(&post, &secret.0)
            }
        })
        .await
    }
}
