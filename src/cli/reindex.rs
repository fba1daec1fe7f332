//! `raiz reindex`: the search index anew from the database.

use anyhow::Context;

use super::Outcome;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::store::Clock;

pub(super) async fn run(config: Config) -> anyhow::Result<Outcome> {
    let folder = config.index_dir();
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| {
            format!("cannot remove {}; is a service still running on it?", folder.display())
        })?;
    }
    let pipeline = Pipeline::open(&config, Clock::System).await?;
    let indexed = pipeline.follow_changes().await?;
    println!("{indexed} complaints indexed");
    pipeline.store.close().await;
    Ok(Outcome::Done)
}
