//! Which command is meant.

use std::process::ExitCode;

use clap::Subcommand;

use crate::messages::{decode, encode, inspect};
use crate::output::Output;
use crate::{
    bench, breaking, call, check, completions, doc, explain, fix, format, generate, import, lsp,
    new,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    New(new::NewArgs),
    Init(new::InitArgs),
    Check(check::Args),
    Gen(generate::Args),
    Doc(doc::Args),
    Fmt(format::Args),
    Fix(fix::Args),
    Import(import::Args),
    Breaking(breaking::Args),
    Explain(explain::Args),
    Decode(decode::Args),
    Encode(encode::Args),
    Inspect(inspect::Args),
    Call(Box<call::Args>),
    Bench(Box<bench::Args>),
    Lsp(lsp::Args),
    Completions(completions::Args),
}

impl Command {
    /// Does what was asked for.
    pub(crate) fn run(self, output: &Output) -> ExitCode {
        match self {
            Self::New(args) => new::run(&args, output),
            Self::Init(args) => new::run_in_place(&args, output),
            Self::Check(args) => check::run(&args, output),
            Self::Gen(args) => generate::run(&args, output),
            Self::Doc(args) => doc::run(&args, output),
            Self::Fmt(args) => format::run(&args, output),
            Self::Fix(args) => fix::run(&args, output),
            Self::Import(args) => import::run(&args, output),
            Self::Breaking(args) => breaking::run(&args, output),
            Self::Explain(args) => explain::run(&args, output),
            Self::Decode(args) => decode::run(&args, output),
            Self::Encode(args) => encode::run(&args, output),
            Self::Inspect(args) => inspect::run(&args, output),
            Self::Call(args) => call::run(&args, output),
            Self::Bench(args) => bench::run(&args, output),
            Self::Lsp(_) => lsp::run(output),
            Self::Completions(args) => completions::run(&args, output),
        }
    }
}
