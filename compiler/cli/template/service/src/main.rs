//! Greets people: `cargo run` starts a server and calls it once.
//!
//! `cargo run -- server` and `cargo run -- client` are one end each; the address may follow.

use std::env;
use std::process::ExitCode;

sinew::include_idl!();

mod client;
mod server;
#[cfg(test)]
mod wire;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let end = arguments.next();
    let address = arguments.next();
    let address = address.as_deref().unwrap_or("127.0.0.1:7000");
    let done = match end.as_deref() {
        None => both().await,
        Some("server") => server::run(address).await,
        Some("client") => client::run(address).await,
        Some(other) => {
            eprintln!("`{other}` is neither `server` nor `client`");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(status) => {
            eprintln!("{status}");
            ExitCode::FAILURE
        }
    }
}

/// Both ends in this process, with a free port of this machine between them.
async fn both() -> sinew::Result {
    let listening = server::server().bind("127.0.0.1:0").await?;
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());
    client::run(&address).await
}
