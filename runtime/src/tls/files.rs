//! Certificates and keys in PEM files. Every error names the file.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{Reached, Result, Status};

/// The certificates in a PEM file, in their order there: for a chain, the own certificate first.
///
/// ```no_run
/// # fn run() -> Result<sinew::tls::rustls::ServerConfig, Box<dyn std::error::Error>> {
/// use sinew::tls::{self, rustls::ServerConfig};
///
/// let (chain, key) = (tls::certificates("server.pem")?, tls::key("server.key")?);
/// let settings = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
/// # Ok(settings)
/// # }
/// ```
///
/// # Errors
/// [`Code::FailedPrecondition`](crate::Code::FailedPrecondition) with the path, if the file cannot be read, is not PEM,
/// or contains no certificate.
pub fn certificates(path: impl AsRef<Path>) -> Result<Vec<CertificateDer<'static>>> {
    let path = path.as_ref();
    let all: std::result::Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(&read(path)?).collect();
    match all {
        Ok(all) if all.is_empty() => Err(none(path, "certificate")),
        Ok(all) => Ok(all),
        Err(error) => Err(unusable(path, &error).with_source(error)),
    }
}

/// The first key in a PEM file: PKCS #8, PKCS #1 or SEC1.
///
/// # Errors
/// As for [`certificates`].
pub fn key(path: impl AsRef<Path>) -> Result<PrivateKeyDer<'static>> {
    let path = path.as_ref();
    match PrivateKeyDer::from_pem_slice(&read(path)?) {
        Ok(key) => Ok(key),
        Err(pem::Error::NoItemsFound) => Err(none(path, "private key")),
        Err(error) => Err(unusable(path, &error).with_source(error)),
    }
}

/// The authorities whose certificates are in a PEM file.
///
/// # Errors
/// As for [`certificates`], or if one of them is not a certificate of an authority.
pub fn roots(path: impl AsRef<Path>) -> Result<RootCertStore> {
    let path = path.as_ref();
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        let added = roots.add(certificate);
        added.map_err(|error| unusable(path, &error).with_source(error))?;
    }
    Ok(roots)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| unusable(path, &error).with_source(error))
}

fn none(path: &Path, what: &str) -> Status {
    unusable(path, &format_args!("there is no {what} in PEM in it"))
}

fn unusable(path: &Path, why: &dyn Display) -> Status {
    let message = format!("cannot use `{}`: {why}", path.display());
    Status::failed_precondition(message).with_reached(Reached::No)
}
