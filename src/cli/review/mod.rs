//! `raiz review`: labels judged outside raiz, in a spreadsheet or a labelling tool.

mod exchange;
mod export;
mod import;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Outcome;
use crate::config::Config;
use crate::domain::label::Axis;
use crate::domain::review::Queue;
use exchange::Format;

#[derive(Subcommand)]
pub(super) enum Review {
    /// Write the complaints most worth a look, redacted, with what the model proposes
    Export(Export),
    /// Take answers in from a file `export` wrote and people filled, or a labelling tool exported
    Import(Import),
}

#[derive(Args)]
pub(super) struct Export {
    /// Where to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Which question
    #[arg(long, value_enum, default_value_t = AxisName::FailureType)]
    axis: AxisName,
    /// Which complaints: the model is unsure, judged by one other person, or in dispute
    #[arg(long, value_enum, default_value_t = QueueName::Unsure)]
    queue: QueueName,
    /// Who will judge; `--queue second` leaves out what this person judged
    #[arg(long, value_name = "NAME", default_value = "")]
    reviewer: String,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// csv; label-studio and argilla write JSON lines as those tools import them
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(Args)]
pub(super) struct Import {
    /// CSV with the columns complaint_id, axis and value, or JSON lines or an array as Label Studio and Argilla
    /// write them
    file: PathBuf,
    /// Who judged, where the file does not say
    #[arg(long, value_name = "NAME", default_value = "")]
    reviewer: String,
    /// The answers settle disputes
    #[arg(long)]
    adjudicate: bool,
}

/// The questions, by name.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(in crate::cli) enum AxisName {
    Kind,
    ProductArea,
    FailureType,
}

impl From<AxisName> for Axis {
    fn from(name: AxisName) -> Self {
        match name {
            AxisName::Kind => Self::Kind,
            AxisName::ProductArea => Self::ProductArea,
            AxisName::FailureType => Self::FailureType,
        }
    }
}

/// The queues, by name.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum QueueName {
    Unsure,
    Second,
    Disputed,
}

impl From<QueueName> for Queue {
    fn from(name: QueueName) -> Self {
        match name {
            QueueName::Unsure => Self::Unsure,
            QueueName::Second => Self::Second,
            QueueName::Disputed => Self::Disputed,
        }
    }
}

impl Review {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        match self {
            Self::Export(export) => export.run(config).await,
            Self::Import(import) => import.run(config).await,
        }
    }
}
