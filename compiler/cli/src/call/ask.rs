//! What servers offer: their methods, sources and health, from the services `sinew.Reflect` and `sinew.Health`.

use std::iter;
use std::process::ExitCode;

use sinew::health::{HealthClient, Serving};
use sinew::reflect::MethodInfo;
use sinew::{Channel, Code};
use sinew_compiler::diagnostics::render::visible;
use sinew_compiler::source::SourceSet;

use super::Args;
use crate::output::Output;
use crate::server::told::{Offered, Told};
use crate::server::{Deadline, failed, not_offered};

/// Lists the methods of a server: with their signatures if the server publishes its schema, else by name.
pub(super) async fn methods(
    args: &Args,
    channel: &Channel,
    until: Deadline,
    output: &Output,
) -> ExitCode {
    let told = match Told::ask(&args.address, channel, until, output).await {
        Ok(Some(told)) => told,
        Ok(None) => return not_offered("sinew.Reflect", "Server::add_reflection", output),
        Err(code) => return code,
    };
    let (schemas, code) = told.schemas(output);
    let lines: String = told.methods(&schemas).map(|it| line(&it)).collect();
    match output.print(&lines) {
        Ok(()) => code,
        Err(code) => code,
    }
}

/// The line of a method. The names come from the server and may go to a terminal, so control characters are made
/// visible.
fn line(it: &Offered<'_>) -> String {
    let said = match it.known {
        Some(known) => format!("  {}", known.signature()),
        None => marks(it.method),
    };
    visible(&(it.name() + &said)) + "\n"
}

/// Prints the files of the schema that a server publishes, each after its path if there are several. The server has
/// written them and they may go to a terminal, so control characters are made visible.
pub(super) async fn sources(
    args: &Args,
    channel: &Channel,
    until: Deadline,
    output: &Output,
) -> ExitCode {
    let told = match Told::with_files(&args.address, channel, until, output).await {
        Ok(told) => told,
        Err(code) => return code,
    };
    let files: Vec<_> = told.sets.iter().flat_map(SourceSet::iter).collect();
    for (path, text) in &files {
        let lines = text.lines().map(|line| visible(line) + "\n");
        let text: String = match files.len() {
            1 => lines.collect(),
            _ => iter::once(format!("// file: {path}\n"))
                .chain(lines)
                .collect(),
        };
        if let Err(code) = output.print(&text) {
            return code;
        }
    }
    ExitCode::SUCCESS
}

/// Streams and modifiers of a method, in the schema's words.
fn marks(method: &MethodInfo) -> String {
    let streams = match (&method.client_message, &method.server_message) {
        (None, None) => "",
        (Some(_), None) => "stream from the client",
        (None, Some(_)) => "stream from the server",
        (Some(_), Some(_)) => "streams both ways",
    };
    let all = [
        (method.oneway, "oneway"),
        (method.readonly, "readonly"),
        (method.idempotent && !method.readonly, "idempotent"),
        (!streams.is_empty(), streams),
    ];
    let said: Vec<&str> = all
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| word)
        .collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("  ({})", said.join(", ")),
    }
}

/// Prints the health of a service. The exit code says whether it is serving.
pub(super) async fn health(
    service: &str,
    channel: &Channel,
    until: Deadline,
    output: &Output,
) -> ExitCode {
    let client = HealthClient::new(channel.clone());
    let mut call = client.check(service);
    if let Some(time) = until.left() {
        call = call.timeout(time);
    }
    match call.await {
        Ok(serving) => {
            let (word, is_well) = match serving {
                Serving::Serving => ("SERVING", true),
                Serving::NotServing => ("NOT_SERVING", false),
                // `Unknown`, or a value added by a later version.
                _ => ("UNKNOWN", false),
            };
            let printed = output.product(&format!("{word}\n"));
            if is_well { printed } else { output.findings() }
        }
        Err(status) if status.code() == Code::Unimplemented => {
            not_offered("sinew.Health", "health::Reporter", output)
        }
        Err(status) => failed(&status, output),
    }
}
