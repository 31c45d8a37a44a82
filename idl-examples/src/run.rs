//! Starts and stops the ends of an example: both in one process, or one each.

use std::future::Future;

use sinew::{Server, Status};
use tokio::sync::oneshot;

/// Where servers listen and clients connect when no address is given.
pub const DEFAULT_ADDRESS: &str = "127.0.0.1:7000";

/// The address on the command line, or [`DEFAULT_ADDRESS`].
pub fn address() -> String {
    std::env::args()
        .nth(1)
        .unwrap_or_else(|| DEFAULT_ADDRESS.to_owned())
}

/// Runs `server` on a free port of this machine and `client` against it, and
/// stops the server when the client is done.
///
/// # Errors
/// The error of the client, or why the server did not start.
pub async fn both<F, Fut>(server: Server, client: F) -> Result<(), Status>
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = Result<(), Status>>,
{
    let listening = server.bind("127.0.0.1:0").await?;
    let address = listening.local_addr().to_string();
    println!("server: listening on {address}");

    let (done, client_is_done) = oneshot::channel::<()>();
    let run_client = async {
        let result = client(address).await;
        drop(done);
        result
    };
    let ((), result) = tokio::join!(listening.run_until(client_is_done), run_client);
    println!("server: stopped");
    result
}

/// Runs `server` on [`address`] until Ctrl-C or SIGTERM, then finishes the calls in flight.
///
/// # Errors
/// Why the server did not start.
pub async fn server(server: Server) -> Result<(), Status> {
    let told_to_end = sinew::signal::terminated()?;
    let listening = server.bind(address()).await?;
    println!(
        "server: listening on {}, Ctrl-C stops it",
        listening.local_addr()
    );
    listening.run_until(told_to_end).await;
    Ok(())
}
