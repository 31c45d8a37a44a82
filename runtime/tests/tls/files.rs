//! Certificates and keys in files: errors name the file.

use std::fs;
use std::path::PathBuf;

use sinew::Code;
use sinew::tls;

use crate::authority::Authority;

/// A file that is removed on drop.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let unique = format!("sinew-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        fs::write(&path, text).expect("a file can be written");
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("it is ours");
    }
}

#[test]
fn certificates_and_keys_come_from_files() {
    let authority = Authority::new();
    let (certificate, key) = authority.sign_pem(&["localhost"]);
    let twice = File::new(
        "twice.pem",
        &format!("the two:\n{certificate}{certificate}"),
    );
    assert_eq!(
        tls::certificates(&twice.0).expect("they are there").len(),
        2
    );
    let both = File::new("both.pem", &format!("{certificate}{key}"));
    assert_eq!(tls::certificates(&both.0).expect("it is there").len(), 1);
    tls::key(&both.0).expect("it is there");
    let roots = tls::roots(&both.0).expect("it may be trusted");
    assert_eq!(roots.len(), 1);
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let authority = Authority::new();
    let (certificate, key) = authority.sign_pem(&["localhost"]);
    let no_key = File::new("no.key", &certificate);
    let no_certificate = File::new("no.pem", &key);
    let empty = File::new("empty.pem", "");
    let cut = File::new("cut.pem", &certificate[..certificate.len() / 2]);
    let bad = File::new("bad.pem", &certificate.replace('M', "%"));
    let strange = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let strange = File::new("strange.pem", strange);
    let missing = std::env::temp_dir().join("sinew-missing.pem");
    let key_of = |path| tls::key(path).map(drop);
    let chain_of = |path| tls::certificates(path).map(drop);
    let roots_of = |path| tls::roots(path).map(drop);
    for (path, why, told) in [
        (&no_key.0, "there is no private key", key_of(&no_key.0)),
        (
            &no_certificate.0,
            "there is no certificate",
            chain_of(&no_certificate.0),
        ),
        (&empty.0, "there is no certificate", roots_of(&empty.0)),
        (&cut.0, "missing section end", chain_of(&cut.0)),
        (&cut.0, "missing section end", key_of(&cut.0)),
        (&bad.0, "base64", chain_of(&bad.0)),
        (&strange.0, "invalid peer certificate", roots_of(&strange.0)),
        (&missing, "cannot use", chain_of(&missing)),
        (&missing, "cannot use", key_of(&missing)),
        (
            &std::env::temp_dir(),
            "cannot use",
            roots_of(&std::env::temp_dir()),
        ),
    ] {
        let status = told.expect_err(why);
        assert_eq!(status.code(), Code::FailedPrecondition);
        let (text, path) = (status.to_string(), path.display().to_string());
        assert!(text.contains(&path) && text.contains(why), "{text}");
    }
}
