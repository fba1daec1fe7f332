//! `raiz taxonomy list`, `show` and `diff`: what there is, and what differed when.

use anyhow::{Context, bail};

use super::{Diff, Show, told};
use crate::cli::Outcome;
use crate::config::Config;
use crate::domain::label::Axis;
use crate::domain::taxonomy::diff::between;

pub(super) async fn list(config: Config) -> anyhow::Result<Outcome> {
    let store = super::export::store(&config).await?;
    let taxonomy = store.taxonomy().await?;
    for axis in Axis::ALL {
        let used = store.answers_in_use(axis).await?;
        println!("{}", axis.name());
        for term in taxonomy.terms(axis) {
            let complaints = used.get(&term.id).copied().unwrap_or(0);
            println!("  {:<24} {complaints:>9}  {} / {}", term.id, term.es, term.en);
        }
    }
    println!("versions");
    for line in store.taxonomy_versions().await? {
        let published = line.published_at.map_or_else(|| "with raiz".to_owned(), |at| at.to_rfc3339());
        println!("  {:<14} {published:<28} {}", line.version, line.note);
    }
    store.close().await;
    Ok(Outcome::Done)
}

impl Show {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let store = super::export::store(&config).await?;
        let taxonomy = store.taxonomy().await?;
        let (axis, id) = match self.term.split_once('.') {
            Some((axis, id)) => (Some(Axis::from_name(axis).context("unknown axis before the dot")?), id),
            None => (None, self.term.as_str()),
        };
        let mut shown = 0;
        for known in Axis::ALL.into_iter().filter(|known| axis.is_none_or(|axis| axis == *known)) {
            if let Some(term) = taxonomy.term(known, id) {
                told::term(known, term);
                shown += 1;
            } else if let Some((es, en)) = taxonomy.names(known, id) {
                let present = taxonomy.present(known, id);
                let heir = if present == id { String::new() } else { format!("; now {present}") };
                println!("{}.{id}: {es} / {en}, retired{heir}", known.name());
                shown += 1;
            }
        }
        store.close().await;
        if shown == 0 {
            bail!("no term `{}` in the taxonomy; `raiz taxonomy list` names them all", self.term);
        }
        Ok(Outcome::Done)
    }
}

impl Diff {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let store = super::export::store(&config).await?;
        let [earlier, later] = [self.earlier, self.later];
        let missing = |number: i64| format!("no version {number}; `raiz taxonomy list` names them all");
        let from = store.taxonomy_version(earlier).await?.with_context(|| missing(earlier))?;
        let to = store.taxonomy_version(later).await?.with_context(|| missing(later))?;
        store.close().await;
        told::changes(&between(&from, &to));
        Ok(Outcome::Done)
    }
}
