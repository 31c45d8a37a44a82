//! `sinew call`

mod ask;
mod exchange;
mod lines;
mod reader;
mod reflected;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use exchange::Prepared;

use crate::data;
use crate::output::Output;
use crate::server::declared::Declared;
use crate::server::{ConnectArgs, Deadline, connected, entry, method, time};
use crate::typed::SchemaArgs;

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
    /// Print the reply's metadata, and how long the call took, on standard error
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
    /// Use the schema that the server publishes, even if there is a `sinew.toml`
    #[arg(long, requires = "method", conflicts_with_all = ["schema", "root"])]
    reflect: bool,
    #[command(flatten)]
    schema: SchemaArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    call(args, output).unwrap_or_else(|code| code)
}

/// The error is the exit code of what was reported.
fn call(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let schema = here(args, output)?;
    let connect = args.connect.settings(output)?;
    let call = schema.as_ref().zip(args.method.as_ref());
    let call = call.map(|(schema, method)| by_name(method, schema, args, output));
    let (call, until) = (call.transpose()?, Deadline::after(args.timeout));
    connected(connect, &args.address, until, output, async |channel| {
        Ok(match (call, &args.method, &args.health) {
            (Some(call), ..) => call.run(channel, until, output).await,
            (None, Some(method), _) => reflected::call(method, args, channel, until, output).await,
            (None, None, Some(service)) => ask::health(service, channel, until, output).await,
            (None, None, None) if args.sources => ask::sources(args, channel, until, output).await,
            (None, None, None) => ask::methods(args, channel, until, output).await,
        })
    })
}

/// The schema for a call, unless it is that of the server.
fn here(args: &Args, output: &Output) -> Result<Option<Declared>, ExitCode> {
    if args.method.is_none() || args.reflect || !args.schema.is_there(output)? {
        return Ok(None);
    }
    let (schema, sources) = args.schema.check(output)?;
    Ok(Some(Declared::new(schema, sources)))
}

/// The call of a method by its name in a schema that lies here.
fn by_name<'d>(
    method: &str,
    schema: &'d Declared,
    args: &Args,
    output: &Output,
) -> Result<Prepared<'d>, ExitCode> {
    let known: Vec<_> = schema.methods().map(|it| (it.name(), it)).collect();
    let meant = method::meant(method, &known).map_err(|why| {
        let hint = match args.schema.is_given() {
            true => "`sinew call ADDRESS` lists those of the server",
            false => "`--reflect` takes the schema of the server",
        };
        output.usage_error(&format!("{why} ({hint})"))
    });
    exchange::prepare(&meant?, args, output)
}
