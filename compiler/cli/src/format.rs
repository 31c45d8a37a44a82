//! `sinew fmt`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sinew_compiler::backends::GeneratedFile;
use sinew_compiler::build::write_files;
use sinew_compiler::format::{FormatError, Formatted, format_file};

use crate::diff::unified;
use crate::input::project;
use crate::input::{Input, STDIN, is_stdin};
use crate::output::Output;

/// Format .idl files in the one style
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files, folders (every `.idl` file in them), or `-` to format
    /// standard input to standard output. Default: the folder of the nearest `sinew.toml`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing: show what would change as a diff, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// The name of standard input in errors and diffs
    #[arg(long, value_name = "PATH")]
    stdin_filepath: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let stdin = args.paths.iter().any(|path| is_stdin(path));
    if stdin && args.paths.len() > 1 {
        return output.usage_error("`-` is the only path if it is given");
    }
    if !stdin && args.stdin_filepath.is_some() {
        return output.usage_error("`--stdin-filepath` is for the path `-`");
    }
    let name = args.stdin_filepath.as_deref().map(Path::to_string_lossy);
    let paths = match project::default_paths(&args.paths, output) {
        Ok(paths) => paths,
        Err(code) => return code,
    };
    let mut input = match Input::find(&paths, &[], name.as_deref().unwrap_or(STDIN)) {
        Ok(input) => input,
        Err(error) => return output.io_error(&error),
    };
    let unreadable = input.leave_unreadable(output);
    let write = match (args.check, stdin) {
        (true, _) => show_difference,
        (false, true) => print,
        (false, false) => replace,
    };
    let formatted = format_all(&input, output, write);
    unreadable.unwrap_or(formatted)
}

/// What to do with a formatted file. Returns whether it was fine, or the exit code of a failure.
type Write = fn(&str, &Formatted, &Output) -> Result<bool, ExitCode>;

/// Formats one file after the other, and goes on after a file with errors.
fn format_all(input: &Input, output: &Output, write: Write) -> ExitCode {
    let mut clean = true;
    for name in &input.names {
        match format_file(input, name) {
            Ok(formatted) => match write(name, &formatted, output) {
                Ok(fine) => clean &= fine,
                Err(code) => return code,
            },
            Err(FormatError::Syntax(errors)) => {
                output.diagnostics(&errors);
                clean = false;
            }
            Err(FormatError::Unreadable(error)) => return output.io_error(&error),
            Err(error @ FormatError::Unfaithful { .. }) => return output.bug(&error),
        }
    }
    if clean {
        ExitCode::SUCCESS
    } else {
        output.findings()
    }
}

fn show_difference(name: &str, formatted: &Formatted, output: &Output) -> Result<bool, ExitCode> {
    let diff = unified(name, &formatted.before, &formatted.after);
    output.print(&diff)?;
    Ok(diff.is_empty())
}

fn print(_: &str, formatted: &Formatted, output: &Output) -> Result<bool, ExitCode> {
    output.print(&formatted.after)?;
    Ok(true)
}

fn replace(name: &str, formatted: &Formatted, output: &Output) -> Result<bool, ExitCode> {
    if formatted.after == formatted.before {
        return Ok(true);
    }
    let path = name.to_owned();
    let text = formatted.after.clone();
    match write_files(Path::new(""), &[GeneratedFile { path, text }]) {
        Ok(()) => Ok(true),
        Err(error) => Err(output.io_error(&error)),
    }
}
