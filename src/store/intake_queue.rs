//! Group commit: many requests, one transaction. A caller's rows go into a bounded queue; one writer
//! takes what has gathered, commits it, and only then answers each caller. A commit costs the same for
//! one complaint as for five hundred, so this multiplies what a disk that must be flushed can take.

use tokio::sync::{mpsc, oneshot};

use super::intake::{Submission, Submitted};
use super::{Store, StoreError};

/// Requests that may wait; one more is refused with [`StoreError::Busy`].
const QUEUE_REQUESTS: usize = 1_024;
/// Complaints in one transaction, unless a single request brings more.
const GROUP_COMPLAINTS: usize = 512;
/// What a refused caller is told to wait.
const RETRY_AFTER_S: u64 = 1;

struct Request {
    submission: Submission,
    answer: oneshot::Sender<Result<Submitted, StoreError>>,
}

/// The door to the one writer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct IntakeQueue {
    requests: mpsc::Sender<Request>,
}

impl IntakeQueue {
    /// Starts the writer; it ends when every clone of the queue is dropped and all is written.
    /// `after_commit` is called after each group.
    pub fn start(
        store: Store,
        after_commit: impl Fn() + Send + 'static,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (requests, waiting) = mpsc::channel(QUEUE_REQUESTS);
        (Self { requests }, tokio::spawn(write_groups(store, waiting, after_commit)))
    }

    /// Stores a submission; answers after the commit.
    pub async fn submit(&self, submission: Submission) -> Result<Submitted, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.requests.try_send(Request { submission, answer }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy { retry_after_s: RETRY_AFTER_S },
            mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
        })?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }
}

async fn write_groups(store: Store, mut waiting: mpsc::Receiver<Request>, after_commit: impl Fn()) {
    while let Some(first) = waiting.recv().await {
        let mut complaints = first.submission.complaints.len();
        let mut group = vec![first];
        while complaints < GROUP_COMPLAINTS {
            let Ok(request) = waiting.try_recv() else { break };
            complaints += request.submission.complaints.len();
            group.push(request);
        }
        write_group(&store, group).await;
        after_commit();
    }
}

/// Writes a group and answers each caller. When the rows of one break a constraint, the requests are
/// written one by one, so that no caller pays for its neighbour.
async fn write_group(store: &Store, group: Vec<Request>) {
    let (submissions, callers): (Vec<_>, Vec<_>) =
        group.into_iter().map(|request| (request.submission, request.answer)).unzip();
    match store.take_in_submissions(&submissions).await {
        Ok(answers) => {
            for (caller, answer) in callers.into_iter().zip(answers) {
                // A caller that went away has its complaints stored all the same.
                let _ = caller.send(Ok(answer));
            }
        }
        Err(error) if error.is_constraint() && submissions.len() > 1 => {
            for (caller, submission) in callers.into_iter().zip(submissions) {
                let alone = store.take_in_submissions(&[submission]).await;
                let _ = caller.send(alone.and_then(|mut answers| answers.pop().ok_or(StoreError::Stopped)));
            }
        }
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                requests = callers.len(),
                "intake was not written"
            );
            let reason = error.to_string();
            for caller in callers {
                let _ = caller.send(Err(StoreError::NotWritten { reason: reason.clone() }));
            }
        }
    }
}
