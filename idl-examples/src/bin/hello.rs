//! Server and client of `hello` in one process.

use idl_examples::{hello, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::both(hello::server(), hello::client).await
}
