//! `raiz taxonomy import`: a new version from a file, after showing what it changes.

use anyhow::{Context, bail};

use super::{Import, told};
use crate::cli::Outcome;
use crate::config::Config;
use crate::domain::taxonomy::Draft;
use crate::pipeline::Pipeline;
use crate::pipeline::taxonomy::{MAX_NOTE_CHARS, Revision};
use crate::store::Clock;
use crate::store::taxonomy::Published;

impl Import {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let file = self.draft.display();
        if self.note.chars().count() > MAX_NOTE_CHARS {
            bail!("note: has more than {MAX_NOTE_CHARS} characters; shorten it");
        }
        let text = std::fs::read_to_string(&self.draft).with_context(|| format!("cannot read {file}"))?;
        let mut draft = Draft::read(&text).map_err(anyhow::Error::msg).context(format!("{file}"))?;
        for successor in self.retire {
            draft.retire(successor.axis, &successor.old, &successor.new);
        }
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let Revision { next, changes, moving } = match pipeline.revise_taxonomy(draft).await? {
            Ok(revision) => revision,
            Err(errors) => {
                for error in &errors {
                    eprintln!("{error}");
                }
                bail!("{file} was not published: {} rules are broken", errors.len());
            }
        };
        told::changes(&changes);
        if changes.is_empty() {
            println!("version {} stays in force", pipeline.taxonomy().version);
        } else if self.dry_run {
            println!("it would be version {}; {moving} complaints would change their term", next.version);
        } else {
            let version = next.version.clone();
            match pipeline.publish_taxonomy(next, self.note.trim()).await? {
                Published::InForce { moved } => {
                    println!("version {version} is in force; {moved} complaints changed their term");
                    pipeline.follow_changes().await?;
                }
                Published::Outdated => bail!(
                    "another version was published meanwhile, nothing was written; export it and make the change there"
                ),
            }
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}
