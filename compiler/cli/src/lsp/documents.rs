//! The texts that are open in the editor, which take precedence over the disk, and conversion between paths and URIs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

use super::places::Columns;

/// The open texts.
#[derive(Clone, Default)]
pub(super) struct Documents {
    /// Texts by the canonical paths of their files.
    open: BTreeMap<PathBuf, Document>,
    /// How the editor counts columns.
    pub(super) columns: Columns,
}

/// An open text.
#[derive(Clone)]
pub(super) struct Document {
    /// The URI under which the editor has opened it.
    uri: Uri,
    pub(super) text: String,
}

impl Documents {
    /// Opens or replaces a text. URIs that are not files are ignored.
    pub(super) fn put(&mut self, uri: Uri, text: String) {
        if let Some(path) = path_of(&uri) {
            let document = Document { uri, text };
            self.open.insert(path, document);
        }
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(path) = path_of(uri) {
            self.open.remove(&path);
        }
    }

    /// The same texts, except that this file has another one.
    pub(super) fn with(&self, path: &Path, text: String) -> Option<Self> {
        let uri = self.uri(path)?;
        let mut with = self.clone();
        with.open.insert(path.to_owned(), Document { uri, text });
        Some(with)
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// The editor's URI for the file at a canonical path.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        match self.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => uri_of(path),
        }
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.open.keys().map(PathBuf::as_path)
    }
}

/// The canonical path of the file that a URI names.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme()?.as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.path().as_estr().decode().into_string().ok()?;
    let host = uri.authority().map_or("", |it| it.as_str());
    Some(real(Path::new(&*path_text(&path, host, cfg!(windows)))))
}

/// The path in a URI, in the form of this platform. On Windows `/c:/shop` is on a drive, and a URI with a host is a
/// network share.
fn path_text<'a>(path: &'a str, host: &str, windows: bool) -> Cow<'a, str> {
    if windows && !host.is_empty() && host != "localhost" {
        return format!("//{host}{path}").into();
    }
    let drive = path.strip_prefix('/').filter(|rest| {
        let bytes = rest.as_bytes();
        bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':')
    });
    drive.filter(|_| windows).unwrap_or(path).into()
}

/// The URI of a file.
fn uri_of(path: &Path) -> Option<Uri> {
    uri_text(path.to_str()?, cfg!(windows)).parse().ok()
}

/// The URI of a path. On Windows canonical paths begin with `\\?\`, or with `\\?\UNC\` for network shares.
fn uri_text(path: &str, windows: bool) -> String {
    let plain = path.strip_prefix(r"\\?\").filter(|_| windows);
    let (start, path) = match plain.and_then(|it| it.strip_prefix(r"UNC\")) {
        Some(shared) => ("file://", shared),
        None => {
            let path = plain.unwrap_or(path);
            let start = if path.starts_with('/') {
                "file://"
            } else {
                "file:///"
            };
            (start, path)
        }
    };
    let mut uri = start.to_owned();
    for byte in path.bytes() {
        match byte {
            b'\\' if windows => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The canonical path of a file, even if it is not on the disk yet.
pub(super) fn real(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let folder = path
        .parent()
        .and_then(|folder| fs::canonicalize(folder).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        (_, _) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_comes_back_from_its_uri() {
        for path in ["/nowhere/a b/ü.idl", "/nowhere/100%/#.idl"] {
            let uri = uri_of(Path::new(path)).expect("it can be written");
            assert_eq!(path_of(&uri), Some(PathBuf::from(path)), "{}", uri.as_str());
        }
        let uri: Uri = "untitled:Untitled-1".parse().expect("it is one");
        assert_eq!(path_of(&uri), None);
    }

    #[test]
    fn windows_has_drives_and_shares() {
        let cases = [
            ("/c:/shop/a.idl", "", "c:/shop/a.idl"),
            ("/C:/a.idl", "localhost", "C:/a.idl"),
            ("/shop/a.idl", "server", "//server/shop/a.idl"),
            ("/a.idl", "", "/a.idl"),
            ("/", "", "/"),
            ("/ü:/a", "", "/ü:/a"),
        ];
        for (path, host, expected) in cases {
            assert_eq!(path_text(path, host, true), expected);
            assert_eq!(path_text(path, host, false), path);
        }
        let cases = [
            (r"\\?\C:\shop\a b.idl", "file:///C%3A/shop/a%20b.idl"),
            (r"c:\a.idl", "file:///c%3A/a.idl"),
            (r"\\?\UNC\server\shop\a.idl", "file://server/shop/a.idl"),
        ];
        for (path, expected) in cases {
            assert_eq!(uri_text(path, true), expected);
        }
        assert_eq!(uri_text(r"/a\b.idl", false), "file:///a%5Cb.idl");
    }
}
