//! The client of `shop`: connects to the address given.

use idl_examples::{run, shop};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    shop::client(run::address()).await
}
