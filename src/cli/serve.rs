//! `raiz serve`: pages and API, with the steps running in the background until the process is told to
//! stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::Outcome;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::pipeline::runner::Runner;
use crate::simulate::corpus;
use crate::store::Clock;
use crate::store::intake_queue::IntakeQueue;
use crate::web::server;
use crate::web::state::AppState;

#[derive(Args)]
pub(super) struct Serve {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
}

impl Serve {
    pub(super) async fn run(self, mut config: Config) -> anyhow::Result<Outcome> {
        config.service.address = self.address.unwrap_or(config.service.address);
        config.check()?;
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        serve(pipeline, &config).await?;
        Ok(Outcome::Done)
    }
}

/// Serves until SIGINT or SIGTERM, then lets requests and writes under way end.
pub(super) async fn serve(pipeline: Pipeline, config: &Config) -> anyhow::Result<()> {
    let address = config.service.address;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; choose another with --address"))?;
    println!("raiz listens on http://{}", listener.local_addr()?);
    let wake = Arc::new(Notify::new());
    let runner = Runner::start(pipeline.clone(), Arc::clone(&wake));
    let (queue, writer) = IntakeQueue::start(pipeline.store.clone(), move || wake.notify_one());
    let store = pipeline.store.clone();
    let state = AppState::new(pipeline.with_examples(corpus::examples), queue);
    let served = server::serve(state, writer, &config.service, listener, stop_signal()).await;
    runner.stop().await;
    store.close().await;
    served.context("the server failed")
}

async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => (),
                    _ = terminated.recv() => (),
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
