//! `sinew new` and `sinew init`

mod package;
mod template;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sinew_compiler::Unreadable;
use sinew_compiler::backends::GeneratedFile;
use sinew_compiler::build::write_files;

use crate::output::Output;
use template::{Source, Template};

/// Files that a folder may have already: `sinew init` leaves them as they are.
const KEPT: [&str; 2] = [".gitignore", "README.md"];

/// Create a project in a new folder: a schema, with a server, a client and tests
#[derive(clap::Args)]
pub(crate) struct NewArgs {
    /// Folder to create; an existing one must be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    project: ProjectArgs,
}

/// Create a project in an existing folder
#[derive(clap::Args)]
pub(crate) struct InitArgs {
    /// The folder; existing files are not changed
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    project: ProjectArgs,
}

#[derive(clap::Args)]
struct ProjectArgs {
    /// A program that is a server and a client; this is the default
    #[arg(long)]
    service: bool,
    /// A library of the code made from the schema, for programs to use
    #[arg(long, conflicts_with = "service")]
    lib: bool,
    /// Name of the package. Default: the folder's name
    #[arg(long)]
    name: Option<String>,
    /// Use the packages of Sinew from a clone of its repository
    #[arg(long, value_name = "CLONE")]
    path: Option<PathBuf>,
}

pub(crate) fn run(args: &NewArgs, output: &Output) -> ExitCode {
    let folder = args.folder.display();
    match is_free(&args.folder) {
        Ok(true) => make(&args.folder, &args.project, output),
        Ok(false) => output.usage_error(&format!(
            "`{folder}` is there already; for a project in it: `sinew init {folder}`"
        )),
        Err(error) => output.io_error(&unreadable(&args.folder, error)),
    }
}

pub(crate) fn run_in_place(args: &InitArgs, output: &Output) -> ExitCode {
    let folder = args.folder.display();
    match args.folder.is_dir() {
        true => make(&args.folder, &args.project, output),
        false => output.usage_error(&format!(
            "there is no folder `{folder}`; to make it: `sinew new {folder}`"
        )),
    }
}

fn make(folder: &Path, args: &ProjectArgs, output: &Output) -> ExitCode {
    let template = match args.lib {
        true => Template::Library,
        false => Template::Service,
    };
    let files = match files(template, folder, args) {
        Ok(files) => files,
        Err(message) => return output.usage_error(&message),
    };
    if let Err(error) = write_files(folder, &files) {
        return output.io_error(&error);
    }
    let folder = folder.display();
    let (what, try_it) = match template {
        Template::Service => ("a service", "cargo run"),
        Template::Library => ("a library", "cargo test"),
    };
    output.note(&format!(
        "{what} is in `{folder}`: `{try_it}` tries it, and README.md says how to go on"
    ));
    ExitCode::SUCCESS
}

/// The files to write. The error says what is wrong with the arguments.
fn files(
    template: Template,
    folder: &Path,
    args: &ProjectArgs,
) -> Result<Vec<GeneratedFile>, String> {
    let name = match &args.name {
        Some(name) => name.clone(),
        None => name_of(folder).unwrap_or_default(),
    };
    package::check_name(&name)?;
    let mut files = template.files(&name, &source(args.path.as_deref())?);
    let is_there = |file: &GeneratedFile| folder.join(&file.path).symlink_metadata().is_ok();
    files.retain(|file| !(KEPT.contains(&&*file.path) && is_there(file)));
    match files.iter().find(|file| is_there(file)) {
        Some(GeneratedFile { path, .. }) => Err(format!(
            "`{}` is there already, and is not written over",
            folder.join(path).display()
        )),
        None => Ok(files),
    }
}

/// The last component of the path, or of the folder that a path such as `.` leads to.
fn name_of(folder: &Path) -> Option<String> {
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
    name(folder).or_else(|| name(&folder.canonicalize().ok()?))
}

/// Where the packages of Sinew come from.
fn source(clone: Option<&Path>) -> Result<Source, String> {
    let Some(clone) = clone else {
        return Ok(Source::Registry);
    };
    match clone.canonicalize() {
        Ok(found) if found.join("runtime/Cargo.toml").is_file() => Ok(Source::Clone(found)),
        Ok(_) | Err(_) => Err(format!(
            "`{}` is no clone of the repository of Sinew",
            clone.display()
        )),
    }
}

/// Whether the folder does not exist or is empty.
fn is_free(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

fn unreadable(folder: &Path, error: io::Error) -> Unreadable {
    let name = folder.to_string_lossy().into_owned();
    Unreadable { name, error }
}
