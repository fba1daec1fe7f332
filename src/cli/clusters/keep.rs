//! `raiz clusters set|comment|owners`: where a recurring failure stands, how urgent it is, who answers for it,
//! and what people say about it.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::named;
use crate::domain::cluster::{Cluster, ClusterState};
use crate::domain::cluster_life::Aside;
use crate::domain::ownership::{MAX_COMMENT_CHARS, OwnerRule, mentions};
use crate::domain::priority::Priority;
use crate::pipeline::Pipeline;
use crate::pipeline::keep::check_rules;
use crate::store::clusters::ClusterEdit;

#[derive(Args)]
pub(in crate::cli) struct Set {
    /// Its id, or enough of its start to be the only one
    cluster: String,
    /// new, ongoing, escalating, regressed, archived or resolved
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Archive it until: worse, complaints:N, customers:N, until:DAY or ever
    #[arg(long, value_name = "UNTIL")]
    aside: Option<String>,
    /// urgent, high, medium or low; `computed` takes that back
    #[arg(long, value_name = "PRIORITY")]
    priority: Option<String>,
    /// Who answers for it; the empty text leaves it to the rules
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Who changes it
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Args)]
pub(in crate::cli) struct Comment {
    /// Its id, or enough of its start to be the only one
    cluster: String,
    /// What there is to say
    text: String,
    /// Who says it
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Args)]
pub(in crate::cli) struct Owners {
    /// File with the rules, one a line: area=cards tipo=fraud_security unidad=NAME => OWNER
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
}

impl Set {
    pub(super) async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        let cluster = named(pipeline, &self.cluster).await?;
        let state = match self.state {
            Some(name) => Some(ClusterState::from_name(&name).with_context(|| {
                let known = ClusterState::ALL.map(ClusterState::name).join(", ");
                format!("`{name}` is no state; write one of: {known}")
            })?),
            None => None,
        };
        let aside = match self.aside {
            Some(line) => Some(Aside::from_line(&line).with_context(|| {
                format!("`{line}` says no end; write worse, complaints:N, customers:N, until:DAY or ever")
            })?),
            None => None,
        };
        if aside.is_some() && state.is_some_and(|state| state != ClusterState::Archived) {
            bail!("--aside archives it; leave out --state");
        }
        let priority =
            match self.priority.as_deref() {
                None => None,
                Some("computed") => Some(None),
                Some(name) => Some(Some(Priority::from_name(name).with_context(|| {
                    format!("`{name}` is no priority; write urgent, high, medium or low")
                })?)),
            };
        let edit = ClusterEdit { title: None, state, aside, owner: self.owner, priority, person: self.by };
        let edited = pipeline.store.edit_cluster(cluster.id, edit).await?.context("it is gone")?;
        println!(
            "{}  {}  {}  {}",
            edited.id,
            edited.state.name(),
            edited.life.priority.name(),
            edited.owner.as_deref().unwrap_or("nobody")
        );
        Ok(())
    }
}

impl Comment {
    pub(super) async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        let cluster = named(pipeline, &self.cluster).await?;
        let text = self.text.trim();
        if text.is_empty() || text.chars().count() > MAX_COMMENT_CHARS || text.contains('\0') {
            bail!("a comment has 1 to {MAX_COMMENT_CHARS} characters, none of them NUL");
        }
        pipeline.store.comment_on(cluster.id, self.by.as_deref(), text, &mentions(text)).await?;
        println!("kept with {}", cluster.title);
        Ok(())
    }
}

impl Owners {
    pub(super) async fn run(self, pipeline: &Pipeline) -> anyhow::Result<()> {
        if let Some(file) = self.set {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            let rules = lines
                .map(|line| OwnerRule::from_line(line).with_context(|| format!("no rule: `{line}`")))
                .collect::<anyhow::Result<Vec<_>>>()?;
            if let Some(error) = check_rules(&rules, &pipeline.taxonomy()).first() {
                bail!("{} {}; {}", error.field, error.reason, error.remedy);
            }
            pipeline.store.set_owner_rules(&rules).await?;
            let kept = pipeline.keep_clusters().await?;
            println!("{} clusters have another owner", kept.owned);
        }
        for rule in pipeline.store.owner_rules().await? {
            println!("{}", rule.line());
        }
        Ok(())
    }
}

/// How urgent a cluster is, and what that is made of.
pub(super) fn tell_priority(cluster: &Cluster) {
    let life = &cluster.life;
    match life.load {
        _ if life.priority_by_person => println!("priority {}, set by a person", life.priority.name()),
        Some(load) => println!(
            "priority {}: {:.0} complaints in 4 weeks x severity {:.2} x growth {:.2} x harm {:.1} = {:.1} % of all",
            life.priority.name(),
            load.frequency,
            load.severity,
            load.growth,
            load.harm,
            100.0 * load.share
        ),
        None => println!("priority not computed yet; run `raiz analyse`"),
    }
}
