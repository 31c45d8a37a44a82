//! The client of `telemetry`: connects to the address given.

use idl_examples::{run, telemetry};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    telemetry::client(run::address()).await
}
