//! TLS between servers and clients, with certificates that the servers generate and print.

use std::fmt::Write;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, SanType};
use sinew::tls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use sinew::tls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::TlsConnector;

use super::door::Transport;

/// The address of the servers, the only name in their certificates.
const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Settings of a server with a certificate of its own, and that certificate as text.
pub(super) fn server() -> io::Result<(ServerConfig, String)> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress(HOST)];
    let certificate = params.self_signed(&key).map_err(io::Error::other)?;
    let settings = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        );
    let mut text = String::new();
    for byte in certificate.der().iter() {
        write!(text, "{byte:02x}").expect("a text takes everything");
    }
    Ok((settings.map_err(io::Error::other)?, text))
}

/// Parses a certificate; nothing if the text is not one.
pub(super) fn read(text: &str) -> Vec<u8> {
    let byte = |place| u8::from_str_radix(text.get(place..place + 2)?, 16).ok();
    (0..text.len()).step_by(2).map_while(byte).collect()
}

/// Settings of a client that trusts the server with this certificate.
pub(super) fn client(trusted: &[u8]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from(trusted.to_vec());
    roots.add(certificate).expect("a server has made it");
    ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// The TLS handshake for a hand-written client.
pub(super) async fn enter(
    transport: Box<dyn Transport>,
    trusted: &[u8],
) -> io::Result<Box<dyn Transport>> {
    let mut settings = client(trusted);
    settings.alpn_protocols = vec![sinew::tls::ALPN.to_vec()];
    let connector = TlsConnector::from(Arc::new(settings));
    let name = ServerName::IpAddress(HOST.into());
    Ok(Box::new(connector.connect(name, transport).await?))
}
