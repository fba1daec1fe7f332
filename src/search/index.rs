//! The index on disk: opened once per process, read by many, written by one.
//!
//! A commit carries a payload: how far the change log is contained, and the versions of schema and
//! analyser. An index whose payload is missing or of other versions is of no use; it is replaced by an
//! empty one, made beside it and swapped in, and the log is replayed from the start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, Searcher, TantivyError};

use crate::domain::filter::Field;
use crate::domain::language::Language;
use crate::text::ANALYZER_VERSION;
use crate::text::analyzer::Analyzer;

use super::error::SearchError;
use super::schema::{self, Columns, SCHEMA_VERSION};
use super::tokens;
use super::writer::Writer;

/// The index in use, inside the given folder.
const CURRENT: &str = "index";
/// A new index until it is swapped in.
const FRESH: &str = "index.fresh";
/// A replaced index until it is removed.
const REPLACED: &str = "index.replaced";
/// How many stored blocks are cached; nothing is stored.
const STORED_BLOCKS_CACHED: usize = 1;

/// How far the change log is contained in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last contained `seq` of the change log.
    pub seq: i64,
}

/// What a commit carries.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    seq: i64,
    schema: u32,
    analyzer: u32,
}

/// The payload of a commit made by this version.
pub(super) fn payload(checkpoint: Checkpoint) -> String {
    let payload = Payload { seq: checkpoint.seq, schema: SCHEMA_VERSION, analyzer: ANALYZER_VERSION };
    serde_json::to_string(&payload).expect("three integers always become JSON")
}

/// A freshly opened index.
#[derive(Debug)]
pub struct Opened {
    /// The index, ready to be read and written.
    pub index: SearchIndex,
    /// How far it is; `None` when it is empty and the change log must be replayed from the start.
    pub checkpoint: Option<Checkpoint>,
    /// Why an index found on disk (or not found) was replaced by an empty one, in English for the log.
    pub rebuilt_because: Option<String>,
}

/// The search index of one process. Cloning shares it; every question sees one committed state.
#[derive(Clone)]
pub struct SearchIndex {
    shared: Arc<Shared>,
}

struct Shared {
    index: Index,
    reader: IndexReader,
    columns: Columns,
    analyzer: Arc<Analyzer>,
    snapshot: RwLock<Arc<Snapshot>>,
}

/// One committed state, with what questions need to know of it.
pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    /// Languages that occur, in the order of [`Language::ALL`].
    pub(super) languages: Vec<Language>,
    checkpoint: Option<Checkpoint>,
}

impl SearchIndex {
    /// Opens the index in `dir`, which is made when missing and belongs to the index alone.
    ///
    /// An index that is missing, damaged, or of another version of schema or analyser is replaced by an
    /// empty one; the answer says why. Damage is noticed as far as opening all files shows it.
    ///
    /// # Errors
    /// When the folder cannot be read or written. Trouble with permissions never replaces an index.
    pub fn open(dir: &Path) -> Result<Opened, SearchError> {
        fs::create_dir_all(dir).map_err(in_folder(dir))?;
        for leftover in [FRESH, REPLACED] {
            remove_folder(&dir.join(leftover))?;
        }
        let current = dir.join(CURRENT);
        let rebuilt_because = match Self::open_current(&current)? {
            Ok(index) => {
                return Ok(Opened { checkpoint: index.checkpoint(), index, rebuilt_because: None });
            }
            Err(reason) => reason,
        };
        let fresh = dir.join(FRESH);
        fs::create_dir_all(&fresh).map_err(in_folder(&fresh))?;
        let settings = IndexSettings::default();
        Index::builder().schema(schema::build().0).settings(settings).create_in_dir(&fresh)?;
        if current.exists() {
            let replaced = dir.join(REPLACED);
            fs::rename(&current, &replaced).map_err(in_folder(&current))?;
        }
        fs::rename(&fresh, &current).map_err(in_folder(&fresh))?;
        remove_folder(&dir.join(REPLACED))?;
        let index = Self::over(Index::open_in_dir(&current)?)?;
        Ok(Opened { index, checkpoint: None, rebuilt_because: Some(rebuilt_because) })
    }

