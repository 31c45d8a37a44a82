//! What a client has proven in its handshake.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// The certificates by which a client has shown who it is. The server's verifier has found them good.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(Arc<[CertificateDer<'static>]>);

impl Identity {
    pub(super) fn new(chain: &[CertificateDer<'static>]) -> Self {
        Self(chain.into())
    }

    /// The certificates as they came, each in DER: the client's own first.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }

    /// The names that the client's own certificate has (subject alternative names): DNS names, also with a wildcard,
    /// then URIs such as `spiffe://shop.example/billing`. Other kinds of names are left out. Reads the certificate
    /// each time.
    pub fn names(&self) -> Vec<String> {
        let own = self.0.first().map(EndEntityCert::try_from);
        let Some(Ok(own)) = own else {
            return Vec::new();
        };
        own.valid_dns_names()
            .chain(own.valid_uri_names())
            .map(str::to_owned)
            .collect()
    }
}

/// Its names.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.names()).finish()
    }
}
