//! `sinew breaking`

mod revision;
mod running;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgGroup, ValueEnum};
use sinew_compiler::Checked;
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::evolution::{self, Asked, compare};

use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::server::ServerArgs;
use revision::Revision;

/// Report changes since another version that break data, peers or code
#[derive(clap::Args)]
#[command(group(ArgGroup::new("version").args(["against", "server"]).required(true)))]
pub(crate) struct Args {
    /// The version to compare with: a folder, a file, or a git revision such as `main` or `v1.2`
    #[arg(long, value_name = "DIR|FILE|REVISION")]
    against: Option<String>,
    /// What must keep working
    #[arg(long, value_enum, default_value_t = Level::Wire)]
    level: Level,
    /// Who reads what the other has written
    #[arg(long, value_enum, default_value_t = Direction::Both)]
    direction: Direction,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Level {
    /// Data and peers
    Wire,
    /// Also Rust code that uses the generated types
    Source,
    /// Also values as JSON
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Direction {
    /// New code reads what old code wrote
    Backward,
    /// Old code reads what new code writes
    Forward,
    Both,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    found(args, output).unwrap_or_else(|code| code)
}

/// Errors have been reported; `Err` is the exit code.
fn found(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let input = args.input.find(output)?;
    let unreadable = |error: Box<dyn Error>| output.io_error(&*error);
    let new = check(&input).map_err(unreadable)?;
    let old = match &args.against {
        Some(version) => old(version, args, &input).map_err(unreadable)?,
        None if new.schema.is_some() => running::version(&args.server, &new, &input.names, output)?,
        None => return Err(output.diagnostics(&Diagnostics::new(new.sources, new.diagnostics))),
    };
    Ok(output.diagnostics(&compare(old, new, &args.asked())))
}

/// The version to compare with. An existing path takes precedence over a git revision of the same name.
fn old(version: &str, args: &Args, input: &Input) -> Result<Checked, Box<dyn Error>> {
    let path = Path::new(version);
    if path.exists() {
        return check(&args.input.find_other(path, input)?);
    }
    let revision = Revision::find(version, input)?;
    let mut old = sinew_compiler::check(&revision, &revision.names)?;
    old.sources.prefix_names(&format!("{version}:"));
    Ok(old)
}

fn check(input: &Input) -> Result<Checked, Box<dyn Error>> {
    Ok(sinew_compiler::check(input, &input.names)?)
}

impl Args {
    fn asked(&self) -> Asked {
        Asked {
            direction: match self.direction {
                Direction::Backward => evolution::Direction::Backward,
                Direction::Forward => evolution::Direction::Forward,
                Direction::Both => evolution::Direction::Both,
            },
            level: match self.level {
                Level::Wire => evolution::Level::Wire,
                Level::Source => evolution::Level::Source,
                Level::Json => evolution::Level::Json,
            },
        }
    }
}
