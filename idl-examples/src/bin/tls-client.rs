//! The clients of `tls`: connect to the address given, with the certificates in the folder given.

use idl_examples::{run, tls};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    tls::client(run::address(), &tls::folder()).await
}
