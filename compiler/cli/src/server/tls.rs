//! TLS: which servers are trusted, and the client's own certificate.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgGroup;
use sinew::tls::Connector;
use sinew::tls::rustls::pki_types::pem::{self, PemObject};
use sinew::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sinew::tls::rustls::{self, ClientConfig, RootCertStore};

use crate::data::Data;
use crate::output::Output;

/// Arguments for connections with TLS.
#[derive(clap::Args)]
#[command(next_help_heading = "TLS")]
#[command(group(ArgGroup::new("trust").multiple(true)))]
pub(super) struct TlsArgs {
    /// Connect with TLS, and trust the authorities that this system trusts
    #[arg(long, group = "trust", requires = "server")]
    tls: bool,
    /// Connect with TLS, and trust only the authorities whose certificates are in this file, as PEM
    #[arg(long, value_name = "FILE", group = "trust", requires = "server")]
    ca: Option<PathBuf>,
    /// The client's certificate, with those of its chain, as PEM
    #[arg(long, value_name = "FILE", requires_all = ["trust", "key"])]
    cert: Option<PathBuf>,
    /// The key of the client's certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// The name that the server's certificate must have. Default: the host of the address
    #[arg(long, value_name = "NAME", requires = "trust")]
    server_name: Option<String>,
}

impl TlsArgs {
    /// The settings for handshakes; `None` without TLS. Errors have been reported; `Err` is the exit code.
    pub(super) fn connector(&self, output: &Output) -> Result<Option<Connector>, ExitCode> {
        let refused = |path: &Path, why: &dyn std::fmt::Display| {
            output.finding(&format!("{}: {why}", path.display()))
        };
        let mut roots = RootCertStore::empty();
        match &self.ca {
            Some(ca) => {
                for root in certificates(ca, output)? {
                    roots.add(root).map_err(|error| refused(ca, &error))?;
                }
            }
            None if self.tls => add_system(&mut roots, output)?,
            None => return Ok(None),
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

/// Adds the authorities that the system trusts, at least one. Invalid certificates are skipped, as is usual.
fn add_system(roots: &mut RootCertStore, output: &Output) -> Result<(), ExitCode> {
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added > 0 {
        return Ok(());
    }
    let why = found.errors.first().map(|error| format!(": {error}"));
    let why = why.unwrap_or_default();
    Err(output.finding(&format!(
        "this system has no authorities that are trusted{why}; give them by `--ca FILE`"
    )))
}

/// The certificates in a file, at least one.
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

/// The private key in a file.
fn key(path: &Path, output: &Output) -> Result<PrivateKeyDer<'static>, ExitCode> {
    let Data { name, bytes } = Data::read(path, output)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| {
        output.finding(&match error {
            pem::Error::NoItemsFound => format!("{name}: there is no key in PEM in it"),
            error => format!("{name}: {error}"),
        })
    })
}
