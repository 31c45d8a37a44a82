//! `sinew check`

use std::process::ExitCode;

use sinew_compiler::diagnostics::Diagnostics;

use crate::input::InputArgs;
use crate::lang::Lang;
use crate::output::Output;

/// Report what is wrong with .idl files, and write nothing
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What is going to be generated: also report what that cannot take
    #[arg(long, value_enum, default_value_t = Lang::Rust)]
    lang: Lang,
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let mut input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let unreadable = input.leave_unreadable(output);
    let found = match sinew_compiler::check_with(&input, &input.names, &input.levels) {
        Ok(checked) => {
            let checked = checked.against(&*args.lang.backend());
            output.diagnostics(&Diagnostics::new(checked.sources, checked.diagnostics))
        }
        Err(error) => output.io_error(&error),
    };
    unreadable.unwrap_or(found)
}
