//! `sinew gen`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use sinew_compiler::Unreadable;
use sinew_compiler::backends::rust::{Format, Rust, Shared};
use sinew_compiler::backends::{Backend, GeneratedFile};
use sinew_compiler::build::{stale_files, write_files};
use sinew_compiler::source::SourceSet;

use crate::additions::AdditionArgs;
use crate::input::InputArgs;
use crate::lang::Lang;
use crate::output::Output;

/// Generate code from .idl files
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to generate
    #[arg(long, value_enum)]
    lang: Lang,
    /// Folder to write to; created if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How Rust is laid out
    #[arg(long, value_enum, default_value_t = Layout::Pretty)]
    format: Layout,
    /// Write nothing: name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    input: InputArgs,
    // Last, as its heading is that of all that follows.
    #[command(flatten)]
    rust: RustArgs,
}

/// What build scripts say with the functions of the same names.
#[derive(clap::Args)]
#[command(next_help_heading = "Rust")]
struct RustArgs {
    /// Mocks of services, for tests with the feature `testing` of the crate `sinew`
    #[arg(long, conflicts_with = "no_server")]
    mocks: bool,
    /// Views: structs that borrow from the message that they are read from
    #[arg(long)]
    views: bool,
    /// Strings that share the memory of the message that they are read from
    #[arg(long)]
    shared_strings: bool,
    /// Bytes that share the memory of the message that they are read from
    #[arg(long)]
    shared_bytes: bool,
    /// The texts of all files, as `SOURCES`, for servers that publish them
    #[arg(long)]
    sources: bool,
    /// Generate no clients
    #[arg(long)]
    no_client: bool,
    /// Generate neither traits nor servers
    #[arg(long)]
    no_server: bool,
    #[command(flatten)]
    added: AdditionArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Layout {
    /// As rustfmt would, or nearly: for code that is checked in
    Pretty,
    /// Only indented: many times faster
    Plain,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    if args.out.as_os_str() == "-" {
        return output.usage_error("files are written into a folder, and `-` is none");
    }
    let input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let mut checked = match sinew_compiler::check_with(&input, &input.names, &input.levels) {
        Ok(checked) => checked,
        Err(error) => return output.io_error(&error),
    };
    if args.rust.sources
        && checked.schema.is_some()
        && let Err(error) = SourceSet::of(&checked.sources)
    {
        return output.finding(&format!("the sources cannot be listed: {error}"));
    }
    let backend = match args.backend() {
        Ok(backend) => backend,
        Err(error) => return output.usage_error(&error.to_string()),
    };
    let added = checked
        .schema
        .as_mut()
        .map(|schema| args.rust.added.apply(schema));
    let notes = match added.unwrap_or_else(|| Ok(Vec::new())) {
        Ok(notes) => notes,
        Err(error) => return output.finding(&error.to_string()),
    };
    let generated = match sinew_compiler::generate(checked, &*backend) {
        Ok(generated) => generated,
        Err(found) => return output.diagnostics(&found),
    };
    notes.iter().for_each(|note| output.note(note));
    if output.is_failure(&generated.warnings) {
        return output.diagnostics(&generated.warnings);
    }
    let done = match args.check {
        true => compare(&args.out, &generated.files, output),
        false => match write_files(&args.out, &generated.files) {
            Ok(()) => Ok(true),
            Err(error) => Err(output.io_error(&error)),
        },
    };
    match done {
        Ok(true) => output.diagnostics(&generated.warnings),
        Ok(false) => {
            output.diagnostics(&generated.warnings);
            output.findings()
        }
        Err(code) => code,
    }
}

/// Names the files in the folder that are out of date; whether there are none.
pub(crate) fn compare(
    folder: &Path,
    files: &[GeneratedFile],
    output: &Output,
) -> Result<bool, ExitCode> {
    let stale = stale_files(folder, files).map_err(|error| {
        let name = folder.to_string_lossy().into_owned();
        output.io_error(&Unreadable { name, error })
    })?;
    for file in &stale {
        output.print(&format!("{file}\n"))?;
    }
    Ok(stale.is_empty())
}

impl Args {
    /// # Errors
    /// If options do not make sense.
    fn backend(&self) -> Result<Box<dyn Backend>, Box<dyn Error>> {
        Ok(match self.lang {
            Lang::Rust => Box::new(Rust {
                format: match self.format {
                    Layout::Pretty => Format::Pretty,
                    Layout::Plain => Format::Plain,
                },
                mocks: self.rust.mocks,
                views: self.rust.views,
                shared: Shared {
                    strings: self.rust.shared_strings,
                    bytes: self.rust.shared_bytes,
                },
                client: !self.rust.no_client,
                server: !self.rust.no_server,
                sources: self.rust.sources,
                externs: self.rust.added.externs()?,
            }),
            Lang::Json if !self.rust.added.is_empty() => {
                return Err("what is added is for Rust, and not for `--lang json`".into());
            }
            Lang::Json => self.lang.backend(),
        })
    }
}
