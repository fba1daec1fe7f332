//! `raiz clusters`: the recurring failures on the terminal: list, show, explain, and set right.

mod emerging;
mod keep;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use crate::config::Config;
use crate::domain::cluster::Cluster;
use crate::domain::id::{ClusterId, ComplaintId, DecisionId, ProposalId};
use crate::domain::proposal::{Overlap, ProposalKind, ProposalState};
use crate::domain::time::Timestamp;
use crate::pipeline::Pipeline;
use crate::pipeline::plan::{By, Change, Plan};
use crate::pipeline::rediscover::Settled;
use crate::store::Clock;

/// Clusters like it that are named.
const ALIKE: usize = 3;
/// Typical complaints shown, and characters of each.
const EXAMPLES: usize = 5;
const EXAMPLE_CHARS: usize = 200;

/// What to do with clusters.
#[derive(Subcommand)]
pub(super) enum Clusters {
    /// List the recurring failures, largest first
    List(List),
    /// Show one: figures, terms, its most typical complaints
    Show(Which),
    /// Say where one comes from: everything that happened to it, and by whose decision
    Explain(Which),
    /// Let one cluster go into another
    Merge(Merge),
    /// Make some complaints of a cluster a cluster of their own
    Split(Split),
    /// Move complaints to another cluster, or to none
    Move(Move),
    /// End a cluster that is no failure; its complaints belong to none
    Retire(Retire),
    /// List what the last rediscoveries propose
    Proposals(Proposals),
    /// Do what a proposal says
    Accept(Settle),
    /// Refuse a proposal; it is not made again
    Reject(Settle),
    /// List failures noticed that nobody has named yet
    Emerging(emerging::List),
    /// Make an emerging failure a cluster of its complaints
    Found(emerging::Found),
    /// Say that an emerging failure is nothing; it is not told of again
    Dismiss(emerging::Dismiss),
    /// Say where one stands, until when it is put aside, how urgent it is, and who answers for it
    Set(keep::Set),
    /// Say something about one; @name speaks to somebody
    Comment(keep::Comment),
    /// Show or replace the rules that say who answers for what
    Owners(keep::Owners),
    /// Take a decision back
    Undo(Undo),
}

