//! Progress for people: a bar on a terminal, plain lines now and then elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a plain line is written.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// One piece of work that is watched.
pub(super) struct Progress {
    bar: ProgressBar,
    plain: bool,
    what: &'static str,
    last_line: Instant,
}

impl Progress {
    /// Work on `total` units; `in_bytes` shows them as sizes.
    pub(super) fn new(what: &'static str, total: u64, in_bytes: bool) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let target = if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = if in_bytes {
            "{prefix:>10} {bar:30} {bytes}/{total_bytes} {msg} ({eta} left)"
        } else {
            "{prefix:>10} {bar:30} {human_pos}/{human_len} {msg} ({per_sec}, {eta} left)"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { bar, plain, what, last_line: Instant::now() }
    }

    /// Says how far the work is.
    pub(super) fn at(&mut self, done: u64, total: u64, message: String) {
        if self.plain {
            if self.last_line.elapsed() >= LINE_EVERY {
                self.last_line = Instant::now();
                let percent = (done * 100).checked_div(total).unwrap_or(0);
                eprintln!("{}: {percent} % {message}", self.what);
            }
            return;
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(message);
    }

    /// Rows per second since the start.
    pub(super) fn rate(&self, rows: u64) -> f64 {
        let seconds = self.bar.elapsed().as_secs_f64();
        if seconds > 0.0 { rows as f64 / seconds } else { 0.0 }
    }

    /// Takes the bar away; the command says in words what was done.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}
