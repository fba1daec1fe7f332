//! `raiz doctor`: looks at settings, folder, database, models and index, and says how to mend what is
//! wrong.

use std::path::Path;

use super::Outcome;
use super::models::drift::sentence;
use crate::config::{Config, ConfigError};
use crate::domain::label::Axis;
use crate::learn::classifier::Classifier;
use crate::learn::word_vectors::WordVectors;
use crate::pipeline::Pipeline;
use crate::pipeline::drift::{Drift, Verdict};
use crate::search::index::SearchIndex;
use crate::store::{Clock, Store};

/// A finding: what was looked at, what was seen, and what to do when it is not well.
struct Finding {
    what: &'static str,
    seen: Result<String, (String, &'static str)>,
}

pub(super) async fn run(settings: Result<Config, ConfigError>) -> anyhow::Result<Outcome> {
    let findings = match settings {
        Err(error) => vec![Finding {
            what: "settings",
            seen: Err((error.to_string(), "mend the named setting; `raiz config show` prints them all")),
        }],
        Ok(config) => look(&config).await,
    };
    let mut outcome = Outcome::Done;
    for finding in &findings {
        match &finding.seen {
            Ok(seen) => println!("well   {:<10} {seen}", finding.what),
            Err((seen, remedy)) => {
                outcome = Outcome::Unwell;
                println!("UNWELL {:<10} {seen}\n       to mend it: {remedy}", finding.what);
            }
        }
    }
    Ok(outcome)
}

async fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        Finding { what: "settings", seen: Ok(format!("time zone {}", config.organisation.time_zone)) },
        Finding { what: "folder", seen: look_at_folder(&config.data_dir) },
    ];
    let exists = config.database.url.is_some() || config.data_dir.join("raiz.db").exists();
    if !exists {
        let seen = Ok("none yet: `raiz import FILE` makes it".to_owned());
        findings.push(Finding { what: "database", seen });
        return findings;
    }
    match Store::open(&config.database_url(), Clock::System).await {
        Err(error) => {
            let remedy = "check database.url, that the server runs and that this user may write";
            findings.push(Finding {
                what: "database",
                seen: Err((format!("{:#}", anyhow::Error::from(error)), remedy)),
            });
        }
        Ok(store) => {
            findings.push(Finding { what: "database", seen: look_at_store(&store).await });
            findings.push(Finding { what: "index", seen: look_at_index(config, &store).await });
            store.close().await;
        }
    }
    findings.push(Finding { what: "models", seen: look_at_models(&config.models_dir()) });
    if let Some(folder) = &config.grouping.word_vectors {
        findings.push(Finding { what: "word vectors", seen: look_at_vectors(folder) });
    }
    findings.push(Finding { what: "drift", seen: look_at_drift(config).await });
    findings
}

fn look_at_folder(folder: &Path) -> Result<String, (String, &'static str)> {
    if !folder.exists() {
        return Ok(format!("{} will be made when it is needed", folder.display()));
    }
    let probe = folder.join(".doctor");
    match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Ok(folder.display().to_string()),
        Err(error) => {
            let remedy = "give this user the right to write there, or choose another with --data-dir";
            Err((format!("{} cannot be written: {error}", folder.display()), remedy))
        }
    }
}

async fn look_at_store(store: &Store) -> Result<String, (String, &'static str)> {
    let figures = async {
        store.ping().await?;
        Ok::<_, crate::store::StoreError>((store.complaint_total().await?, store.pending().await?))
    };
    match figures.await {
        Ok((total, 0)) => Ok(format!("{:?}, {total} complaints, all analysed", store.engine())),
        Ok((total, pending)) => {
            Ok(format!("{:?}, {total} complaints, {pending} wait for `raiz analyse`", store.engine()))
        }
        Err(error) => Err((error.to_string(), "free disk space, or restore the backup")),
    }
}

async fn look_at_index(config: &Config, store: &Store) -> Result<String, (String, &'static str)> {
    let opened = match SearchIndex::open(&config.index_dir()) {
        Ok(opened) => opened,
        Err(error) => return Err((error.to_string(), "run `raiz reindex`")),
    };
    let last = store.last_change().await.unwrap_or(0);
    match opened.checkpoint {
        Some(checkpoint) if checkpoint.seq >= last => Ok("up to date".to_owned()),
        Some(checkpoint) => Ok(format!("{} changes behind; `raiz serve` catches up", last - checkpoint.seq)),
        None if last == 0 => Ok("empty, as the database is".to_owned()),
        None => Ok("empty; `raiz serve` or `raiz reindex` fills it".to_owned()),
    }
}

fn look_at_vectors(folder: &Path) -> Result<String, (String, &'static str)> {
    match WordVectors::load(folder) {
        Ok(vectors) => Ok(format!(
            "{}, {} parts of words of {} numbers",
            vectors.name(),
            vectors.rows(),
            vectors.dimensions()
        )),
        Err(error) => {
            let remedy = "name the folder of a model2vec model in grouping.word_vectors, or leave it out";
            Err((error.to_string(), remedy))
        }
    }
}

fn look_at_models(folder: &Path) -> Result<String, (String, &'static str)> {
    let mut own = Vec::new();
    for axis in Axis::ALL {
        let path = folder.join(axis.name());
        if path.exists() {
            match Classifier::load_of_texts(&path) {
                Ok((_, card)) => own.push(card.name),
                Err(error) => {
                    let remedy =
                        "train it again with `raiz train`, or remove its folder to use the bundled one";
                    return Err((error.to_string(), remedy));
                }
            }
        }
    }
    Ok(if own.is_empty() { "the bundled ones".to_owned() } else { own.join(", ") })
}

/// Whether a model in force no longer fits what comes in.
async fn look_at_drift(config: &Config) -> Result<String, (String, &'static str)> {
    let seen = async {
        let pipeline = Pipeline::open(config, Clock::System).await?;
        let seen = pipeline.drift().await;
        pipeline.store.close().await;
        seen
    };
    let seen = match seen.await {
        Ok(seen) => seen,
        Err(error) => return Err((error.to_string(), "mend what is said above first")),
    };
    let told = |one: &Drift| format!("{}: {}", one.axis.name(), sentence(&one.verdict));
    let unfit: Vec<String> =
        seen.iter().filter(|one| matches!(one.verdict, Verdict::Yes(_))).map(told).collect();
    if unfit.is_empty() {
        return Ok("no model is known to need training anew; `raiz models drift` says more".to_owned());
    }
    // A model that fits less well still works: advice, not something broken.
    let advice = "train on judged complaints with `raiz train`, then `raiz models compare` and `promote`";
    Ok(format!("{}; {advice}", unfit.join("; ")))
}
