//! Creates the certificates of the example. In production that is done elsewhere: by a certificate authority of the
//! company, or by the container platform. Servers and clients only need the files.

use std::fs;
use std::io;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};

/// Writes `root.pem`, which everybody trusts, and a certificate with its key for the server and for each client, signed
/// by a new authority. Overwrites earlier files.
///
/// # Errors
/// If a file cannot be written.
pub(super) fn write_all(folder: &Path) -> io::Result<()> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let root = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
    make_private(folder)?;
    for (file, name) in [
        ("server", "localhost"),
        ("clerk", "spiffe://ledger.example/clerk"),
        ("auditor", "spiffe://ledger.example/auditor"),
    ] {
        let (certificate, key) = sign(&root, name).map_err(io::Error::other)?;
        fs::write(folder.join(file).with_extension("pem"), certificate)?;
        fs::write(folder.join(file).with_extension("key"), key)?;
    }
    fs::write(folder.join("root.pem"), root.pem())
}

/// Creates a certificate for a DNS name or URI, and its key, as PEM.
fn sign(root: &CertifiedIssuer<'_, KeyPair>, name: &str) -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::default();
    params.subject_alt_names.push(match name.contains("://") {
        true => SanType::URI(name.try_into()?),
        false => SanType::DnsName(name.try_into()?),
    });
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, root)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// Creates a folder that nobody else can read.
#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
