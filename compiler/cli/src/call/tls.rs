//! TLS: whom this client trusts, and who it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use sinew::tls::Connector;
use sinew::tls::rustls::pki_types::pem::{self, PemObject};
use sinew::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sinew::tls::rustls::{self, ClientConfig, RootCertStore};

use crate::data::Data;
use crate::output::Output;

/// Arguments for servers that talk TLS.
#[derive(clap::Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsArgs {
    /// Certificates of the authorities that are trusted, as PEM: makes the connection with TLS
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The certificate that this client shows, with those in between, as PEM
    #[arg(long, value_name = "FILE", requires_all = ["ca", "key"])]
    cert: Option<PathBuf>,
    /// Its key, as PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// The name that the server's certificate must have. Without it: the host of the address
    #[arg(long, value_name = "NAME", requires = "ca")]
    server_name: Option<String>,
}

impl TlsArgs {
    /// How handshakes are made; `None` without TLS. The error is the exit code; what it is for was reported.
    pub(super) fn connector(&self, output: &Output) -> Result<Option<Connector>, ExitCode> {
        let Some(ca) = &self.ca else { return Ok(None) };
        let refused = |path: &Path, why: &dyn std::fmt::Display| {
            output.finding(&format!("{}: {why}", path.display()))
        };
        let mut roots = RootCertStore::empty();
        for root in certificates(ca, output)? {
            roots.add(root).map_err(|error| refused(ca, &error))?;
        }
        let settings = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ));
        let settings = settings.with_safe_default_protocol_versions();
        let settings = settings.map_err(|error| output.finding(&error.to_string()))?;
        let settings = settings.with_root_certificates(roots);
        let settings: ClientConfig = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => {
                let chain = certificates(cert, output)?;
                let settings = settings.with_client_auth_cert(chain, self::key(key, output)?);
                settings.map_err(|error| refused(cert, &error))?
            }
            _ => settings.with_no_client_auth(),
        };
        let connector = Connector::new(settings);
        Ok(Some(match &self.server_name {
            Some(name) => connector.server_name(name),
            None => connector,
        }))
    }
}

/// The certificates in a file: one at least.
fn certificates(path: &Path, output: &Output) -> Result<Vec<CertificateDer<'static>>, ExitCode> {
    let Data { name, bytes } = Data::read(path, output)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match all {
        Ok(all) if all.is_empty() => {
            Err(output.finding(&format!("{name}: there is no certificate in PEM in it")))
        }
        Ok(all) => Ok(all),
        Err(error) => Err(output.finding(&format!("{name}: {error}"))),
    }
}

/// The key in a file.
fn key(path: &Path, output: &Output) -> Result<PrivateKeyDer<'static>, ExitCode> {
    let Data { name, bytes } = Data::read(path, output)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| {
        output.finding(&match error {
            pem::Error::NoItemsFound => format!("{name}: there is no key in PEM in it"),
            error => format!("{name}: {error}"),
        })
    })
}
