//! The server of `calculator`: listens on the address given, until Ctrl-C.

use idl_examples::{calculator, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::server(calculator::server()).await
}
