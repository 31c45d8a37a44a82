//! Server and client of `chat` in one process.

use idl_examples::{chat, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::both(chat::server(), chat::client).await
}
