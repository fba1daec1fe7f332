//! `raiz review export`: complaints in doubt, written for people who label elsewhere.

use std::io::Write;

use anyhow::Context;

use super::{Export, exchange};
use crate::cli::Outcome;
use crate::config::Config;
use crate::domain::label::Axis;
use crate::pipeline::Pipeline;
use crate::store::Clock;

impl Export {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let axis = Axis::from(self.axis);
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let items = pipeline.review_queue(axis, self.queue.into(), self.reviewer.trim(), self.limit).await?;
        let written = exchange::write(self.format, axis, &items)?;
        let failed = || format!("cannot write {}", self.out.display());
        let mut out = std::fs::File::create(&self.out).with_context(failed)?;
        out.write_all(&written).and_then(|()| out.sync_all()).with_context(failed)?;
        println!("{} complaints written to {}", items.len(), self.out.display());
        let left = pipeline.store.doubt_total(axis).await?;
        println!("the model is not sure of the {} of {left} complaints nobody has judged", axis.name());
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}
