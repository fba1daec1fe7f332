//! First step: a file becomes durable complaints. Reading runs on a thread of its own and is never more
//! than a few batches ahead of the disk, so memory does not grow with the file.

use std::io;
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::domain::complaint::NewComplaint;
use crate::domain::time::Day;
use crate::intake::file::FileReader;
use crate::intake::rejected::RejectedWriter;
use crate::store::intake::Taken;
use crate::store::{Store, StoreError};

/// Complaints in one transaction of an import.
const BATCH: usize = 2_000;
/// Batches read ahead of the disk.
const BATCHES_AHEAD: usize = 2;
/// Rows between two reports of progress.
const PROGRESS_EVERY: u64 = 500;

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Bytes of the file read, as stored on disk.
    pub bytes_read: u64,
    /// Rows stored for good.
    pub stored: u64,
    /// Rows whose external id was known: nothing was changed.
    pub known: u64,
    /// Rows refused, with a reason in the file beside.
    pub rejected: u64,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// The final counts.
    pub counts: ImportProgress,
    /// Extra values left out because they were too long or too many.
    pub extras_dropped: u64,
    /// First and last day of reception among the rows read.
    pub days: Option<(Day, Day)>,
    /// Where refused rows stand, when there are any.
    pub rejected_file: Option<PathBuf>,
    /// Why reading stopped before the end of the file, when it did.
    pub cut_short: Option<String>,
}

/// What stopped an import; everything reported as stored before is kept.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum ImportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write {path}: {source}")]
    Rejected { path: PathBuf, source: io::Error },
    #[error("the reading thread panicked; this is a fault in raiz")]
    Panicked,
}

/// What the reading thread hands over.
struct Batch {
    complaints: Vec<NewComplaint>,
    bytes_read: u64,
    rejected: u64,
}

/// What the reading thread ends with.
struct Read {
    bytes_read: u64,
    rejected: u64,
    extras_dropped: u64,
    days: Option<(Day, Day)>,
    rejected_file: Option<PathBuf>,
    cut_short: Option<String>,
}

/// Imports every row of `reader`. Without a store (a dry run) rows are read and checked, nothing is
/// written, and `stored` counts what would be.
pub async fn import(
    store: Option<&Store>,
    reader: FileReader,
    rejected: Option<RejectedWriter>,
    mut progress: impl FnMut(ImportProgress) + Send,
) -> Result<ImportReport, ImportError> {
    let (batches, mut waiting) = mpsc::channel(BATCHES_AHEAD);
    let reading = tokio::task::spawn_blocking(move || read(reader, rejected, &batches));
    let mut counts = ImportProgress::default();
    while let Some(batch) = waiting.recv().await {
        let Batch { complaints, bytes_read, rejected } = batch;
        match store {
            Some(store) => {
                for taken in store.take_in(&complaints).await? {
                    match taken {
                        Taken::Stored(_) => counts.stored += 1,
                        Taken::Known(_) => counts.known += 1,
                    }
                }
            }
            None => counts.stored += complaints.len() as u64,
        }
        counts.bytes_read = bytes_read;
        counts.rejected = rejected;
        progress(counts);
    }
    let read = reading.await.map_err(|_| ImportError::Panicked)??;
    counts.bytes_read = read.bytes_read;
    counts.rejected = read.rejected;
    progress(counts);
    Ok(ImportReport {
        counts,
        extras_dropped: read.extras_dropped,
        days: read.days,
        rejected_file: read.rejected_file,
        cut_short: read.cut_short,
    })
}

fn read(
    mut reader: FileReader,
    mut rejected: Option<RejectedWriter>,
    batches: &mpsc::Sender<Batch>,
) -> Result<Read, ImportError> {
    let mut complaints = Vec::with_capacity(BATCH);
    let (mut rows, mut refused) = (0_u64, 0_u64);
    let mut days: Option<(Day, Day)> = None;
    let mut cut_short = None;
    while let Some(row) = reader.next() {
        rows += 1;
        match row {
            Ok(row) => {
                let day = row.complaint.received_day;
                days = Some(days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
                complaints.push(row.complaint);
            }
            Err(error) => {
                if error.ends_file() {
                    cut_short = Some(error.to_string());
                }
                refused += 1;
                if let Some(rejected) = &mut rejected {
                    let path = rejected.path().to_owned();
                    rejected.write(&error).map_err(|source| ImportError::Rejected { path, source })?;
                }
            }
        }
        if complaints.len() == BATCH || rows % PROGRESS_EVERY == 0 && complaints.is_empty() {
            let batch = Batch {
                complaints: std::mem::replace(&mut complaints, Vec::with_capacity(BATCH)),
                bytes_read: reader.bytes_read(),
                rejected: refused,
            };
            // The receiver is gone when storing failed; its error is the one to tell.
            if batches.blocking_send(batch).is_err() {
                break;
            }
        }
    }
    if !complaints.is_empty() {
        let batch = Batch { complaints, bytes_read: reader.bytes_read(), rejected: refused };
        let _ = batches.blocking_send(batch);
    }
    let rejected_file = match rejected {
        Some(rejected) if refused > 0 => {
            let path = rejected.path().to_owned();
            rejected.finish().map_err(|source| ImportError::Rejected { path: path.clone(), source })?;
            Some(path)
        }
        _ => None,
    };
    Ok(Read {
        bytes_read: reader.bytes_total(),
        rejected: refused,
        extras_dropped: reader.tally().extras_dropped,
        days,
        rejected_file,
        cut_short,
    })
}
