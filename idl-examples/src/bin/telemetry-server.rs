//! The server of `telemetry`: listens on the address given, until Ctrl-C.

use idl_examples::{run, telemetry};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::server(telemetry::server()).await
}
