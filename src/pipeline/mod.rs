//! The way of a complaint, one file per step: [`intake`] makes it durable, [`analyse`] redacts,
//! classifies and assigns it, [`index`] makes it findable, [`emerging`] notices failures nobody
//! has named, [`discover`] founds new clusters, [`watch`] judges the counts, [`keep`]
//! looks after the clusters. [`runner`] takes the steps in the background, [`Pipeline::run_to_completion`] all
//! at once. Every step may be interrupted and run again.

pub mod alarm_budget;
pub mod analyse;
pub mod calibrate;
pub mod claims;
pub mod curate;
pub mod discover;
pub mod drift;
pub mod emerging;
pub mod explain;
pub mod forecast;
pub mod index;
pub mod intake;
pub mod keep;
pub mod models;
pub mod notify;
pub mod plan;
pub mod precursors;
pub mod promote;
pub mod reading;
pub mod rediscover;
pub mod relabel;
pub mod review;
pub mod runner;
pub mod suspects;
pub mod taxonomy;
pub mod true_counts;
pub mod watch;
pub mod watch_replay;
mod watch_scan;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::tz::TimeZone;

use crate::config::{Config, ConfigError};
use crate::domain::example::Example;
use crate::domain::taxonomy::Taxonomy;
use crate::learn::LearnError;
use crate::learn::word_vectors::WordVectors;
use crate::search::error::{QueryError, SearchError};
use crate::search::index::SearchIndex;
use crate::store::{Clock, Store, StoreError};
use crate::watch::ParamsError;

use models::Models;

/// Threads one step may use for learning and vectorising.
const THREADS: usize = 2;

/// Everything a step needs. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    /// The truth.
    pub store: Store,
    /// What finds complaints.
    pub index: SearchIndex,
    /// The organisation's time zone.
    pub zone: TimeZone,
    taxonomy: Arc<RwLock<Arc<Taxonomy>>>,
    models: Arc<RwLock<Arc<Models>>>,
    models_dir: PathBuf,
    /// What complaints are compared by, where it is not a space fitted on them.
    vectors: Option<Arc<WordVectors>>,
    watching: Arc<watch::Watching>,
    noticing: Arc<emerging::Noticing>,
    examples: Arc<explain::KnownExamples>,
    courier: Arc<notify::Courier>,
    /// One writer of the index and one discovery at a time.
    indexing: Arc<tokio::sync::Mutex<()>>,
    discovering: Arc<tokio::sync::Mutex<()>>,
}

/// What stopped a step.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum PipelineError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("search index: {0}")]
    Search(#[from] SearchError),
    #[error(transparent)]
    Question(#[from] QueryError),
    #[error("models: {0}")]
    Learn(#[from] LearnError),
    #[error("settings of the watcher: {0}")]
    Watch(#[from] ParamsError),
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("a worker thread panicked; this is a fault in raiz, please report it with the log above")]
    Panicked,
}

/// What a full run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// Complaints analysed.
    pub analysed: u64,
    /// Complaints put into the index.
    pub indexed: u64,
    /// Clusters founded.
    pub clusters_founded: usize,
    /// Complaints that joined a cluster when it was founded.
    pub joined: usize,
    /// Failures noticed that nobody had named.
    pub emerging: usize,
    /// Weeks judged by the watcher.
    pub weeks_watched: usize,
    /// Signals raised.
    pub signals_raised: usize,
    /// Clusters that moved from one state to another by themselves.
    pub clusters_moved: usize,
}

/// Which step a run is at, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Redacting, classifying and assigning: so many done, so many still waiting.
    Analyse {
        /// Complaints done in this run.
        done: u64,
        /// Complaints still waiting.
        waiting: u64,
    },
    /// Bringing the index up to date.
    Index,
    /// Looking for failures nobody has named.
    Notice,
    /// Looking for recurring failures.
    Discover,
    /// Judging weekly counts.
    Watch,
}

