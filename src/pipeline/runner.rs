//! The steps in the background of a service: woken by new complaints, otherwise by the clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::index::COMMIT_EVERY;
use super::{Pipeline, PipelineError};

/// How long the analysis sleeps when nobody wakes it: complaints another node took in wait no longer.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often new clusters are sought and weeks judged.
const REVIEW_EVERY: Duration = Duration::from_secs(300);
/// How often it is looked whether another model was put to work.
const LOOK_FOR_MODELS_EVERY: Duration = Duration::from_secs(5);
/// How often what waits for subscribers is looked for.
const DELIVER_EVERY: Duration = Duration::from_secs(5);
/// Pause after a failure, so that a database that is away is not asked without end.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The running steps; [`Runner::stop`] ends them.
pub struct Runner {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Runner {
    /// Starts analysis, indexing, review and delivery. `wake` is notified when complaints came in.
    pub fn start(pipeline: Pipeline, wake: Arc<Notify>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks = vec![
            tokio::spawn(repeat("analyse", stopped.clone(), pipeline.clone(), move |pipeline| {
                let wake = Arc::clone(&wake);
                async move {
                    pipeline.analyse_pending(&mut |_| ()).await?;
                    let _ = tokio::time::timeout(LOOK_EVERY, wake.notified()).await;
                    Ok(())
                }
            })),
            tokio::spawn(repeat("index", stopped.clone(), pipeline.clone(), |pipeline| async move {
                pipeline.follow_changes().await?;
                tokio::time::sleep(COMMIT_EVERY).await;
                Ok(())
            })),
            tokio::spawn(repeat("relabel", stopped.clone(), pipeline.clone(), |pipeline| async move {
                pipeline.refresh_models().await?;
                pipeline.relabel(&mut |_| ()).await?;
                tokio::time::sleep(LOOK_FOR_MODELS_EVERY).await;
                Ok(())
            })),
            tokio::spawn(repeat("notify", stopped.clone(), pipeline.clone(), |pipeline| async move {
                pipeline.deliver().await?;
                tokio::time::sleep(DELIVER_EVERY).await;
                Ok(())
            })),
            tokio::spawn(repeat("review", stopped, pipeline, |pipeline| async move {
                if pipeline.store.pending().await? == 0 {
                    pipeline.notice().await?;
                    pipeline.discover().await?;
                    pipeline.watch().await?;
                    pipeline.keep_clusters().await?;
                }
                tokio::time::sleep(REVIEW_EVERY).await;
                Ok(())
            })),
        ];
        Self { stop, tasks }
    }

    /// Ends the steps. What one of them was doing is done again at the next start: every step may be
    /// interrupted.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

async fn repeat<F>(
    step: &'static str,
    mut stopped: watch::Receiver<bool>,
    pipeline: Pipeline,
    turn: impl Fn(Pipeline) -> F,
) where
    F: Future<Output = Result<(), PipelineError>>,
{
    loop {
        let outcome = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            outcome = turn(pipeline.clone()) => outcome,
        };
        if let Err(error) = outcome {
            tracing::error!(
                step,
                error = &error as &dyn std::error::Error,
                "a step failed and will be tried again"
            );
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(AFTER_FAILURE) => (),
            }
        }
    }
}
