//! `sinew check`

mod watch;

use std::process::ExitCode;

use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::source::FileLoader;

use crate::input::{Input, InputArgs};
use crate::lang::Lang;
use crate::output::Output;

/// Check .idl files and report mistakes, without writing anything
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The language to generate later: also report what it cannot represent
    #[arg(long, value_enum, default_value_t = Lang::Rust)]
    lang: Lang,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    if args.watch {
        return watch::forever(&args.input, output, |input, files| {
            args.check(input, files, output)
        });
    }
    let mut input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let unreadable = input.leave_unreadable(output);
    let found = args.check(&input, &input, output);
    unreadable.unwrap_or(found)
}

impl Args {
    fn check(&self, input: &Input, files: &dyn FileLoader, output: &Output) -> ExitCode {
        match sinew_compiler::check_with(files, &input.names, &input.levels) {
            Ok(checked) => {
                let checked = checked.against(&*self.lang.backend());
                output.diagnostics(&Diagnostics::new(checked.sources, checked.diagnostics))
            }
            Err(error) => output.io_error(&error),
        }
    }
}
