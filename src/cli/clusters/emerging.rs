//! `raiz clusters emerging|found|dismiss`: failures nobody has named yet, and what people decide about them.

use anyhow::bail;
use clap::Args;
use serde_json::json;

use crate::domain::cluster::Cluster;
use crate::domain::emerging::{Emerging, EmergingState};
use crate::domain::id::EmergingId;
use crate::pipeline::Pipeline;
use crate::pipeline::plan::By;
use crate::pipeline::rediscover::Settled;

/// Terms shown of each.
const TERMS: usize = 6;

#[derive(Args)]
pub(in crate::cli) struct List {
    /// Those that are settled too
    #[arg(long)]
    all: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(in crate::cli) struct Found {
    /// The emerging failure's id
    emerging: EmergingId,
    /// Title of the cluster; the failure's own when absent
    #[arg(long)]
    title: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Args)]
pub(in crate::cli) struct Dismiss {
    /// The emerging failure's id
    emerging: EmergingId,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl List {
    pub(super) async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        let clusters = pipeline.store.all_clusters().await?;
        let mut told = 0;
        for group in pipeline.store.emerging().await? {
            if !self.all && group.state != EmergingState::Open {
                continue;
            }
            told += 1;
            if self.json {
                println!("{}", as_json(&group));
            } else {
                tell(&group, &clusters);
            }
        }
        if told == 0 && !self.json {
            println!("nothing new: the latest complaints tell of what is known");
        }
        Ok(())
    }
}

impl Found {
    pub(super) async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        let by = By { person: self.by, reason: self.reason };
        settled(pipeline, self.emerging, pipeline.found_emerging(self.emerging, self.title, &by).await?).await
    }
}

impl Dismiss {
    pub(super) async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        let by = By { person: self.by, reason: self.reason };
        settled(pipeline, self.emerging, pipeline.dismiss_emerging(self.emerging, &by).await?).await
    }
}

async fn settled(pipeline: &Pipeline, id: EmergingId, settled: Settled) -> anyhow::Result<()> {
    match settled {
        Settled::Done(decision) => {
            pipeline.follow_changes().await?;
            println!("decided; `raiz clusters undo {decision}` takes it back");
            Ok(())
        }
        Settled::NotOpen => {
            bail!("there is no open emerging failure {id}; `raiz clusters emerging` has them")
        }
        Settled::Refused(refusal) => Err(refusal.into()),
    }
}

fn tell(group: &Emerging, clusters: &[Cluster]) {
    let evidence = &group.evidence;
    println!(
        "{}  {:>4}  {:<9}  {}",
        group.id,
        group.members.len(),
        group.state.name(),
        if group.title.is_empty() { "(no name)" } else { &group.title }
    );
    println!(
        "    {} to {}; when noticed {} of the {} nearest complaints were recent, {:.1} expected",
        group.first_at.to_rfc3339(),
        group.last_at.to_rfc3339(),
        evidence.recent_neighbours,
        evidence.neighbours,
        evidence.expected
    );
    let terms = evidence.terms.iter().take(TERMS).map(String::as_str).collect::<Vec<_>>().join(", ");
    println!("    terms: {terms}");
    let named = |id| clusters.iter().find(|cluster| cluster.id == id).map(|cluster| cluster.title.as_str());
    if let Some(title) = group.cluster.and_then(named) {
        println!("    its cluster: {title}");
    } else if let Some((title, cosine)) = evidence.nearest.and_then(|(id, cosine)| Some((named(id)?, cosine)))
    {
        println!("    nearest cluster: {title} ({cosine:.2})");
    }
}

fn as_json(group: &Emerging) -> serde_json::Value {
    json!({
        "id": group.id,
        "title": group.title,
        "state": group.state,
        "complaints": group.members,
        "evidence": group.evidence,
        "cluster": group.cluster,
        "decision": group.decision,
        "noticed_at": group.noticed_at.to_rfc3339(),
        "first_at": group.first_at.to_rfc3339(),
        "last_at": group.last_at.to_rfc3339(),
    })
}
