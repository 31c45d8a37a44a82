//! The client of `calculator`: connects to the address given.

use idl_examples::{calculator, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    calculator::client(run::address()).await
}
