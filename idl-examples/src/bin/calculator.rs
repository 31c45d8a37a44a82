//! Server and client of `calculator` in one process.

use idl_examples::{calculator, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::both(calculator::server(), calculator::client).await
}
