//! `sinew completions`

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::output::Output;

/// Print a completion script for a shell
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let mut command = crate::Args::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "sinew", &mut script);
    match output.print_bytes(&script) {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => code,
    }
}
