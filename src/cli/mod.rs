//! The command line: reads arguments and settings, calls the other rooms, and tells people what
//! happened. Results go to standard output, everything else to standard error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this room speaks to people on the terminal")]

mod analyse;
mod calibrate;
mod changes;
mod classify;
mod clusters;
mod completions;
mod demo;
mod discover;
mod doctor;
mod evaluate;
mod explain;
mod import;
mod labelled;
mod logs;
mod models;
mod notify;
pub mod process;
mod progress;
mod reindex;
mod review;
mod serve;
mod settings;
mod simulate;
mod taxonomy;
mod train;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, ConfigError};

/// How a command ended; the number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Everything was done.
    Done = 0,
    /// It failed; standard error says why.
    Failed = 1,
    // 2 is the argument parser's: the command was not understood.
    /// An import ended and some rows were refused; the file beside says which.
    SomeRejected = 3,
    /// The settings cannot be used.
    BadSettings = 4,
    /// `doctor` found something to mend.
    Unwell = 5,
}

const EXIT_CODES: &str = "Exit codes:
  0  everything was done
  1  it failed; standard error says why
  2  the command was not understood
  3  an import ended and some rows or answers were refused
  4  the settings cannot be used
  5  doctor found something to mend";

#[derive(Parser)]
#[command(
    name = "raiz",
    version,
    about = "Reads a company's complaints together: recurring failures, early warnings, actions that worked",
    after_help = EXIT_CODES,
    arg_required_else_help = true,
    propagate_version = true
)]
struct Arguments {
    /// Settings file; without it, raiz.toml in the working folder when there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for database, index and models
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// What to log, e.g. warn or info,raiz=debug
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what raiz is for: a year and a half of invented complaints, analysed and served
    Demo(demo::Demo),
    /// Write a stream of invented complaints, with planted incidents, to a file
    Simulate(simulate::Simulate),
    /// Take complaints in from files: CSV, NDJSON, JSON or Excel, plain, .gz or .zst
    Import(import::Import),
    /// Run every step over what was taken in, until nothing is left to do
    Analyse(analyse::Analyse),
    /// Serve pages and API, and run the steps in the background
    Serve(serve::Serve),
    /// Train the classifier of an axis from labelled texts
    Train(train::Train),
    /// Hand complaints in doubt to people who label elsewhere, and take their answers in
    #[command(subcommand)]
    Review(review::Review),
    /// The answers a label can have, their versions, and a new version from a file
    #[command(subcommand)]
    Taxonomy(taxonomy::Taxonomy),
    /// Models of each question: a new one beside the one in force, put to work, taken back
    #[command(subcommand)]
    Models(models::Models),
    /// Fit how sure the model in force may say it is on recent labelled texts, as a version to compare and promote
    Calibrate(calibrate::Calibrate),
    /// Judge a classifier on labelled texts it has not seen
    #[command(subcommand)]
    Evaluate(evaluate::Evaluate),
    /// The recurring failures: list, show, explain, merge, split, move, retire
    #[command(subcommand)]
    Clusters(clusters::Clusters),
    /// Look at all complaints afresh and propose changes to clusters; nothing changes before somebody accepts
    Discover(discover::Discover),
    /// Label texts: one a line in, one JSON object a line out
    Classify(classify::Classify),
    /// Say why a complaint, or a text, has its labels
    Explain(explain::Explain),
    /// Early warning by hand
    #[command(subcommand)]
    Watch(watch::Watch),
    /// The register of what was changed: releases, prices, lots; alerts name suspects from it
    #[command(subcommand)]
    Changes(changes::Changes),
    /// Who is told of which signals, a test of the way, and a delivery by hand
    #[command(subcommand)]
    Notify(notify::Notify),
    /// Build the search index anew from the database
    Reindex,
    /// Look for what is wrong and say how to mend it
    Doctor,
    /// Show or check the settings
    #[command(subcommand)]
    Config(settings::Settings),
    /// Print the completion script of a shell
    Completions(completions::Completions),
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    let Arguments { config, data_dir, log, command } = Arguments::parse();
    if let Command::Completions(completions) = command {
        completions.run();
        return exit(Outcome::Done);
    }
    let settings = load(config, data_dir, log);
    if let Command::Doctor = command {
        return with_runtime(|runtime| runtime.block_on(doctor::run(settings)));
    }
    let config = match settings {
        Ok(config) => config,
        Err(error) => {
            eprintln!("error: {error}");
            return exit(Outcome::BadSettings);
        }
    };
    logs::start(&config.log, matches!(command, Command::Serve(_)));
    with_runtime(|runtime| match command {
        Command::Demo(demo) => runtime.block_on(demo.run(config)),
        Command::Simulate(simulate) => simulate.run(&config),
        Command::Import(import) => runtime.block_on(import.run(config)),
        Command::Analyse(analyse) => runtime.block_on(analyse.run(config)),
        Command::Serve(serve) => runtime.block_on(serve.run(config)),
        Command::Train(train) => train.run(),
        Command::Review(review) => runtime.block_on(review.run(config)),
        Command::Taxonomy(taxonomy) => runtime.block_on(taxonomy.run(config)),
        Command::Models(models) => runtime.block_on(models.run(config)),
        Command::Calibrate(calibrate) => runtime.block_on(calibrate.run(config)),
        Command::Evaluate(evaluate) => evaluate.run(),
        Command::Clusters(clusters) => runtime.block_on(clusters.run(config)),
        Command::Discover(discover) => runtime.block_on(discover.run(config)),
        Command::Classify(classify) => classify.run(&config),
        Command::Explain(explain) => runtime.block_on(explain.run(config)),
        Command::Watch(watch) => runtime.block_on(watch.run(config)),
        Command::Changes(changes) => runtime.block_on(changes.run(config)),
        Command::Notify(notify) => runtime.block_on(notify.run(config)),
        Command::Reindex => runtime.block_on(reindex::run(config)),
        Command::Config(settings) => settings.run(&config),
        Command::Doctor | Command::Completions(_) => Ok(Outcome::Done),
    })
}

fn load(
    config: Option<PathBuf>,
    data_dir: Option<PathBuf>,
    log: Option<String>,
) -> Result<Config, ConfigError> {
    let mut settings = Config::load(config.as_deref(), |name| std::env::var(name).ok())?;
    settings.data_dir = data_dir.unwrap_or(settings.data_dir);
    settings.log.level = log.unwrap_or(settings.log.level);
    Ok(settings)
}

fn with_runtime(work: impl FnOnce(&tokio::runtime::Runtime) -> anyhow::Result<Outcome>) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| work(&runtime));
    match outcome {
        Ok(outcome) => exit(outcome),
        Err(error) => {
            eprintln!("error: {error:#}");
            exit(Outcome::Failed)
        }
    }
}

fn exit(outcome: Outcome) -> ExitCode {
    ExitCode::from(outcome as u8)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
