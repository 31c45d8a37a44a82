//! `sinew import`: schemas of Protocol Buffers as `.idl` files.
//!
//! | step | module | from | to |
//! |---|---|---|---|
//! | read | `read` | paths | parsed files with all that they import |
//! | name | `names` | all declarations | what each is called here |
//! | convert | `convert` | a file | the text of a file |
//! | check | here | texts | whether the compiler accepts them |
//!
//! `places` and `comments` know where things are in the text, `lookup` what a name refers to, `findings` what is to be said.

mod comments;
mod convert;
mod disk;
mod enums;
mod fields;
mod files;
mod findings;
mod ids;
mod known;
mod lookup;
mod messages;
mod names;
mod options;
mod places;
mod read;
mod reserved;
mod services;
mod types;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sinew_compiler::backends::GeneratedFile;
use sinew_compiler::backends::rust::Rust;
use sinew_compiler::build::write_files;
use sinew_compiler::diagnostics::{Diagnostics, Severity};
use sinew_compiler::format::format;
use sinew_compiler::source::SourceSet;

use crate::output::Output;
use convert::Converted;
use files::Files;
use findings::Findings;
use names::Names;

/// Write .idl files for the schemas of .proto files
///
/// This translates schemas. It does not make programs understand each other: the bytes of a message, and the protocol of calls, are
/// not those of Protocol Buffers and gRPC. What has no counterpart is reported with its place.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files, or folders (every `.proto` file in them). What they import and use is written too
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder to search for imports, as `protoc -I`; may be repeated. Default: the given folders, the folders of the
    /// given files, and the current folder
    #[arg(short = 'I', long, value_name = "DIR")]
    include: Vec<PathBuf>,
    /// Write over files that are there already
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    if args.out.as_os_str() == "-" {
        return output.usage_error("files are written into a folder, and `-` is none");
    }
    let mut findings = Findings::default();
    let files = match read::read(&args.paths, &args.include, &mut findings) {
        Ok(files) => files,
        Err(problem) => return problem.report(output),
    };
    let names = Names::of(&files, &mut findings);
    let written = match findings.has_mistakes() {
        true => Vec::new(),
        false => convert_all(&files, &names, &mut findings),
    };
    let lost = findings.report(&files, output);
    match findings.has_mistakes() {
        true => output.findings(),
        false => args.write(&written, lost, output),
    }
}

/// Converts the files that were asked for, and those that these use.
fn convert_all(files: &Files, names: &Names, findings: &mut Findings) -> Vec<GeneratedFile> {
    let mut left: BTreeSet<usize> = files.asked().collect();
    let mut done = BTreeSet::new();
    let mut written = Vec::new();
    while let Some(file) = left.pop_first() {
        done.insert(file);
        let Converted { text, uses } = convert::convert(files, names, file, findings);
        left.extend(uses.difference(&done));
        let path = files.get(file).idl_path();
        written.push(GeneratedFile { path, text });
    }
    written.sort_by(|a, b| a.path.cmp(&b.path));
    written
}

impl Args {
    /// Writes the files in the one style, and says what the compiler thinks of them.
    fn write(&self, files: &[GeneratedFile], lost: bool, output: &Output) -> ExitCode {
        let is_there = |file: &&GeneratedFile| {
            let path = self.out.join(&file.path);
            path.symlink_metadata().is_ok()
        };
        if let Some(file) = files.iter().find(is_there).filter(|_| !self.force) {
            let path = self.out.join(&file.path);
            let path = path.display();
            return output.usage_error(&format!(
                "`{path}` is there already; `--force` writes over it"
            ));
        }
        let formatted: Vec<_> = files.iter().map(in_the_one_style).collect();
        if let Err(error) = write_files(&self.out, &formatted) {
            return output.io_error(&error);
        }
        let (count, out) = (formatted.len(), self.out.display());
        let plural = if count == 1 { "file is" } else { "files are" };
        let refused = refused(&self.out, &formatted);
        let found = refused.map(|found| output.diagnostics(&found));
        output.note(&format!("{count} {plural} in `{out}`"));
        match found {
            Some(code) => code,
            None if lost => output.findings(),
            None => ExitCode::SUCCESS,
        }
    }
}

/// What has syntax errors stays as it is: the check reports them.
fn in_the_one_style(file: &GeneratedFile) -> GeneratedFile {
    let text = format(&file.path, &file.text).unwrap_or_else(|_| file.text.clone());
    let path = file.path.clone();
    GeneratedFile { path, text }
}

/// The errors of the compiler, if it does not accept the files.
fn refused(folder: &Path, files: &[GeneratedFile]) -> Option<Diagnostics> {
    let mut set = SourceSet::new(folder.to_string_lossy().replace('\\', "/"));
    for file in files {
        // Their paths are those of files that were read, so they are plain and differ.
        _ = set.add(&file.path, &[], file.text.clone());
    }
    let checked = sinew_compiler::check(&set, &set.names()).ok()?;
    let mut checked = checked.against(&Rust::default());
    checked
        .diagnostics
        .retain(|found| found.severity == Severity::Error);
    let found = Diagnostics::new(checked.sources, checked.diagnostics);
    found.has_errors().then_some(found)
}
