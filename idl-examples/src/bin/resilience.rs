//! Three servers, restarted one after the other under load, in one process.

use idl_examples::resilience;
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    resilience::run().await
}
