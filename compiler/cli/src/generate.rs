//! `sinew gen`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use sinew_compiler::backends::Backend;
use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::{Format, Rust};
use sinew_compiler::build::write_files;

use crate::input::InputArgs;
use crate::output::Output;

/// Generate code from .idl files
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to generate
    #[arg(long, value_enum)]
    lang: Lang,
    /// Folder to write to; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How Rust is laid out
    #[arg(long, value_enum, default_value_t = Layout::Pretty)]
    format: Layout,
    #[command(flatten)]
    input: InputArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// Types, clients and servers, and a `mod.rs` that nests them
    Rust,
    /// The schema, for other tools
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Layout {
    /// As rustfmt would have it, or nearly: for code that is checked in
    Pretty,
    /// Indented only: many times as fast
    Plain,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let checked = match sinew_compiler::check_with(&input, &input.names, &input.levels) {
        Ok(checked) => checked,
        Err(error) => return output.io_error(&error),
    };
    let generated = match sinew_compiler::generate(checked, &*args.lang.backend(args.format)) {
        Ok(generated) => generated,
        Err(found) => return output.diagnostics(&found),
    };
    if output.is_failure(&generated.warnings) {
        return output.diagnostics(&generated.warnings);
    }
    match write_files(&args.out, &generated.files) {
        Ok(()) => output.diagnostics(&generated.warnings),
        Err(error) => output.io_error(&error),
    }
}

impl Lang {
    fn backend(self, layout: Layout) -> Box<dyn Backend> {
        match self {
            Lang::Rust => Box::new(Rust {
                format: match layout {
                    Layout::Pretty => Format::Pretty,
                    Layout::Plain => Format::Plain,
                },
                ..Rust::default()
            }),
            Lang::Json => Box::new(JsonSchema),
        }
    }
}
