//! `raiz config`: the settings in force.

use anyhow::Context;
use clap::Subcommand;

use super::Outcome;
use crate::config::Config;
use crate::store::without_password;

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
                shown.watch.false_alarms_per_week = config.watch.budget();
                if let Some(url) = &mut shown.database.url {
                    *url = without_password(url);
                }
                print!("{}", toml::to_string_pretty(&shown).context("settings cannot be written as TOML")?);
            }
        }
        Ok(Outcome::Done)
    }
}
