//! `sinew breaking`

mod revision;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;
use sinew_compiler::Checked;
use sinew_compiler::evolution::{self, Asked, compare};

use crate::input::{Input, InputArgs};
use crate::output::Output;
use revision::Revision;

/// Report changes since another version that break data, peers or code
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The version to compare with: a folder, a file, or a git revision such as `main` or `v1.2`
    #[arg(long, value_name = "DIR|FILE|REVISION")]
    against: String,
    /// What must go on to work
    #[arg(long, value_enum, default_value_t = Level::Wire)]
    level: Level,
    /// Who reads what the other one wrote
    #[arg(long, value_enum, default_value_t = Direction::Both)]
    direction: Direction,
    #[command(flatten)]
    input: InputArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Level {
    /// Data and peers
    Wire,
    /// Rust code that uses the generated types, too
    Source,
    /// Values as JSON, too
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
    let input = match args.input.find(output) {
        Ok(input) => input,
        Err(code) => return code,
    };
    let versions = old(args, &input).and_then(|old| Ok((old, check(&input)?)));
    match versions {
        Ok((old, new)) => output.diagnostics(&compare(old, new, &args.asked())),
        Err(error) => output.io_error(&*error),
    }
}

/// The version to compare with. What is there on the disk is that; anything else is a revision.
fn old(args: &Args, input: &Input) -> Result<Checked, Box<dyn Error>> {
    let path = Path::new(&args.against);
    if path.exists() {
        return check(&args.input.find_other(path, input)?);
    }
    let revision = Revision::find(&args.against, input)?;
    let mut old = sinew_compiler::check(&revision, &revision.names)?;
    old.sources.prefix_names(&format!("{}:", args.against));
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
