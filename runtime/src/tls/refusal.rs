//! How a server rejects a client in the TLS handshake. With TLS 1.3 the client learns it after it has sent its first
//! call, which such a server never reads.

use std::io;

use super::rustls::{AlertDescription as Alert, Error};

/// Why the server has rejected this client, if that is what failed.
pub(crate) fn turned_away(error: &io::Error) -> Option<String> {
    let error = error.get_ref()?.downcast_ref()?;
    let Error::AlertReceived(alert) = error else {
        return None;
    };
    match alert {
        Alert::CertificateRequired => Some(format!(
            "the server wants a certificate of the client, which has none for it: {error}"
        )),
        Alert::AccessDenied
        | Alert::BadCertificate
        | Alert::CertificateExpired
        | Alert::CertificateRevoked
        | Alert::CertificateUnknown
        | Alert::DecryptError
        | Alert::UnknownCA
        | Alert::UnsupportedCertificate => Some(format!(
            "the server does not accept the certificate of the client: {error}"
        )),
        _ => None,
    }
}
