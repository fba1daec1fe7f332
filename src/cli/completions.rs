//! `raiz completions`: the completion script of a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Arguments;

#[derive(Args)]
pub(super) struct Completions {
    /// bash, zsh, fish, elvish or powershell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) {
        clap_complete::generate(self.shell, &mut Arguments::command(), "raiz", &mut std::io::stdout());
    }
}
