//! The server of `chat`: listens on the address given, until Ctrl-C.

use idl_examples::{chat, run};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    run::server(chat::server()).await
}
