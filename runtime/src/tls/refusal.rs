//! How a server says in the handshake that it does not let a client in. With TLS 1.3 that comes when the client has sent its
//! first call already, which such a server never sees.

use std::io;

use super::rustls::{AlertDescription as Alert, Error};

/// Why the server did not let this client in, if that is what has failed.
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
