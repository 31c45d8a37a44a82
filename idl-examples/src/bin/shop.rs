//! Server and client of `shop` in one process.

use idl_examples::{run, shop};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::both(shop::server(), shop::client).await
}
