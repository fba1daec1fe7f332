//! `raiz taxonomy`: the answers a label can have, their versions, and a new version from a file.

mod export;
mod import;
mod show;
mod told;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Outcome;
use crate::config::Config;
use crate::domain::label::Axis;

#[derive(Subcommand)]
pub(super) enum Taxonomy {
    /// Every term with its names and how many complaints have it, and the versions there have been
    List,
    /// One term: what it means, examples, and sentences that belong elsewhere
    Show(Show),
    /// What differs between two versions
    Diff(Diff),
    /// Publish a version from a file, or with --dry-run show what it would change
    Import(Import),
    /// Write a version as a file that can be edited and imported
    Export(Export),
}

#[derive(Args)]
pub(super) struct Show {
    /// Id of the term, alone or after its axis: delay, failure_type.delay
    #[arg(value_name = "ID")]
    term: String,
}

#[derive(Args)]
pub(super) struct Diff {
    /// Number of the earlier version
    #[arg(value_name = "A")]
    earlier: i64,
    /// Number of the later version
    #[arg(value_name = "B")]
    later: i64,
}

#[derive(Args)]
pub(super) struct Import {
    /// A taxonomy in TOML or JSON, as `export` writes it
    #[arg(value_name = "FILE")]
    draft: PathBuf,
    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,
    /// A term that goes, and the one that takes its complaints: failure_type.usage=other
    #[arg(long, value_name = "AXIS.OLD=NEW", value_parser = successor)]
    retire: Vec<Successor>,
    /// What to say about the version
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

#[derive(Args)]
#[command(disable_version_flag = true)]
pub(super) struct Export {
    /// Number of the version; without it, the one in force
    #[arg(long = "version", id = "version_number", value_name = "N")]
    version: Option<i64>,
    /// toml, or json as the API takes it
    #[arg(long, id = "taxonomy_format", value_enum, default_value_t = Format::Toml)]
    format: Format,
    /// Where to write; without it, standard output
    #[arg(long, id = "taxonomy_out", value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The shapes a version can be written in.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Toml,
    Json,
}

/// A term that goes and who takes its complaints.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Successor {
    axis: Axis,
    old: String,
    new: String,
}

fn successor(text: &str) -> Result<Successor, String> {
    let parts = text.split_once('=').and_then(|(old, new)| Some((old.split_once('.')?, new)));
    let Some(((axis, old), new)) = parts.filter(|((_, old), new)| !old.is_empty() && !new.is_empty()) else {
        return Err("write it as AXIS.OLD=NEW, e.g. failure_type.usage=other".to_owned());
    };
    let axes = Axis::ALL.map(Axis::name).join(", ");
    let axis = Axis::from_name(axis).ok_or_else(|| format!("unknown axis `{axis}`; write one of: {axes}"))?;
    Ok(Successor { axis, old: old.to_owned(), new: new.to_owned() })
}

impl Taxonomy {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        match self {
            Self::List => show::list(config).await,
            Self::Show(show) => show.run(config).await,
            Self::Diff(diff) => diff.run(config).await,
            Self::Import(import) => import.run(config).await,
            Self::Export(export) => export.run(config).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_successor_is_read_or_the_form_is_told() {
        let read = successor("failure_type.usage=other").expect("well written");
        assert_eq!((read.axis, read.old.as_str(), read.new.as_str()), (Axis::FailureType, "usage", "other"));
        for wrong in ["usage=other", "failure_type.usage", "failure_type.=other", "colour.red=blue", ""] {
            assert!(successor(wrong).is_err(), "{wrong}");
        }
    }
}
