//! The `sinew` command: reads arguments and files, calls the compiler, shows what it says.
//!
//! Exit codes: 0 clean, 1 findings, 2 wrong arguments, 3 files that cannot be read or written.

mod check;
mod explain;
mod input;
mod output;

use std::process::ExitCode;
use std::thread;

use clap::{Parser, Subcommand};
use output::{EXIT_BUG, Output, OutputArgs};

/// Checks .idl files and generates code from them.
#[derive(Parser)]
#[command(name = "sinew", version, max_term_width = 100)]
struct Args {
    #[command(flatten)]
    output: OutputArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Explain(explain::Args),
}

/// Stack of the thread that compiles: enough for the deepest nesting, on every platform and
/// without optimisation.
const STACK_BYTES: usize = 8 << 20;

fn main() -> ExitCode {
    let Args { output, command } = Args::parse();
    output::report_panics();
    let run = move || {
        let output = Output::new(&output);
        match command {
            Command::Check(args) => check::run(&args, &output),
            Command::Explain(args) => explain::run(&args, &output),
        }
    };
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => EXIT_BUG.into(),
        Err(error) => output::no_thread(&error),
    }
}
