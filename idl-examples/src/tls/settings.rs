//! Files to settings of rustls.

use std::io;
use std::path::Path;

use sinew::tls::rustls::pki_types::pem::PemObject;
use sinew::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sinew::tls::rustls::server::WebPkiClientVerifier;
use sinew::tls::rustls::{ClientConfig, RootCertStore, ServerConfig};

/// A server that lets in only clients with a certificate of the authority.
pub(super) fn of_server(folder: &Path) -> io::Result<ServerConfig> {
    let (chain, key) = own(folder, "server")?;
    let clients = WebPkiClientVerifier::builder(roots(folder)?.into());
    let mut settings = ServerConfig::builder()
        .with_client_cert_verifier(clients.build().map_err(io::Error::other)?)
        .with_single_cert(chain, key)
        .map_err(io::Error::other)?;
    // Who comes back shows its certificate again: it may have expired.
    settings.send_tls13_tickets = 0;
    Ok(settings)
}

/// A client that trusts servers of the authority only, and shows them the certificate of `name`.
pub(super) fn of_client(folder: &Path, name: &str) -> io::Result<ClientConfig> {
    let (chain, key) = own(folder, name)?;
    ClientConfig::builder()
        .with_root_certificates(roots(folder)?)
        .with_client_auth_cert(chain, key)
        .map_err(io::Error::other)
}

/// A client that shows nothing.
pub(super) fn of_stranger(folder: &Path) -> io::Result<ClientConfig> {
    let builder = ClientConfig::builder().with_root_certificates(roots(folder)?);
    Ok(builder.with_no_client_auth())
}

fn roots(folder: &Path) -> io::Result<RootCertStore> {
    let root = CertificateDer::from_pem_file(folder.join("root.pem")).map_err(io::Error::other)?;
    let mut roots = RootCertStore::empty();
    roots.add(root).map_err(io::Error::other)?;
    Ok(roots)
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn own(folder: &Path, name: &str) -> io::Result<Own> {
    let file = folder.join(name);
    let chain = CertificateDer::from_pem_file(file.with_extension("pem"));
    let key = PrivateKeyDer::from_pem_file(file.with_extension("key"));
    let chain = vec![chain.map_err(io::Error::other)?];
    Ok((chain, key.map_err(io::Error::other)?))
}
