//! `sinew call`

mod ask;
mod declared;
mod exchange;
mod lines;
mod method;
mod reflected;
mod show;
mod tls;
mod told;

use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use declared::Declared;
use exchange::Prepared;
use sinew::{Connect, Status};

use crate::data;
use crate::output::Output;
use crate::typed::SchemaArgs;

/// What makes a server tell its schema.
const TELLS: &str = "Server::add_reflection_with";

/// Call a method of a server, list what it offers, or ask whether it is well
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The server: `host:port` or `unix:/path`
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    address: String,
    /// The method, such as `shop.Orders.place`. Without it: the methods that the server lists, if it offers `sinew.Reflect`.
    /// The schema is the one that is given, else that of the nearest `sinew.toml`, else the one that the server tells
    method: Option<String>,
    /// The parameters, as a JSON object: the text, `@FILE`, or `-` for the standard input
    #[arg(short, long, value_name = "JSON", default_value = "{}")]
    data: String,
    /// The messages of the client's stream, JSON on a line each; `-` is the standard input
    #[arg(long, value_name = "FILE", default_value_os_t = data::stdin())]
    messages: PathBuf,
    /// How long connecting and the call may take, such as `500ms`
    #[arg(short, long, value_parser = time)]
    timeout: Option<Duration>,
    /// Metadata to send along; may be repeated
    #[arg(short, long, value_name = "KEY=VALUE", value_parser = entry)]
    meta: Vec<(String, String)>,
    /// Metadata of the connection, which the server may ask for before it takes calls; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = entry)]
    connection_meta: Vec<(String, String)>,
    /// Say on the error stream what the server sent beside the reply, and how long the call took
    #[arg(short, long)]
    verbose: bool,
    /// Ask whether a service is well, or without its name the whole server: exits with 1 unless it is
    #[arg(long, value_name = "SERVICE", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = ["method", "data", "messages", "meta", "verbose"])]
    health: Option<String>,
    /// Print the `.idl` files that the server tells
    #[arg(long)]
    #[arg(conflicts_with_all = ["method", "health", "data", "messages", "meta", "verbose"])]
    sources: bool,
    /// Take the schema that the server tells, though there is a `sinew.toml`
    #[arg(long, requires = "method", conflicts_with_all = ["schema", "root"])]
    reflect: bool,
    #[command(flatten)]
    schema: SchemaArgs,
    #[command(flatten)]
    tls: tls::TlsArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let prepared = here(args, output).and_then(|schema| Ok((schema, settings(args, output)?)));
    let (schema, connect) = match prepared {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    let call = schema.as_ref().zip(args.method.as_ref());
    let call = call.map(|(schema, method)| by_name(method, schema, args, output));
    let call = match call.transpose() {
        Ok(call) => call,
        Err(code) => return code,
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output.io_error(&error),
    };
    let code = runtime.block_on(async {
        let channel = match within(args.timeout, connect.to(&args.address)).await {
            Ok(channel) => channel,
            Err(status) => return failed(&status, output),
        };
        match (call, &args.method, &args.health) {
            (Some(call), ..) => call.run(&channel, output).await,
            (None, Some(method), _) => reflected::call(method, args, &channel, output).await,
            (None, None, Some(service)) => {
                ask::health(service, &channel, args.timeout, output).await
            }
            (None, None, None) if args.sources => ask::sources(args, &channel, output).await,
            (None, None, None) => ask::methods(args, &channel, output).await,
        }
    });
    // Whoever reads the standard input is not waited for.
    runtime.shutdown_background();
    code
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
            true => "",
            false => "; `--reflect` takes the schema of the server",
        };
        output.usage_error(&format!("{why}{hint}"))
    });
    exchange::prepare(&meant?, args, output)
}

/// How the connection is made. The error is the exit code; what it is for was reported.
fn settings(args: &Args, output: &Output) -> Result<Connect, ExitCode> {
    let mut connect = Connect::new();
    for (key, value) in &args.connection_meta {
        connect = connect.meta(key, value);
    }
    Ok(match args.tls.connector(output)? {
        Some(connector) => connect.tls(connector),
        None => connect,
    })
}

/// What comes in the time that the call has.
async fn within<T>(
    time: Option<Duration>,
    what: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    match time {
        None => what.await,
        Some(time) => tokio::time::timeout(time, what)
            .await
            .unwrap_or_else(|_| Err(Status::deadline_exceeded("the server has not said hello"))),
    }
}

/// Reports why a call has failed.
fn failed(status: &Status, output: &Output) -> ExitCode {
    output.finding(&status.to_string())
}

fn time(text: &str) -> Result<Duration, String> {
    let time: Option<sinew::Duration> = text.parse().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.filter(|time| !time.is_zero())
        .ok_or_else(|| "expected a time such as `5s` or `500ms`".to_owned())
}

fn entry(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected `KEY=VALUE`")?;
    Ok((key.to_owned(), value.to_owned()))
}
