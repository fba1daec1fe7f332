//! `raiz notify`: who is told of which signals, a test of the way, and a delivery by hand.

use anyhow::Context;
use clap::{Args, Subcommand};

use super::Outcome;
use crate::config::Config;
use crate::domain::id::SubscriptionId;
use crate::domain::subscription::{Channel, Scope, Subscription};
use crate::pipeline::Pipeline;
use crate::pipeline::notify::Delivered;
use crate::store::Clock;
use crate::store::outbox::MessageState;

/// Messages looked through for the outcome of a test.
const RECENT: usize = 100;

#[derive(Subcommand)]
pub(super) enum Notify {
    /// Every subscription: its id, which signals, and how they are told
    Subscriptions,
    /// Send a test message to a subscriber and say what became of it
    Test(Test),
    /// Send what is due, once; `raiz serve` does it by itself
    Run,
}

#[derive(Args)]
pub(super) struct Test {
    /// Id of the subscription, as `raiz notify subscriptions` prints it
    #[arg(value_name = "ID")]
    subscription: SubscriptionId,
}

impl Notify {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let outcome = match self {
            Self::Subscriptions => {
                for subscription in pipeline.store.subscriptions().await? {
                    println!("{}", told(&subscription));
                }
                Outcome::Done
            }
            Self::Test(Test { subscription }) => test(&pipeline, subscription).await?,
            Self::Run => {
                let Delivered { sent, postponed, given_up } = pipeline.deliver().await?;
                println!("{sent} messages sent, {postponed} to be tried again, {given_up} given up");
                Outcome::Done
            }
        };
        pipeline.store.close().await;
        Ok(outcome)
    }
}

async fn test(pipeline: &Pipeline, id: SubscriptionId) -> anyhow::Result<Outcome> {
    let missing = || format!("no subscription {id}; `raiz notify subscriptions` prints them");
    pipeline.store.subscription(id).await?.with_context(missing)?;
    let message = pipeline.store.post_test(id).await?;
    pipeline.deliver().await?;
    let lines = pipeline.store.messages(RECENT).await?;
    let line = lines.into_iter().find(|line| line.id == message).context("the test message is gone")?;
    match line.state {
        MessageState::Sent => println!("the test was taken"),
        _ => {
            eprintln!("the test was not taken: {}", line.reason.unwrap_or_default());
            return Ok(Outcome::Failed);
        }
    }
    Ok(Outcome::Done)
}

/// A subscription in a line; a secret is no part of it.
fn told(subscription: &Subscription) -> String {
    let wish = &subscription.wish;
    let scope = match &wish.scope {
        Scope::Everything => "everything".to_owned(),
        Scope::Node(node) => format!("{}/{}", node.dimension.name(), node.key),
        Scope::Area(area) => format!("area {area}"),
        Scope::Owner(owner) => format!("owner {owner}"),
    };
    let way = match &wish.channel {
        Channel::Mail { address } => format!("mail {address}"),
        Channel::Webhook { url, .. } => format!("webhook {url}"),
    };
    format!("{}  {scope}  {}  {way}", subscription.id, wish.rhythm.name())
}
