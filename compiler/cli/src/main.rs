//! The `sinew` command: reads arguments and files, calls the compiler, the reader of values or a server, shows what they say.

#![forbid(unsafe_code)]

mod additions;
mod bench;
mod breaking;
mod call;
mod check;
mod command;
mod completions;
mod data;
mod diff;
mod doc;
mod explain;
mod fix;
mod format;
mod generate;
mod import;
mod input;
mod lang;
mod lsp;
mod messages;
mod new;
mod output;
mod server;
mod typed;

use std::process::ExitCode;

use clap::Parser;
use command::Command;
use output::{Output, OutputArgs};
use sinew_compiler::build::on_large_stack;

/// Checks .idl files, generates code from them, shows the content of messages, and calls servers.
#[derive(Parser)]
#[command(name = "sinew", version, long_version = output::VERSION, max_term_width = 100)]
struct Args {
    #[command(flatten)]
    output: OutputArgs,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let Args { output, command } = Args::parse();
    output::report_panics();
    let output = Output::new(&output);
    let run = || command.run(&output);
    let code = on_large_stack(run).unwrap_or_else(|error| output.io_error(&error));
    output.finish();
    code
}
