//! `sinew bench`

mod figures;
mod load;
mod pace;
mod report;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, RangedU64ValueParser};
use sinew::{Channel, Connect, Retries};

use self::load::Load;
use self::pace::Pace;
use crate::output::Output;
use crate::server::chosen::{ChosenArgs, published};
use crate::server::declared::Known;
use crate::server::{ConnectArgs, Deadline, connected, entry, failed, time};

/// Call a method again and again, and show how fast the server answers
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The server: `host:port` or `unix:/path`
    #[arg(id = "server", value_name = "ADDRESS", value_parser = NonEmptyStringValueParser::new())]
    address: String,
    /// The method, such as `shop.Orders.place`. The schema is found as for `sinew call`
    method: String,
    /// The parameters, as a JSON object: the text, `@FILE`, or `-` for standard input
    #[arg(short, long, value_name = "JSON", default_value = "{}")]
    data: String,
    /// Parameters to send in turn, one JSON object per line
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    requests: Option<PathBuf>,
    /// The messages of the client's stream in each call, one JSON value per line
    #[arg(long, value_name = "FILE")]
    messages: Option<PathBuf>,
    /// Calls in flight at a time, at most
    #[arg(short, long, value_name = "N", default_value_t = 50, value_parser = count(MOST))]
    concurrency: u64,
    /// Calls to begin per second, whether or not earlier ones have been answered. Default: the next one begins when one ends
    #[arg(short, long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,
    /// Calls to make in all. Default: as many as begin within the duration
    #[arg(short = 'n', long, value_name = "N", value_parser = count(u64::MAX))]
    calls: Option<u64>,
    /// How long calls begin, such as `30s`. Default: 10 s, or until all calls are made if `--calls` says how many
    #[arg(short = 'z', long, value_name = "TIME", value_parser = time)]
    duration: Option<Duration>,
    /// Connections that share the calls
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count(MOST))]
    connections: u64,
    /// How long each call may take, such as `500ms`. Default: what the method's `@timeout` says, or 30 s
    #[arg(short, long, value_parser = time)]
    timeout: Option<Duration>,
    /// Metadata of each call; may be repeated
    #[arg(short, long, value_name = "KEY=VALUE", value_parser = entry)]
    meta: Vec<(String, String)>,
    /// Print the figures as a JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    schema: ChosenArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Upper limit of `--concurrency` and `--connections`.
const MOST: u64 = 100_000;
/// How long calls begin by default.
const DURATION: Duration = Duration::from_secs(10);

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    bench(args, output).unwrap_or_else(|code| code)
}

/// Errors have been reported; `Err` is the exit code.
fn bench(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let schema = args.schema.here(output)?;
    let connect = args.connect.settings(output)?;
    let load = schema.as_ref().map(|schema| {
        let known = args.schema.method(&args.method, schema, output)?;
        Load::new(&known, args, output)
    });
    let (load, until) = (load.transpose()?, Deadline::after(args.timeout));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (more, address) = (connect.clone(), &args.address);
    connected(connect, address, threads, until, output, async |channel| {
        let load = match load {
            Some(load) => load,
            None => {
                let act = async |known: Known<'_>| Load::new(&known, args, output);
                published(&args.method, address, channel, until, output, act).await?
            }
        };
        let channels = channels(channel, &more, args, output).await?;
        let figures = run::run(load, channels, args.concurrency, pace(args)).await;
        let (calls, ended_well) = (figures.calls(), figures.all_were_answered());
        let text = match args.json {
            true => report::json(&args.method, &figures),
            false => report::text(&figures),
        };
        output.print(&text)?;
        Ok(match calls > 0 && ended_well {
            true => ExitCode::SUCCESS,
            false => output.findings(),
        })
    })
}

/// When calls begin.
fn pace(args: &Args) -> Pace {
    let duration = match (args.duration, args.calls) {
        (None, Some(_)) => None,
        (duration, _) => Some(duration.unwrap_or(DURATION)),
    };
    Pace::new(args.rate, args.calls, duration)
}

/// The connections: this one, and as many more as are asked for. Failed calls are counted, so they are not retried.
async fn channels(
    first: &Channel,
    connect: &Connect,
    args: &Args,
    output: &Output,
) -> Result<Vec<Channel>, ExitCode> {
    let mut channels = vec![first.clone()];
    for _ in 1..args.connections {
        let channel = connect.clone().to(&args.address).await;
        channels.push(channel.map_err(|status| failed(&status, output))?);
    }
    let tries_once = |channel: Channel| channel.retry(Retries::never());
    Ok(channels.into_iter().map(tries_once).collect())
}

fn count(most: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=most)
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok();
    rate.filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
        .ok_or_else(|| "expected a number of calls, such as `1000` or `0.5`".to_owned())
}
