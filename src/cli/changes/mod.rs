//! `raiz changes`: the register of what the organisation changed, so that alerts can name suspects.

mod import;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use super::Outcome;
use crate::config::Config;
use crate::domain::complaint::FieldError;
use crate::domain::id::RegisteredChangeId;
use crate::domain::registered_change::{ChangeText, RegisteredChange};
use crate::domain::time::Day;
use crate::pipeline::Pipeline;
use crate::store::Clock;

#[derive(Subcommand)]
pub(super) enum Changes {
    /// Every registered change, latest first
    List,
    /// Register one change
    Add(Add),
    /// Register the changes of a CSV file with the columns day, kind, title and, if you like, id and note; any
    /// other column is a fact that the change touches
    Import(Import),
    /// Take a change out of the register
    Remove(Remove),
}

#[derive(Args)]
pub(super) struct Add {
    /// The day it took effect, e.g. 2026-10-30
    #[arg(long, value_name = "DATE", value_parser = day)]
    day: Day,
    /// release, price, supplier_lot, process or any other word
    #[arg(long, value_name = "WORD")]
    kind: String,
    /// What was changed, in a line
    #[arg(value_name = "TITLE")]
    title: String,
    /// More about it
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    /// A fact of the complaints it can have touched: version=8.4
    #[arg(long, value_name = "NAME=VALUE", value_parser = fact)]
    touches: Vec<(String, String)>,
}

#[derive(Args)]
pub(super) struct Import {
    /// A CSV file with a row of names
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args)]
pub(super) struct Remove {
    /// Id of the change, as `raiz changes list` prints it
    #[arg(value_name = "ID")]
    change: RegisteredChangeId,
}

fn day(text: &str) -> Result<Day, String> {
    Day::from_iso(text).ok_or_else(|| "write a day such as 2026-12-01".to_owned())
}

fn fact(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl Changes {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let store = &pipeline.store;
        let outcome = match self {
            Self::List => {
                let changes = store.registered_changes().await?;
                changes.iter().for_each(|change| println!("{}", told(change)));
                if changes.is_empty() {
                    println!("no change is registered; `raiz changes add` or `import` registers some");
                }
                Outcome::Done
            }
            Self::Add(Add { day, kind, title, note, touches }) => {
                let touches = touches.into_iter().collect();
                let text = ChangeText { external_id: None, kind, title, note, day, touches };
                text.check().map_err(|errors| anyhow::anyhow!(in_a_line(&errors)))?;
                let made = store.register_changes(&[text]).await?.pop().flatten();
                println!("registered as {}", made.context("a change without external id is always new")?);
                Outcome::Done
            }
            Self::Import(import) => import.run(store).await?,
            Self::Remove(Remove { change }) => {
                if !store.forget_change(change).await? {
                    bail!("no change {change}; `raiz changes list` prints them");
                }
                println!("{change} is out of the register");
                Outcome::Done
            }
        };
        pipeline.store.close().await;
        Ok(outcome)
    }
}

/// A change in a line.
fn told(change: &RegisteredChange) -> String {
    let ChangeText { kind, title, day, touches, .. } = &change.text;
    let facts: Vec<String> = touches.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let facts = if facts.is_empty() { String::new() } else { format!("  ({})", facts.join(", ")) };
    format!("{}  {day}  {kind}  {title}{facts}", change.id)
}

fn in_a_line(errors: &[FieldError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
