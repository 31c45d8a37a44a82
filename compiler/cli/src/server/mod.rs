//! Servers that commands ask: how they are reached, and the schema that they publish.

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

/// What makes a server publish its schema.
pub(crate) const TELLS: &str = "Server::add_reflection_with";

/// Bytes of a message, at most: as many as a frame can have. Whoever asks for one in a shell wants to see it.
const MESSAGE: usize = (16 << 20) - 1;

/// Arguments of commands that can take the schema of a server.
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

/// Arguments for the connection to a server, which the argument `server` says.
#[derive(clap::Args)]
pub(crate) struct ConnectArgs {
    /// Metadata of the connection, such as a token; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = entry, requires = "server")]
    connection_meta: Vec<(String, String)>,
    #[command(flatten)]
    tls: tls::TlsArgs,
}

impl ServerArgs {
    /// What the server publishes, if one is given: files at least. The error is the exit code; what it is for was reported.
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
    /// How the connection is made. The error is the exit code; what it is for was reported.
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

/// Connects to a server, with so many threads for connections, and gives what is done with it. The error is the exit code; what it is for
/// was reported.
pub(crate) fn connected<T>(
    connect: Connect,
    address: &str,
    threads: usize,
    until: Deadline,
    output: &Output,
    act: impl AsyncFnOnce(&Channel) -> Result<T, ExitCode>,
) -> Result<T, ExitCode> {
    // Connections live on other threads: they answer pings while this one waits for whoever reads the output.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(|error| output.io_error(&error))?;
    let done = runtime.block_on(async {
        let channel = within(until.left(), connect.to(address)).await;
        act(&channel.map_err(|status| failed(&status, output))?).await
    });
    // Whoever reads the standard input is not waited for.
    runtime.shutdown_background();
    done
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
pub(crate) fn failed(status: &Status, output: &Output) -> ExitCode {
    let (code, reached) = (status.code(), status.reached());
    let json = format!(r#"{{"code":"{}","reached":"{reached:?}"}}"#, code.as_str());
    output.call_failed(&status.to_string(), &json, code as u8)
}

/// Reports that servers have a service only if they are given it.
pub(crate) fn not_offered(service: &str, by: &str, output: &Output) -> ExitCode {
    output.finding(&format!(
        "the server does not offer `{service}`, which `{by}` adds"
    ))
}

/// A time of at least a nanosecond.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let time: Option<sinew::Duration> = text.parse().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.filter(|time| !time.is_zero())
        .ok_or_else(|| "expected a time such as `5s` or `500ms`".to_owned())
}

/// An entry of metadata.
pub(crate) fn entry(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected `KEY=VALUE`")?;
    Ok((key.to_owned(), value.to_owned()))
}
