//! Where log lines go: standard error, as text or JSON. Lines never hold complaint text.

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Level for commands that end by themselves: their own words are enough unless something is wrong.
const QUIET: &str = "warn";

/// Starts logging. A service logs at the configured level; other commands only when a level other than
/// the default was asked for.
pub(super) fn start(config: &LogConfig, service: bool) {
    let asked = config.level != LogConfig::default().level;
    let level = if service || asked { config.level.as_str() } else { QUIET };
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new(QUIET));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, as in tests, keeps the first one.
    let _ = match config.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