impl Pipeline {
    /// Opens store, index and models under the settings. An index or models that are missing or of
    /// another version are made anew; that is logged.
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, PipelineError> {
        let zone = config.zone()?;
        let watching = watch::Watching::new(&config.watch)?;
        let noticing = emerging::Noticing::new(&config.emerging);
        std::fs::create_dir_all(&config.data_dir)
            .map_err(|source| PipelineError::Write { path: config.data_dir.clone(), source })?;
        let store = Store::open(&config.database_url(), clock).await?;
        let opened = SearchIndex::open(&config.index_dir())?;
        if let Some(reason) = &opened.rebuilt_because {
            tracing::info!(reason, "the search index starts empty and will be filled from the store");
        }
        let models_dir = config.models_dir();
        let vectors = config.grouping.word_vectors.clone();
        let vectors = compute(move || vectors.as_deref().map(WordVectors::load).transpose()).await??;
        let vectors = vectors.map(Arc::new);
        let models = Models::load(&models_dir, &store, vectors.as_ref()).await?;
        let taxonomy = store.taxonomy().await?;
        let pipeline = Self {
            store,
            index: opened.index,
            taxonomy: Arc::new(RwLock::new(Arc::new(taxonomy))),
            zone,
            models: Arc::new(RwLock::new(Arc::new(models))),
            models_dir,
            vectors,
            watching: Arc::new(watching),
            noticing: Arc::new(noticing),
            examples: Arc::default(),
            courier: Arc::new(notify::Courier::new(config)),
            indexing: Arc::default(),
            discovering: Arc::default(),
        };
        pipeline.place_groups_by_vectors().await?;
        Ok(pipeline)
    }

    /// The same pipeline, which explains labels by these labelled texts too. They are read when the first
    /// explanation asks for them.
    pub fn with_examples(self, read: fn() -> Vec<Example>) -> Self {
        Self { examples: Arc::new(explain::KnownExamples::new(read)), ..self }
    }

    /// Takes every step until nothing is left to do.
    pub async fn run_to_completion(
        &self,
        mut progress: impl FnMut(Step) + Send,
    ) -> Result<RunReport, PipelineError> {
        let mut report = RunReport::default();
        let follower = self.clone();
        let (analysed_all, mut analysing) = tokio::sync::watch::channel(true);
        // The index follows while the analysis runs: one waits for the disk while the other computes.
        let indexed = tokio::spawn(async move {
            let mut indexed = 0;
            loop {
                let finished = !*analysing.borrow_and_update();
                indexed += follower.follow_changes().await?;
                if finished {
                    return Ok::<u64, PipelineError>(indexed);
                }
                tokio::select! {
                    _ = analysing.changed() => (),
                    () = tokio::time::sleep(index::COMMIT_EVERY) => (),
                }
            }
        });
        report.analysed = self.analyse_pending(&mut progress).await?;
        progress(Step::Index);
        analysed_all.send_replace(false);
        report.indexed = indexed.await.map_err(|_| PipelineError::Panicked)??;
        progress(Step::Discover);
        let discovered = self.discover().await?;
        report.clusters_founded = discovered.founded;
        report.joined = discovered.joined;
        progress(Step::Notice);
        report.emerging = self.notice().await?.found;
        report.indexed += self.follow_changes().await?;
        progress(Step::Watch);
        let watched = self.watch().await?;
        report.weeks_watched = watched.weeks;
        report.signals_raised = watched.raised;
        report.clusters_moved = self.keep_clusters().await?.moved;
        Ok(report)
    }

    /// The models in use.
    fn models(&self) -> Arc<Models> {
        Arc::clone(&self.models.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other models to use; steps under way finish with the old ones.
    fn use_models(&self, models: Models) {
        *self.models.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(models);
    }
}

/// Runs CPU work off the async threads.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PipelineError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| PipelineError::Panicked)
}
