//! Access to servers: connecting, and the schema that they publish.

pub(crate) mod chosen;
mod deadline;
pub(crate) mod declared;
pub(crate) mod method;
mod tls;
pub(crate) mod told;

use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
pub(crate) use deadline::Deadline;
use sinew::{Channel, Connect, Limits, Status};
use told::Told;

use crate::output::Output;

/// The function with which a server publishes its schema.
pub(crate) const TELLS: &str = "Server::add_reflection_with";

/// The maximum length of a message: the most that fits into a frame, because somebody at a shell wants to see it all.
const MESSAGE: usize = (16 << 20) - 1;

/// Arguments of commands that can use the schema of a server.
#[derive(clap::Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// Use the schema that the server at this address publishes: `host:port` or `unix:/path`
    #[arg(id = "server", long, value_name = "ADDRESS", value_parser = NonEmptyStringValueParser::new())]
    address: Option<String>,
    /// How long that may take, such as `500ms`. Default: 30 s
    #[arg(long, value_parser = time, requires = "server")]
    timeout: Option<Duration>,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Arguments for the connection to the address in the argument `server`.
#[derive(clap::Args)]
pub(crate) struct ConnectArgs {
    /// Metadata of the connection, such as a token; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = entry, requires = "server")]
    connection_meta: Vec<(String, String)>,
    #[command(flatten)]
    tls: tls::TlsArgs,
}

impl ServerArgs {
    /// The schema that the server publishes, with at least one file, if a server is given. Errors have been reported;
    /// `Err` is the exit code.
    pub(crate) fn told(&self, output: &Output) -> Result<Option<Told>, ExitCode> {
        let Some(address) = &self.address else {
            return Ok(None);
        };
        let connect = self.connect.settings(output)?;
        let until = Deadline::after(self.timeout);
        let told = connected(connect, address, 1, until, output, async |channel| {
            Told::with_files(address, channel, until, output).await
        });
        told.map(Some)
    }
}

impl ConnectArgs {
    /// How to connect. Errors have been reported; `Err` is the exit code.
    pub(crate) fn settings(&self, output: &Output) -> Result<Connect, ExitCode> {
        let mut limits = Limits::default();
        limits.message = MESSAGE;
        let mut connect = Connect::new().limits(limits);
        for (key, value) in &self.connection_meta {
            connect = connect.meta(key, value);
        }
        Ok(match self.tls.connector(output)? {
            Some(connector) => connect.tls(connector),
            None => connect,
        })
    }
}

/// Connects to a server, with this many threads for connections, and runs `act`. Errors have been reported; `Err` is
/// the exit code.
pub(crate) fn connected<T>(
    connect: Connect,
    address: &str,
    threads: usize,
    until: Deadline,
    output: &Output,
    act: impl AsyncFnOnce(&Channel) -> Result<T, ExitCode>,
) -> Result<T, ExitCode> {
    // Connections are on other threads, so they answer pings while this one is blocked by a slow reader of its output.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(|error| output.io_error(&error))?;
    let done = runtime.block_on(async {
        let channel = within(until.left(), connect.to(address)).await;
        act(&channel.map_err(|status| failed(&status, output))?).await
    });
    // Does not wait for a thread that is reading the standard input.
    runtime.shutdown_background();
    done
}

/// Limits a future to the time that is left.
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
pub(crate) fn failed(status: &Status, output: &Output) -> ExitCode {
    let (code, reached) = (status.code(), status.reached());
    let json = format!(r#"{{"code":"{}","reached":"{reached:?}"}}"#, code.as_str());
    output.call_failed(&status.to_string(), &json, code as u8)
}

/// Reports that the server lacks a service that has to be added explicitly.
pub(crate) fn not_offered(service: &str, by: &str, output: &Output) -> ExitCode {
    output.finding(&format!(
        "the server does not offer `{service}`, which `{by}` adds"
    ))
}

/// Parses a positive duration.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let time: Option<sinew::Duration> = text.parse().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.filter(|time| !time.is_zero())
        .ok_or_else(|| "expected a time such as `5s` or `500ms`".to_owned())
}

/// Parses an entry of metadata.
pub(crate) fn entry(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected `KEY=VALUE`")?;
    Ok((key.to_owned(), value.to_owned()))
}
