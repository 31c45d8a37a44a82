//! Certificates for tests, generated at run time.

use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedIssuer, DnType, Issuer, KeyPair, SanType, date_time_ymd};
use sinew::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sinew::tls::rustls::server::WebPkiClientVerifier;
use sinew::tls::rustls::{ClientConfig, RootCertStore, ServerConfig};

/// Signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, and the certificates between it and the root.
pub struct Signed {
    pub certificate: CertificateDer<'static>,
    between: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    pub fn new() -> Self {
        let (params, key) = issuer(0);
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// A certificate with these DNS names and URIs.
    pub fn sign(&self, names: &[&str]) -> Signed {
        self.sign_with(names, |_| {})
    }

    /// One that was valid until the year 2000.
    pub fn sign_expired(&self, names: &[&str]) -> Signed {
        self.sign_until(names, 2000)
    }

    /// One that is valid until this year.
    pub fn sign_until(&self, names: &[&str], year: i32) -> Signed {
        self.sign_with(names, |params| params.not_after = date_time_ymd(year, 1, 1))
    }

    /// One with this many certificates between it and the root.
    pub fn sign_far(&self, names: &[&str], certificates: usize) -> Signed {
        let mut between = Vec::new();
        let mut nearest: Option<Self> = None;
        for number in 1..=certificates {
            let (params, key) = issuer(number);
            let above = &nearest.as_ref().unwrap_or(self).0;
            let next = CertifiedIssuer::signed_by(params, key, above).expect("a certificate");
            between.insert(0, next.der().clone());
            nearest = Some(Self(next));
        }
        Signed {
            between,
            ..nearest.as_ref().unwrap_or(self).sign(names)
        }
    }

    /// A certificate with these names and its key, as in files.
    pub fn sign_pem(&self, names: &[&str]) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let params =
            CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>());
        let issuer: &Issuer<'_, KeyPair> = &self.0;
        let params = params.expect("they are names");
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    fn sign_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Signed {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names.iter().map(|name| san(name)).collect();
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let issuer: &Issuer<'_, KeyPair> = &self.0;
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        Signed {
            certificate: certificate.der().clone(),
            between: Vec::new(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        }
    }

    pub fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("a root");
        Arc::new(roots)
    }
}

impl Signed {
    fn chain(&self) -> Vec<CertificateDer<'static>> {
        [&[self.certificate.clone()][..], &self.between].concat()
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        self.key.clone_key()
    }
}

/// The authority's certificate and key.
fn issuer(number: usize) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let name = format!("authority {number}");
    params.distinguished_name.push(DnType::CommonName, name);
    (params, KeyPair::generate().expect("a key"))
}

fn san(name: &str) -> SanType {
    let text = name.try_into().expect("ASCII");
    match name.contains("://") {
        true => SanType::URI(text),
        false => SanType::DnsName(text),
    }
}

/// A server that admits anybody.
pub fn open_server(own: Signed) -> ServerConfig {
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(own.chain(), own.key())
        .expect("the key fits")
}

/// A server that admits clients whose certificates the authority has signed.
pub fn mutual_server(own: Signed, clients: &Authority) -> ServerConfig {
    let verifier = WebPkiClientVerifier::builder(clients.roots()).build();
    ServerConfig::builder()
        .with_client_cert_verifier(verifier.expect("it has roots"))
        .with_single_cert(own.chain(), own.key())
        .expect("the key fits")
}

/// A client without a certificate.
pub fn unknown_client(servers: &Authority) -> ClientConfig {
    ClientConfig::builder()
        .with_root_certificates(servers.roots())
        .with_no_client_auth()
}

/// A client with a certificate.
pub fn known_client(servers: &Authority, own: Signed) -> ClientConfig {
    ClientConfig::builder()
        .with_root_certificates(servers.roots())
        .with_client_auth_cert(own.chain(), own.key())
        .expect("the key fits")
}
