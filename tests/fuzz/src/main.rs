//! The command: runs a target for a while, or on given files.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io};

use clap::Parser;
use sinew_fuzz::run::{Options, run};
use sinew_fuzz::{TARGETS, Target, growth};

/// Gives a part of Sinew what nobody would write.
#[derive(Parser)]
struct Arguments {
    /// The target; without one, all are listed
    target: Option<String>,
    /// Files to run, instead of making up inputs
    files: Vec<PathBuf>,
    /// When to stop
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Which inputs to make up
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where inputs that failed are written
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target/findings"))]
    findings: PathBuf,
    /// Write each input here before it runs
    #[arg(long)]
    trace: Option<PathBuf>,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let Some(name) = &arguments.target else {
        for target in TARGETS {
            println!("{:10} {}", target.name, target.about);
        }
        println!(
            "{:10} texts four times as long: less than six times the time",
            "growth"
        );
        return Ok(ExitCode::SUCCESS);
    };
    if name == "growth" {
        let time = Duration::from_secs(arguments.seconds);
        let (texts, found) = growth::run(time, arguments.seed, &mut io::stdout())?;
        println!(
            "growth --seed {}: {texts} texts, {found} findings",
            arguments.seed
        );
        return Ok(ExitCode::from(u8::from(found > 0)));
    }
    let Some(target) = TARGETS.into_iter().find(|target| target.name == name) else {
        eprintln!("there is no target `{name}`");
        return Ok(ExitCode::from(2));
    };
    if !arguments.files.is_empty() {
        return replay(target, &arguments.files);
    }
    let options = Options {
        time: Duration::from_secs(arguments.seconds),
        seed: arguments.seed,
        findings: arguments.findings,
        trace: arguments.trace,
    };
    let outcome = run(target, options)?;
    println!("{name} --seed {}: {outcome}", arguments.seed);
    Ok(ExitCode::from(u8::from(!outcome.findings.is_empty())))
}

/// Runs each file once. A panic ends the process.
fn replay(target: &Target, files: &[PathBuf]) -> io::Result<ExitCode> {
    for file in files {
        target.run(&fs::read(file)?);
        println!("{}: fine", file.display());
    }
    Ok(ExitCode::SUCCESS)
}
