//! `sinew check`

use std::process::ExitCode;

use sinew_compiler::diagnostics::Diagnostics;

use crate::input::InputArgs;
use crate::output::Output;

/// Report what is wrong with .idl files, and write nothing
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    match sinew_compiler::check_with(&input, &input.names, &input.levels) {
        Ok(checked) => output.diagnostics(&Diagnostics::new(checked.sources, checked.diagnostics)),
        Err(error) => output.io_error(&error),
    }
}
