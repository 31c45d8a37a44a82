//! The server, and who is allowed to do what.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sinew::tls::Acceptor;
use sinew::{Ctx, Server, Status};

use super::{authority, settings, unusable};
use crate::idl::ledger::{Ledger, LedgerServer};

/// Accounts, for those who are allowed to use them.
#[derive(Debug, Default)]
struct Accounts(Mutex<BTreeMap<String, i64>>);

impl Ledger for Accounts {
    async fn book(&self, cx: Ctx, account: String, cents: i64) -> Result<i64, Status> {
        allow(&cx, &["clerk"])?;
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let balance = accounts.entry(account).or_default();
        let after = balance.checked_add(cents);
        *balance = after.ok_or_else(|| Status::out_of_range("no account holds that much"))?;
        Ok(*balance)
    }

    async fn balance(&self, cx: Ctx, account: String) -> Result<i64, Status> {
        allow(&cx, &["clerk", "auditor"])?;
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(accounts.get(&account).copied().unwrap_or_default())
    }
}

/// Checks that the caller's certificate is for one of these roles.
fn allow(cx: &Ctx, roles: &[&str]) -> Result<(), Status> {
    let names = cx.peer().identity().map(|who| who.names());
    let names = names.unwrap_or_default();
    let role = names
        .iter()
        .find_map(|name| name.strip_prefix("spiffe://ledger.example/"));
    match role {
        Some(role) if roles.contains(&role) => Ok(()),
        Some(role) => Err(Status::permission_denied(format!("not for the {role}"))),
        None => Err(Status::unauthenticated("nobody we know")),
    }
}

/// A server that answers `ledger.Ledger` over TLS, with new certificates in `folder`. The acceptor is for [`renew`].
///
/// # Errors
/// If the certificates cannot be made.
pub fn server(folder: &Path) -> Result<(Server, Acceptor), Status> {
    authority::write_all(folder).map_err(unusable)?;
    let acceptor = Acceptor::new(settings::of_server(folder)?);
    let server = Server::new().add(LedgerServer::new(Accounts::default()));
    Ok((server.tls(acceptor.clone()), acceptor))
}

/// Replaces all certificates while the server runs. Open connections stay; new ones use the new certificate.
///
/// # Errors
/// If the certificates cannot be made; then the server keeps the old ones.
pub fn renew(folder: &Path, acceptor: &Acceptor) -> Result<(), Status> {
    authority::write_all(folder).map_err(unusable)?;
    acceptor.replace(settings::of_server(folder)?);
    Ok(())
}
