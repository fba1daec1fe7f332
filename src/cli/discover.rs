//! `raiz discover`: a fresh look at all complaints, clusters included. It proposes and changes nothing.

use anyhow::{Context, bail};
use clap::Args;

use super::Outcome;
use super::clusters::tell_proposals;
use crate::config::Config;
use crate::domain::label::Axis;
use crate::domain::proposal::Scope;
use crate::domain::time::Day;
use crate::pipeline::Pipeline;
use crate::store::Clock;

#[derive(Args)]
pub(super) struct Discover {
    /// Only one product area: area=cards
    #[arg(long, value_name = "area=ID")]
    scope: Option<String>,
    /// Only complaints received since this day
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Only complaints received until this day
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

impl Discover {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let taxonomy = pipeline.taxonomy();
        let day = |text: Option<String>| match text {
            Some(text) => Day::from_iso(&text)
                .map(Some)
                .with_context(|| format!("`{text}` is no day; write e.g. 2026-11-12")),
            None => Ok(None),
        };
        let area = match self.scope.as_deref().map(|scope| scope.split_once('=')) {
            None => None,
            Some(Some(("area", area))) => {
                if taxonomy.term(Axis::ProductArea, area).is_none() {
                    let terms = taxonomy.terms(Axis::ProductArea);
                    let known: Vec<&str> = terms.iter().map(|term| term.id.as_str()).collect();
                    bail!("there is no product area `{area}`; write one of: {}", known.join(", "));
                }
                Some(area.to_owned())
            }
            Some(_) => bail!("a scope reads area=ID, e.g. --scope area=cards"),
        };
        let scope = Scope { area, from: day(self.from)?, to: day(self.to)? };
        let proposed = pipeline.rediscover(&scope).await?;
        tell_proposals(&pipeline, self.json).await?;
        if !self.json {
            println!("{proposed} proposals; nothing was changed");
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}
