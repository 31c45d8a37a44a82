//! The promises about calls: servers that are killed, frozen, restarted and flooded, and what clients see.

pub mod burdens;
pub mod descriptors;
pub mod door;
pub mod ends;
pub mod floods;
pub mod idle;
pub mod kills;
pub mod ledger;
pub mod limits;
pub mod node;
#[cfg(feature = "lz4")]
mod packed;
pub mod pages;
pub mod proxy;
pub mod raw;
pub mod report;
pub mod restarts;
#[cfg(feature = "tls")]
mod secret;
pub mod server;
pub mod simulation;
pub mod slow;
pub mod steady;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::dice::Dice;
use door::Carrier;
use node::Program;
use report::Section;

/// The trials, in order.
pub const TRIALS: &[&str] = &[
    "kills",
    "frosts",
    "proxy",
    "simulation",
    "restarts",
    "descriptors",
    "floods",
    "burdens",
    "slow",
    "unix",
    #[cfg(feature = "tls")]
    "tls",
    #[cfg(feature = "lz4")]
    "lz4",
    "limits",
    "idle",
];

/// The options of the command.
#[derive(Clone, Debug)]
pub struct Options {
    json: Option<PathBuf>,
    seed: u64,
    only: Option<String>,
}

impl Options {
    /// Parses the options.
    pub fn parse(arguments: &[String]) -> Option<Self> {
        let (json, seed, only) = (None, 1, None);
        let mut options = Self { json, seed, only };
        for pair in arguments.chunks(2) {
            match pair {
                [name, file] if name == "--json" => options.json = Some(file.into()),
                [name, seed] if name == "--seed" => options.seed = seed.parse().ok()?,
                [name, trial] if name == "--only" && TRIALS.contains(&trial.as_str()) => {
                    options.only = Some(trial.clone());
                }
                _ => return None,
            }
        }
        Some(options)
    }
}

/// Tests the promises about calls, prints the figures, and writes them as JSON if requested.
///
/// # Errors
/// A server cannot be started, or the file cannot be written.
///
/// # Panics
/// A promise does not hold.
pub fn run(options: &Options) -> io::Result<()> {
    let program = Program {
        path: std::env::current_exe()?,
        scratch: std::env::temp_dir(),
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut sections = Vec::new();
    let wanted = |trial: &&str| options.only.as_ref().is_none_or(|only| only == trial);
    for trial in TRIALS.iter().copied().filter(wanted) {
        for section in runtime.block_on(long(trial, &program, options.seed))? {
            print!("{section}");
            sections.push(section);
        }
    }
    let json = report::json(options.seed, &sections);
    match &options.json {
        Some(path) => fs::write(path, json + "\n"),
        None => Ok(()),
    }
}

/// A trial of the full length.
async fn long(trial: &str, program: &Program, seed: u64) -> io::Result<Vec<Section>> {
    let dice = &mut Dice::new(seed);
    let rounds = |rounds| kills::Effort {
        rounds,
        calls: 1000,
    };
    let tcp = Carrier::Tcp;
    let one = match trial {
        "kills" => kills::kills(program, dice, rounds(100)).await?,
        "frosts" => kills::frosts(program, tcp, dice, rounds(10)).await?,
        "proxy" => proxy::calls(program, tcp, dice, 40, 250).await?,
        "simulation" => simulation::worlds(seed, 100_000),
        "restarts" => restarts::rolling(program, 100).await?,
        "descriptors" => descriptors::exhausted(program, Duration::from_secs(2)).await?,
        "floods" => return floods::all(program, tcp, flood(Duration::from_secs(2))).await,
        "burdens" => return burdens::all(program, tcp, 4, Duration::from_secs(2)).await,
        "unix" => return over(Carrier::Unix, program, dice).await,
        #[cfg(feature = "tls")]
        "tls" => return over(Carrier::Tls, program, dice).await,
        #[cfg(feature = "lz4")]
        "lz4" => return over(Carrier::Lz4, program, dice).await,
        "limits" => apart(limits::all),
        "idle" => apart(|| idle::connections(1000))?,
        "slow" => return slow::all(program, tcp, 5000).await,
        other => unreachable!("`{other}` is no trial"),
    };
    Ok(vec![one])
}

/// Misbehaving clients, over carriers other than TCP.
async fn over(carrier: Carrier, program: &Program, dice: &mut Dice) -> io::Result<Vec<Section>> {
    let second = Duration::from_secs(1);
    let rounds = kills::Effort {
        rounds: 3,
        calls: 1000,
    };
    let mut sections = vec![kills::frosts(program, carrier, dice, rounds).await?];
    if carrier != Carrier::Unix {
        sections.push(proxy::calls(program, carrier, dice, 10, 250).await?);
    }
    sections.extend(floods::all(program, carrier, flood(second)).await?);
    sections.extend(burdens::all(program, carrier, 4, second).await?);
    sections.extend(slow::all(program, carrier, 500).await?);
    Ok(sections)
}

fn flood(time: Duration) -> floods::Effort {
    floods::Effort {
        clients: 4,
        connections: 200,
        time,
        quiet: Duration::from_millis(300),
    }
}

/// Runs a trial with its own runtime, which must not be started on a thread of another one.
fn apart<T: Send + 'static>(trial: impl FnOnce() -> T + Send + 'static) -> T {
    let trial = thread::spawn(trial);
    trial.join().expect("what it promises holds")
}
