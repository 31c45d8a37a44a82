//! The certificate of TLS servers. Server and client derive the same one, so it need not be transferred.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use sinew::tls::Connector;
use sinew::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sinew::tls::rustls::{ClientConfig, RootCertStore, ServerConfig};

const NAME: &str = "bench.test";

/// The head of an Ed25519 key in PKCS #8. The key is no secret: 32 equal bytes follow.
const HEAD: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// The settings of a server with the certificate.
pub fn server() -> Arc<ServerConfig> {
    let (certificate, key) = signed();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key is that of the certificate");
    Arc::new(config)
}

/// The settings of a client that trusts only this certificate.
pub fn client() -> Connector {
    let mut roots = RootCertStore::empty();
    roots.add(signed().0).expect("it is a certificate");
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Connector::new(config).server_name(NAME)
}

fn signed() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = PrivatePkcs8KeyDer::from([&HEAD[..], &[0x5a; 32]].concat());
    let pair = KeyPair::try_from(&key).expect("a key of Ed25519");
    let params = CertificateParams::new([NAME.to_owned()]).expect("a name in ASCII");
    let certificate = params.self_signed(&pair).expect("the key can sign");
    (certificate.der().clone(), key.into())
}
