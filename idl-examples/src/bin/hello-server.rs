//! The server of `hello`: listens on the address given, until Ctrl-C.

use idl_examples::{hello, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::server(hello::server()).await
}
