//! What servers say of themselves: the services `sinew.Reflect` and `sinew.Health`.

use std::process::ExitCode;
use std::time::Duration;

use sinew::health::{HealthClient, Serving};
use sinew::reflect::{MethodInfo, ReflectClient};
use sinew::{Channel, Code, Status};

use super::failed;
use crate::output::Output;

/// Lists the methods of a server, by name.
pub(super) async fn methods(
    channel: &Channel,
    time: Option<Duration>,
    output: &Output,
) -> ExitCode {
    let client = ReflectClient::new(channel.clone());
    let mut call = client.services();
    if let Some(time) = time {
        call = call.timeout(time);
    }
    match call.await {
        Ok(services) => {
            let methods = services.iter().flat_map(|service| {
                let methods = service.methods.iter();
                methods.map(|method| line(&service.name, method))
            });
            output.product(&methods.collect::<String>())
        }
        Err(status) => unless_offered(&status, "sinew.Reflect", "Server::add_reflection", output),
    }
}

/// The line of a method. The server has chosen the names, and the line may go to a terminal.
fn line(service: &str, method: &MethodInfo) -> String {
    let line = format!("{service}.{}{}", method.name, marks(method));
    line.replace(char::is_control, " ") + "\n"
}

/// What a schema says of a method in front of its result.
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

/// Says how a service is; the exit code says whether it can be given calls.
pub(super) async fn health(
    service: &str,
    channel: &Channel,
    time: Option<Duration>,
    output: &Output,
) -> ExitCode {
    let client = HealthClient::new(channel.clone());
    let mut call = client.check(service);
    if let Some(time) = time {
        call = call.timeout(time);
    }
    match call.await {
        Ok(serving) => {
            let (word, is_well) = match serving {
                Serving::Serving => ("SERVING", true),
                Serving::NotServing => ("NOT_SERVING", false),
                // `Unknown`, or what a later version says.
                _ => ("UNKNOWN", false),
            };
            let printed = output.product(&format!("{word}\n"));
            if is_well { printed } else { output.findings() }
        }
        Err(status) => unless_offered(&status, "sinew.Health", "health::Reporter", output),
    }
}

/// Reports why a call of a service failed that servers have only if they are given it.
fn unless_offered(status: &Status, service: &str, by: &str, output: &Output) -> ExitCode {
    match status.code() {
        Code::Unimplemented => output.finding(&format!(
            "the server does not offer `{service}`, which `{by}` adds"
        )),
        _ => failed(status, output),
    }
}
