//! `sinew call`

mod ask;
mod exchange;
mod lines;
mod reader;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;

use crate::data;
use crate::output::Output;
use crate::server::chosen::{ChosenArgs, published};
use crate::server::declared::Known;
use crate::server::{ConnectArgs, Deadline, connected, entry, time};

/// Call a method of a server, list what it offers, or ask for its health
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The server: `host:port` or `unix:/path`
    #[arg(id = "server", value_name = "ADDRESS", value_parser = NonEmptyStringValueParser::new())]
    address: String,
    /// The method, such as `shop.Orders.place`. Default: the methods that the server lists, if it offers `sinew.Reflect`.
    /// The schema is the one that is given, else that of the nearest `sinew.toml`, else the one that the server publishes
    method: Option<String>,
    /// The parameters, as a JSON object: the text, `@FILE`, or `-` for standard input
    #[arg(short, long, value_name = "JSON", default_value = "{}")]
    data: String,
    /// The messages of the client's stream, one JSON value per line; `-` is standard input
    #[arg(long, value_name = "FILE", default_value_os_t = data::stdin())]
    messages: PathBuf,
    /// How long connecting, asking for the schema and the call may take together, such as `500ms`
    #[arg(short, long, value_parser = time)]
    timeout: Option<Duration>,
    /// Metadata of the call; may be repeated
    #[arg(short, long, value_name = "KEY=VALUE", value_parser = entry)]
    meta: Vec<(String, String)>,
    /// Print the metadata of the stream and the reply, and how long the call took, on standard error
    #[arg(short, long)]
    verbose: bool,
    /// Ask for the health of a service, or of the whole server if none is named; exits with 1 unless it serves
    #[arg(long, value_name = "SERVICE", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = ["method", "data", "messages", "meta", "verbose"])]
    health: Option<String>,
    /// Print the `.idl` files that the server publishes
    #[arg(long)]
    #[arg(conflicts_with_all = ["method", "health", "data", "messages", "meta", "verbose"])]
    sources: bool,
    #[command(flatten)]
    schema: ChosenArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    call(args, output).unwrap_or_else(|code| code)
}

/// Errors have been reported; `Err` is the exit code.
fn call(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let schema = match &args.method {
        Some(_) => args.schema.here(output)?,
        None => None,
    };
    let connect = args.connect.settings(output)?;
    let call = schema.as_ref().zip(args.method.as_ref());
    let call = call.map(|(schema, method)| {
        let known = args.schema.method(method, schema, output)?;
        exchange::prepare(&known, args, output)
    });
    let (call, until) = (call.transpose()?, Deadline::after(args.timeout));
    let address = &args.address;
    connected(connect, address, 1, until, output, async |channel| {
        Ok(match (call, &args.method, &args.health) {
            (Some(call), ..) => call.run(channel, until, output).await,
            (None, Some(method), _) => {
                let act = async |known: Known<'_>| {
                    let call = exchange::prepare(&known, args, output)?;
                    Ok(call.run(channel, until, output).await)
                };
                published(method, address, channel, until, output, act).await?
            }
            (None, None, Some(service)) => ask::health(service, channel, until, output).await,
            (None, None, None) if args.sources => ask::sources(args, channel, until, output).await,
            (None, None, None) => ask::methods(args, channel, until, output).await,
        })
    })
}