    /// The index at `path`, or why it cannot be used.
    fn open_current(path: &Path) -> Result<Result<Self, String>, SearchError> {
        if !path.exists() {
            return Ok(Err("there is no index yet".to_owned()));
        }
        let opened = Index::open_in_dir(path).and_then(|index| {
            if index.schema() != schema::build().0 {
                return Ok(Err("the index has other fields".to_owned()));
            }
            let meta = index.load_metas()?;
            match meta.payload.as_deref().map(serde_json::from_str::<Payload>) {
                None => Ok(Err("the index was never committed with a checkpoint".to_owned())),
                Some(Err(_)) => Ok(Err("the index was written by something else".to_owned())),
                Some(Ok(payload)) if payload.schema != SCHEMA_VERSION => Ok(Err(format!(
                    "the index has schema version {}, this is version {SCHEMA_VERSION}",
                    payload.schema
                ))),
                Some(Ok(payload)) if payload.analyzer != ANALYZER_VERSION => Ok(Err(format!(
                    "the index was analysed by version {}, this is version {ANALYZER_VERSION}",
                    payload.analyzer
                ))),
                Some(Ok(_)) => Self::over(index).map(Ok),
            }
        });
        match opened {
            Ok(usable) => Ok(usable),
            Err(error) if is_forbidden(&error) => Err(error.into()),
            Err(error) => Ok(Err(format!("the index is damaged: {error}"))),
        }
    }

    fn over(index: Index) -> tantivy::Result<Self> {
        let analyzer = Arc::new(Analyzer::new());
        tokens::register(index.tokenizers(), &analyzer);
        // Only our own commits change the index, and each reloads: no need to watch the files.
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORED_BLOCKS_CACHED)
            .try_into()?;
        let (_, columns) = schema::build();
        let snapshot = RwLock::new(Arc::new(take_snapshot(&index, &reader)?));
        Ok(Self { shared: Arc::new(Shared { index, reader, columns, analyzer, snapshot }) })
    }

    /// How far the committed state is; `None` before the first commit.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.snapshot().checkpoint
    }

    /// The one writer; it is free again when dropped. What was not committed by then is forgotten.
    ///
    /// # Errors
    /// [`SearchError::WriterBusy`] while another writer lives, in this process or another.
    pub fn writer(&self) -> Result<Writer, SearchError> {
        Writer::open(self.clone())
    }

    /// The committed state questions go to.
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        // A snapshot is replaced in one assignment, so a panic elsewhere cannot leave it half made.
        Arc::clone(&self.shared.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes the last commit visible.
    pub(super) fn reload(&self) -> Result<(), SearchError> {
        self.shared.reader.reload()?;
        let fresh = Arc::new(take_snapshot(&self.shared.index, &self.shared.reader)?);
        *self.shared.snapshot.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(super) fn engine(&self) -> &Index {
        &self.shared.index
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.shared.columns
    }

    pub(super) fn analyzer(&self) -> &Analyzer {
        &self.shared.analyzer
    }
}

impl std::fmt::Debug for SearchIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchIndex").field("checkpoint", &self.checkpoint()).finish_non_exhaustive()
    }
}

fn take_snapshot(index: &Index, reader: &IndexReader) -> tantivy::Result<Snapshot> {
    let checkpoint = index
        .load_metas()?
        .payload
        .and_then(|text| serde_json::from_str::<Payload>(&text).ok())
        .map(|payload| Checkpoint { seq: payload.seq });
    let searcher = reader.searcher();
    let mut occurs = [false; Language::ALL.len()];
    for segment in searcher.segment_readers() {
        let Some(column) = segment.fast_fields().str(Field::Language.name())? else { continue };
        let ords: Vec<u64> = (0..column.num_terms() as u64).collect();
        column.dictionary().sorted_ords_to_term_cb(&ords, |code| {
            let language = std::str::from_utf8(code).map_or(Language::Unknown, Language::from_code);
            occurs[language as usize] = true;
        })?;
    }
    let languages = Language::ALL.into_iter().filter(|language| occurs[*language as usize]).collect();
    Ok(Snapshot { searcher, languages, checkpoint })
}

/// Whether the operating system refused, which says nothing about the index itself.
fn is_forbidden(error: &TantivyError) -> bool {
    let io_error = match error {
        TantivyError::IoError(io_error)
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. })
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => io_error,
        TantivyError::LockFailure(..) => return true,
        _ => return false,
    };
    matches!(
        io_error.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::StorageFull
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::OutOfMemory
    )
}

fn remove_folder(path: &Path) -> Result<(), SearchError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(in_folder(path)(error)),
        _ => Ok(()),
    }
}

fn in_folder(path: &Path) -> impl FnOnce(io::Error) -> SearchError {
    let path: PathBuf = path.to_owned();
    move |source| SearchError::Folder { path, source }
}
