//! The `sinew` command: reads arguments and files, calls the compiler, the reader of values or a server, shows what they say.

#![forbid(unsafe_code)]

mod additions;
mod breaking;
mod call;
mod check;
mod completions;
mod data;
mod diff;
mod explain;
mod fix;
mod format;
mod generate;
mod input;
mod lang;
mod messages;
mod new;
mod output;
mod server;
mod typed;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use messages::{decode, encode, inspect};
use output::{Output, OutputArgs};
use sinew_compiler::build::on_large_stack;

/// Checks .idl files, generates code from them, shows what messages hold, and calls servers.
#[derive(Parser)]
#[command(name = "sinew", version, long_version = output::VERSION, max_term_width = 100)]
struct Args {
    #[command(flatten)]
    output: OutputArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::NewArgs),
    Init(new::InitArgs),
    Check(check::Args),
    Gen(generate::Args),
    Fmt(format::Args),
    Fix(fix::Args),
    Breaking(breaking::Args),
    Explain(explain::Args),
    Decode(decode::Args),
    Encode(encode::Args),
    Inspect(inspect::Args),
    Call(Box<call::Args>),
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let Args { output, command } = Args::parse();
    output::report_panics();
    let output = Output::new(&output);
    let run = || match command {
        Command::New(args) => new::run(&args, &output),
        Command::Init(args) => new::run_in_place(&args, &output),
        Command::Check(args) => check::run(&args, &output),
        Command::Gen(args) => generate::run(&args, &output),
        Command::Fmt(args) => format::run(&args, &output),
        Command::Fix(args) => fix::run(&args, &output),
        Command::Breaking(args) => breaking::run(&args, &output),
        Command::Explain(args) => explain::run(&args, &output),
        Command::Decode(args) => decode::run(&args, &output),
        Command::Encode(args) => encode::run(&args, &output),
        Command::Inspect(args) => inspect::run(&args, &output),
        Command::Call(args) => call::run(&args, &output),
        Command::Completions(args) => completions::run(&args, &output),
    };
    let code = on_large_stack(run).unwrap_or_else(|error| output.io_error(&error));
    output.finish();
    code
}
