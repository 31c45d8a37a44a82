//! A client's identity, as proven in the TLS handshake.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// The certificates with which a client has proven who it is. The server's verifier has accepted them.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(Arc<[CertificateDer<'static>]>);

impl Identity {
    pub(super) fn new(chain: &[CertificateDer<'static>]) -> Self {
        Self(chain.into())
    }

    /// The certificates as received, each in DER: the client's own first.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }

    /// The names in the client's own certificate (subject alternative names): DNS names, including wildcards, then URIs
    /// such as `spiffe://shop.example/billing`. Other kinds of names are left out. Parses the certificate on each call.
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
