//! The client of `chat`: connects to the address given.

use idl_examples::{chat, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    chat::client(run::address()).await
}