#[derive(Args)]
pub(super) struct List {
    /// As it was at this instant, e.g. 2026-11-12T08:00:00Z
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Which {
    /// Its id, or enough of its start to be the only one
    cluster: String,
    /// JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Decide {
    /// Say what would come of it and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Args)]
pub(super) struct Merge {
    /// The cluster that ends
    from: String,
    /// The cluster that stays
    into: String,
    #[command(flatten)]
    decide: Decide,
}

#[derive(Args)]
pub(super) struct Split {
    /// The cluster the complaints are in
    cluster: String,
    /// Ids of the complaints
    #[arg(required = true)]
    complaints: Vec<ComplaintId>,
    /// Title of the new cluster; told from its texts when absent
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    decide: Decide,
}

#[derive(Args)]
pub(super) struct Move {
    /// Ids of the complaints
    #[arg(required = true)]
    complaints: Vec<ComplaintId>,
    /// Where they go; to no cluster when absent
    #[arg(long, value_name = "CLUSTER")]
    to: Option<String>,
    #[command(flatten)]
    decide: Decide,
}

#[derive(Args)]
pub(super) struct Retire {
    /// The cluster
    cluster: String,
    #[command(flatten)]
    decide: Decide,
}

#[derive(Args)]
pub(super) struct Proposals {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Settle {
    /// The proposal's id
    proposal: ProposalId,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Args)]
pub(super) struct Undo {
    /// The decision's id, as `explain` tells it
    decision: DecisionId,
    /// Who takes it back
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Clusters {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        match self {
            Self::List(list) => list.run(&pipeline).await?,
            Self::Show(which) => show(&pipeline, &which).await?,
            Self::Explain(which) => explain(&pipeline, &which).await?,
            Self::Merge(Merge { from, into, decide }) => {
                let (from, into) = (named(&pipeline, &from).await?.id, named(&pipeline, &into).await?.id);
                decide.run(&pipeline, Change::Merge { from, into }).await?;
            }
            Self::Split(Split { cluster, complaints, title, decide }) => {
                let cluster = named(&pipeline, &cluster).await?.id;
                decide.run(&pipeline, Change::Split { cluster, complaints, title }).await?;
            }
            Self::Move(Move { complaints, to, decide }) => {
                let to = match to {
                    Some(to) => Some(named(&pipeline, &to).await?.id),
                    None => None,
                };
                decide.run(&pipeline, Change::Move { complaints, to }).await?;
            }
            Self::Retire(Retire { cluster, decide }) => {
                let cluster = named(&pipeline, &cluster).await?.id;
                decide.run(&pipeline, Change::Retire { cluster }).await?;
            }
            Self::Proposals(Proposals { json }) => tell_proposals(&pipeline, json).await?,
            Self::Accept(settle) => settle.run(&pipeline, true).await?,
            Self::Reject(settle) => settle.run(&pipeline, false).await?,
            Self::Emerging(list) => list.run(&pipeline).await?,
            Self::Found(found) => found.run(&pipeline).await?,
            Self::Dismiss(dismiss) => dismiss.run(&pipeline).await?,
            Self::Set(set) => set.run(&pipeline).await?,
            Self::Comment(comment) => comment.run(&pipeline).await?,
            Self::Owners(owners) => owners.run(&pipeline).await?,
            Self::Undo(Undo { decision, by }) => {
                let Some(undone) = pipeline.undo(decision, by.as_deref()).await? else {
                    bail!("there is no decision {decision} that could be undone");
                };
                println!("{} complaints are where they were before", undone.restored);
                if undone.left > 0 {
                    println!("{} stay where a later decision had moved them", undone.left);
                }
            }
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}

impl List {
    async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        let clusters = match self.as_of {
            Some(at) => {
                let at = Timestamp::from_rfc3339(&at)
                    .with_context(|| format!("`{at}` is no instant; write e.g. 2026-11-12T08:00:00Z"))?;
                pipeline.store.clusters_as_of(at).await?
            }
            None => pipeline.store.clusters().await?,
        };
        for cluster in clusters {
            if self.json {
                println!("{}", serde_json::to_string(&cluster)?);
            } else {
                println!(
                    "{}  {:>6}  {:<10}  {}",
                    cluster.id,
                    cluster.complaints,
                    cluster.state.name(),
                    cluster.title
                );
            }
        }
        Ok(())
    }
}

impl Decide {
    async fn run(self, pipeline: &Pipeline, change: Change) -> anyhow::Result<()> {
        if self.dry_run {
            tell(&pipeline.preview(&change).await??);
            return Ok(());
        }
        let by = By { person: self.by, reason: self.reason };
        let (id, plan) = pipeline.decide(&change, &by).await??;
        pipeline.follow_changes().await?;
        tell(&plan);
        println!("decided; `raiz clusters undo {id}` takes it back");
        Ok(())
    }
}

impl Settle {
    async fn run(self, pipeline: &Pipeline, accepts: bool) -> anyhow::Result<()> {
        let by = By { person: self.by, reason: self.reason };
        let settled = if accepts {
            pipeline.accept(self.proposal, &by).await?
        } else {
            pipeline.reject(self.proposal, &by).await?
        };
        match settled {
            Settled::Done(decision) => {
                pipeline.follow_changes().await?;
                println!("decided; `raiz clusters undo {decision}` takes it back");
                Ok(())
            }
            Settled::NotOpen => bail!("there is no open proposal {}", self.proposal),
            Settled::Refused(refusal) => Err(refusal.into()),
        }
    }
}

/// Prints the open proposals.
pub(super) async fn tell_proposals(pipeline: &Pipeline, json: bool) -> anyhow::Result<()> {
    let clusters = pipeline.store.all_clusters().await?;
    let name = |id: Option<ClusterId>| {
        let found = clusters.iter().find(|cluster| Some(cluster.id) == id);
        found.map_or("no cluster".to_owned(), |cluster| format!("`{}`", cluster.title))
    };
    for proposal in pipeline.store.proposals().await? {
        if proposal.state != ProposalState::Open {
            continue;
        }
        if json {
            println!("{}", serde_json::to_string(&proposal)?);
            continue;
        }
        let Overlap { complaints, of_cluster, of_group, .. } = &proposal.overlap;
        let of = match proposal.kind {
            ProposalKind::New => format!("{complaints} complaints as `{}`", proposal.title),
            ProposalKind::Split => {
                format!(
                    "{complaints} of the {of_cluster} of {} as `{}`",
                    name(proposal.cluster),
                    proposal.title
                )
            }
            ProposalKind::Retire => format!("{} with {of_cluster}", name(proposal.cluster)),
            ProposalKind::Merge | ProposalKind::Move => format!(
                "{complaints} of {} to {} (group of {of_group})",
                name(proposal.cluster),
                name(proposal.other)
            ),
        };
        println!("{}  {:<6}  {of}", proposal.id, proposal.kind.name());
    }
    Ok(())
}

fn tell(plan: &Plan) {
    let name = |cluster: Option<ClusterId>| cluster.map_or("no cluster".to_owned(), |id| id.to_string());
    for flow in &plan.flows {
        println!("{} complaints: {} -> {}", flow.complaints, name(flow.from), name(flow.to));
    }
    if let Some((id, title)) = &plan.founds {
        println!("founds {id}: {title}");
    }
    if let Some(end) = plan.ends {
        println!("ends {end}");
    }
    if plan.overrides > 0 {
        println!("{} earlier decisions no longer hold", plan.overrides);
    }
}

async fn show(pipeline: &Pipeline, which: &Which) -> anyhow::Result<()> {
    let cluster = named(pipeline, &which.cluster).await?;
    let central = pipeline.store.central_members(cluster.id, EXAMPLES).await?;
    let records = pipeline.complaints(&central).await?;
    let texts: Vec<(String, String)> = records
        .into_iter()
        .map(|record| {
            let complaint = record.complaint;
            let text = complaint.text.clone().unwrap_or_else(|| complaint.facts.as_subject_line());
            (complaint.id.to_string(), text.chars().take(EXAMPLE_CHARS).collect())
        })
        .collect();
    if which.json {
        let typical: Vec<_> =
            texts.iter().map(|(id, text)| json!({ "complaint": id, "text": text })).collect();
        println!("{}", json!({ "cluster": cluster, "typical": typical }));
        return Ok(());
    }
    println!("{}  {}", cluster.id, cluster.title);
    println!(
        "{} complaints, {} distinct texts, {} customers, {}, terms: {}",
        cluster.complaints,
        cluster.life.texts,
        cluster.life.customers,
        cluster.state.name(),
        cluster.terms.join(", ")
    );
    keep::tell_priority(&cluster);
    for (other, cosine) in pipeline.alike(cluster.id, ALIKE).await? {
        println!("  alike {cosine:.2}: {}  {}", other.id, other.title);
    }
    if let Some(end) = cluster.retired {
        let into = end.into.map_or(String::new(), |into| format!(", into {into}"));
        println!("ended {}{into}", end.at.to_rfc3339());
    }
    for (id, text) in texts {
        println!("  {id}  {text}");
    }
    Ok(())
}

async fn explain(pipeline: &Pipeline, which: &Which) -> anyhow::Result<()> {
    let cluster = named(pipeline, &which.cluster).await?;
    for event in pipeline.store.cluster_events(cluster.id).await? {
        if which.json {
            let told = json!({
                "at": event.at.to_rfc3339(),
                "event": event.kind.name(),
                "before": event.before,
                "after": event.after,
                "other": event.other,
                "complaints": event.complaints,
                "origin": event.origin.name(),
                "person": event.person,
                "reason": event.reason,
                "decision": event.decision,
            });
            println!("{told}");
            continue;
        }
        let mut line = format!("{}  {}", event.at.to_rfc3339(), event.kind.name());
        let parts = [
            event.before.map(|before| format!("from `{before}`")),
            event.after.map(|after| format!("to `{after}`")),
            event.complaints.map(|complaints| format!("{complaints} complaints")),
            event.other.map(|other| format!("cluster {other}")),
            event.person.map(|person| format!("by {person}")),
            event.reason.map(|reason| format!("because: {reason}")),
            event.decision.map(|decision| format!("decision {decision}")),
        ];
        parts.into_iter().flatten().for_each(|part| {
            line.push_str("  ");
            line.push_str(&part);
        });
        println!("{line}");
    }
    Ok(())
}

/// The cluster whose id starts like this.
async fn named(pipeline: &Pipeline, start: &str) -> anyhow::Result<Cluster> {
    let start = start.to_lowercase();
    let mut found = pipeline.store.all_clusters().await?;
    found.retain(|cluster| cluster.id.to_string().starts_with(&start));
    match found.len() {
        0 => bail!("there is no cluster {start}; `raiz clusters list` has them"),
        1 => Ok(found.remove(0)),
        several => bail!("{several} clusters start with {start}; write more of the id"),
    }
}
