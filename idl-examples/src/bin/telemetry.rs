//! Server and client of `telemetry` in one process.

use idl_examples::{run, telemetry};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::both(telemetry::server(), telemetry::client).await
}
