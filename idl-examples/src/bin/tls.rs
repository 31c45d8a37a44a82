//! Server and clients of `tls` in one process, before and after the certificates are renewed.

use idl_examples::{run, tls};
use sinew::Status;

#[tokio::main]
async fn main() -> Result<(), Status> {
    let folder = tls::folder();
    let (server, acceptor) = tls::server(&folder)?;
    run::both(server, async |address| {
        tls::client(address.clone(), &folder).await?;
        tls::renew(&folder, &acceptor)?;
        println!("server: has new certificates");
        tls::client(address, &folder).await
    })
    .await
}
