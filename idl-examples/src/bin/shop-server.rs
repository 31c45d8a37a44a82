//! The server of `shop`: listens on the address given, until Ctrl-C.

use idl_examples::{run, shop};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::server(shop::server()).await
}
