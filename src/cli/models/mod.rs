//! `raiz models`: which models there are, a new one beside the one in force, and the word that puts it to
//! work or takes it back.

mod compare;
pub(super) mod drift;
mod list;
mod promote;
pub(super) mod told;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Outcome;
use super::review::AxisName;
use crate::config::Config;

#[derive(Subcommand)]
pub(super) enum Models {
    /// The models of each question: in force, compared, earlier; and every promotion
    List,
    /// Judge a trained model and the one in force on the same texts; nothing is put to work
    Compare(Compare),
    /// Put a compared model to work, and give labels anew
    Promote(Promote),
    /// Take the last promotion of a question back
    Rollback(Rollback),
    /// Whether the models in force still fit what comes in, and whether to train anew
    Drift(Drift),
}

#[derive(Args)]
pub(super) struct Drift {
    /// One JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Compare {
    /// Folder of the new model, as `raiz train` wrote it
    #[arg(value_name = "NEW")]
    model: PathBuf,
    /// Which question it answers; without it, the one it was trained on
    #[arg(long, value_enum)]
    axis: Option<AxisName>,
    /// Labelled texts neither model has seen; without it, what people decided
    #[arg(long, value_name = "FILE", requires = "label")]
    data: Option<PathBuf>,
    /// Column with the label
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Column with the text; recognised by its name when not given
    #[arg(long, value_name = "COLUMN", requires = "data")]
    text: Option<String>,
    /// The whole report as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Promote {
    /// Name of a compared model, as `raiz models list` shows it
    #[arg(value_name = "NAME")]
    model: String,
    /// What to say about it
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

#[derive(Args)]
pub(super) struct Rollback {
    /// Which question
    #[arg(value_enum)]
    axis: AxisName,
    /// What to say about it
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

impl Models {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        match self {
            Self::List => list::run(config).await,
            Self::Compare(compare) => compare.run(config).await,
            Self::Promote(promote) => promote.run(config).await,
            Self::Rollback(rollback) => rollback.run(config).await,
            Self::Drift(drift) => drift.run(config).await,
        }
    }
}
