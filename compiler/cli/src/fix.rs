//! `sinew fix`

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use sinew_compiler::backends::GeneratedFile;
use sinew_compiler::build::write_files;
use sinew_compiler::diagnostics::{Diagnostic, Diagnostics};
use sinew_compiler::mend::{Mended, mend};
use sinew_compiler::source::FileLoader;
use sinew_compiler::{Unreadable, check_with};

use crate::diff::unified;
use crate::input::{Input, InputArgs};
use crate::lang::Lang;
use crate::output::Output;

/// Apply the fixes that errors and warnings offer, and report what is left
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing: show what would change as a diff, and report what would be left
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    if args.input.has_stdin_and_more() {
        return output.usage_error("`-` is the only path if it is given");
    }
    let mut input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let unreadable = input.leave_unreadable(output);
    let importers = input.importers();
    let mended = match mend(&input, &input.names, |files| {
        found(files, &input, &importers)
    }) {
        Ok(mended) => mended,
        Err(error) => return output.io_error(&error),
    };
    let write = match (args.dry_run, args.input.has_stdin()) {
        (true, _) => show_difference,
        (false, true) => print,
        (false, false) => replace,
    };
    if let Err(code) = write(&mended, &input, output) {
        return code;
    }
    let code = output.diagnostics(&mended.left);
    if mended.fixes > 0 {
        output.note(&summary(&mended, args.dry_run));
    }
    if mended.stopped {
        output.note("stopped: the last fixes left no less to mend than there was");
    }
    unreadable.unwrap_or(code)
}

/// What `sinew check` reports about the files when the `importers` are checked too: a name that they use must not be
/// changed in these files alone.
fn found(
    files: &dyn FileLoader,
    input: &Input,
    importers: &[String],
) -> Result<Diagnostics, Unreadable> {
    let check = |names: &[String]| {
        let checked = check_with(files, names, &input.levels)?;
        Ok(checked.against(&*Lang::Rust.backend()))
    };
    let mut checked = check(&input.names)?;
    if !importers.is_empty() {
        let sources = checked.sources.iter();
        let ours: BTreeSet<String> = sources.map(|(_, file)| file.name.clone()).collect();
        checked = check(&[&input.names, importers].concat())?;
        let is_ours = |found: &Diagnostic| {
            let file = checked.sources.file(found.primary.span.file);
            ours.contains(&file.name)
        };
        checked.diagnostics.retain(is_ours);
    }
    Ok(Diagnostics::new(checked.sources, checked.diagnostics))
}

fn show_difference(mended: &Mended, _: &Input, output: &Output) -> Result<(), ExitCode> {
    for file in &mended.files {
        output.print(&unified(&file.name, &file.before, &file.after))?;
    }
    Ok(())
}

/// Prints the standard input, with or without fixes.
fn print(mended: &Mended, input: &Input, output: &Output) -> Result<(), ExitCode> {
    match mended.files.first() {
        Some(file) => output.print(&file.after),
        None => output.print_bytes(input.stdin()),
    }
}

fn replace(mended: &Mended, _: &Input, output: &Output) -> Result<(), ExitCode> {
    let files = mended.files.iter().map(|file| GeneratedFile {
        path: file.name.clone(),
        text: file.after.clone(),
    });
    let files: Vec<_> = files.collect();
    write_files(Path::new(""), &files).map_err(|error| output.io_error(&error))
}

fn summary(mended: &Mended, dry_run: bool) -> String {
    let fixes = match mended.fixes {
        1 => "1 fix".to_owned(),
        fixes => format!("{fixes} fixes"),
    };
    let files = match mended.files.len() {
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    let applied = if dry_run { "to apply" } else { "applied" };
    format!("{fixes} {applied} in {files}")
}
