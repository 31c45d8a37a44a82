//! A clerk, an auditor and a stranger.

use std::path::Path;

use sinew::tls::Connector;
use sinew::tls::rustls::ClientConfig;
use sinew::{Code, Connect, Status};

use super::settings;
use crate::idl::ledger::LedgerClient;

/// Books as a clerk, tries to as an auditor, and connects as a stranger.
///
/// # Errors
/// The status of a call that should have succeeded.
pub async fn client(address: String, folder: &Path) -> Result<(), Status> {
    let settings = |name| settings::of_client(folder, name);

    let clerk = connect(&address, settings("clerk")?).await?;
    let balance = clerk.book("rent", -80_000).await?;
    println!("client: the clerk books: {balance} cents are on the account");

    let auditor = connect(&address, settings("auditor")?).await?;
    let seen = auditor.balance("rent").await?;
    println!(
        "client: the auditor sees what the clerk has booked: {}",
        seen == balance
    );
    match auditor.book("rent", 1).await {
        Err(status) if status.code() == Code::PermissionDenied => {
            println!("client: the auditor may not book: {}", status.message());
        }
        booked => println!("client: the auditor should not book: {booked:?}"),
    }

    let stranger = settings::of_stranger(folder)?;
    match connect(&address, stranger).await {
        Err(_) => println!("client: who has no certificate is not let in"),
        Ok(_) => println!("client: a stranger should not get in"),
    }
    Ok(())
}

/// Connects to a server that proves to be `localhost`, whatever its address.
async fn connect(address: &str, settings: ClientConfig) -> Result<LedgerClient, Status> {
    let connector = Connector::new(settings).server_name("localhost");
    let channel = Connect::new().tls(connector).to(address).await?;
    Ok(LedgerClient::new(channel))
}
