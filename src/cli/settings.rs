//! `raiz config`: the settings in force.

use anyhow::Context;
use clap::Subcommand;

use super::Outcome;
use crate::config::Config;

#[derive(Subcommand)]
pub(super) enum Settings {
    /// Print the settings in force, as a settings file
    Show,
    /// Check the settings and say nothing when they are fine
    Check,
}

impl Settings {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<Outcome> {
        match self {
            // They were checked when they were loaded.
            Self::Check => (),
            Self::Show => {
                let mut shown = config.clone();
                if let Some(url) = &mut shown.database.url {
                    *url = without_password(url);
                }
                print!("{}", toml::to_string_pretty(&shown).context("settings cannot be written as TOML")?);
            }
        }
        Ok(Outcome::Done)
    }
}

/// A database address fit for a screen.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(host)) if scheme < host => {
            let account = &url[scheme + 3..host];
            let user = account.split(':').next().unwrap_or_default();
            format!("{}{user}:…{}", &url[..scheme + 3], &url[host..])
        }
        _ => url.to_owned(),
    }
}
