//! Settings of rustls from files.

use std::path::Path;

use sinew::Result;
use sinew::tls;
use sinew::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sinew::tls::rustls::server::WebPkiClientVerifier;
use sinew::tls::rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::unusable;

/// A server that accepts only clients with a certificate of the authority.
pub(super) fn of_server(folder: &Path) -> Result<ServerConfig> {
    let (chain, key) = own(folder, "server")?;
    let clients = WebPkiClientVerifier::builder(roots(folder)?.into());
    let mut settings = ServerConfig::builder()
        .with_client_cert_verifier(clients.build().map_err(unusable)?)
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    // Without session tickets a client that reconnects has to present its certificate again, which may have expired.
    settings.send_tls13_tickets = 0;
    Ok(settings)
}

/// A client that trusts only servers of the authority, and presents the certificate of `name`.
pub(super) fn of_client(folder: &Path, name: &str) -> Result<ClientConfig> {
    let (chain, key) = own(folder, name)?;
    ClientConfig::builder()
        .with_root_certificates(roots(folder)?)
        .with_client_auth_cert(chain, key)
        .map_err(unusable)
}

/// A client without a certificate.
pub(super) fn of_stranger(folder: &Path) -> Result<ClientConfig> {
    let builder = ClientConfig::builder().with_root_certificates(roots(folder)?);
    Ok(builder.with_no_client_auth())
}

fn roots(folder: &Path) -> Result<RootCertStore> {
    tls::roots(folder.join("root.pem"))
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn own(folder: &Path, name: &str) -> Result<Own> {
    let file = folder.join(name);
    let chain = tls::certificates(file.with_extension("pem"))?;
    Ok((chain, tls::key(file.with_extension("key"))?))
}
