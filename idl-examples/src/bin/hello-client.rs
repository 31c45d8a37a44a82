//! The client of `hello`: connects to the address given.

use idl_examples::{hello, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    hello::client(run::address()).await
}
