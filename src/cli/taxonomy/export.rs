//! `raiz taxonomy export`: a version as a file people edit.

use anyhow::Context;

use super::{Export, Format};
use crate::cli::Outcome;
use crate::config::Config;
use crate::store::{Clock, Store};

impl Export {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let store = store(&config).await?;
        let taxonomy = match self.version {
            None => store.taxonomy().await?,
            Some(number) => {
                let missing = || format!("no version {number}; `raiz taxonomy list` names them all");
                store.taxonomy_version(number).await?.with_context(missing)?
            }
        };
        store.close().await;
        let text = match self.format {
            Format::Toml => taxonomy.to_toml(),
            Format::Json => taxonomy.to_json(),
        };
        match &self.out {
            None => println!("{}", text.trim_end()),
            Some(path) => {
                std::fs::write(path, format!("{}\n", text.trim_end()))
                    .with_context(|| format!("cannot write {}", path.display()))?;
                println!("version {} written to {}", taxonomy.version, path.display());
            }
        }
        Ok(Outcome::Done)
    }
}

/// The store, its folder made when it is the first thing asked of it.
pub(super) async fn store(config: &Config) -> anyhow::Result<Store> {
    let folder = &config.data_dir;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(Store::open(&config.database_url(), Clock::System).await?)
}
