//! The server of `tls`: listens on the address given, writes the certificates of its clients into the folder given.

use idl_examples::{run, tls};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    let (server, _) = tls::server(&tls::folder())?;
    run::server(server).await
}
