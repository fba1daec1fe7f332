//! The truth: complaints, labels, clusters, counts, signals and actions in SQLite or PostgreSQL. Only
//! this room knows SQL. Everything else in the house (index, models, charts) can be rebuilt from here.
//!
//! One file per aggregate adds its methods to [`Store`]; writes that belong together share one
//! transaction, and every write leaves a row in `change_log`.

pub mod actions;
pub mod analysis;
pub mod calibrations;
pub mod change_log;
pub mod checkpoints;
pub mod clock;
pub mod cluster_decisions;
pub mod cluster_history;
pub mod cluster_life;
pub mod clusters;
pub mod complaints;
pub mod counts;
mod db;
pub mod emerging;
mod error;
pub mod group_views;
pub mod idempotency;
pub mod intake;
pub mod intake_queue;
pub mod judgements;
pub mod kind_counts;
pub mod label_span;
pub mod mentions;
mod migrations;
pub mod outbox;
pub mod promotions;
pub mod proposals;
pub mod registered_changes;
pub mod signal_life;
pub mod signals;
pub mod subscriptions;
pub mod taxonomy;

pub use clock::Clock;
pub use db::{EngineName, without_password};
pub use error::StoreError;

use db::Db;

/// The store. Cheap to clone: clones share connections and clock.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    clock: Clock,
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), making and migrating it as needed.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, StoreError> {
        let db = Db::open(url).await?;
        let store = Self { db, clock };
        migrations::apply(&store.db, store.clock.now()).await?;
        Ok(store)
    }

    /// The clock all writes are stamped by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Which engine holds the data.
    pub fn engine(&self) -> EngineName {
        self.db.engine()
    }

    /// Answers whether the database can be reached and written to.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let tx = self.db.begin().await?;
        tx.commit().await
    }

    /// Prepares every statement of the house on this engine; the first refused one is the error.
    /// This is what keeps one SQL text valid on both engines.
    pub async fn prepare_all(&self) -> Result<usize, StoreError> {
        let files = [
            actions::STATEMENTS,
            analysis::STATEMENTS,
            calibrations::STATEMENTS,
            change_log::STATEMENTS,
            checkpoints::STATEMENTS,
            cluster_decisions::STATEMENTS,
            cluster_history::STATEMENTS,
            cluster_life::STATEMENTS,
            clusters::STATEMENTS,
            complaints::STATEMENTS,
            counts::STATEMENTS,
            emerging::STATEMENTS,
            group_views::STATEMENTS,
            idempotency::STATEMENTS,
            intake::STATEMENTS,
            judgements::STATEMENTS,
            kind_counts::STATEMENTS,
            label_span::STATEMENTS,
            mentions::STATEMENTS,
            outbox::STATEMENTS,
            promotions::STATEMENTS,
            proposals::STATEMENTS,
            registered_changes::STATEMENTS,
            signal_life::STATEMENTS,
            signals::STATEMENTS,
            subscriptions::STATEMENTS,
            taxonomy::STATEMENTS,
        ];
        for sql in files.iter().copied().flatten() {
            self.db.prepare(sql).await?;
        }
        Ok(files.iter().map(|statements| statements.len()).sum())
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
