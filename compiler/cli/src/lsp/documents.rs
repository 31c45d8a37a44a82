//! The texts that are open in the editor, whatever the disk says, and the files that URIs mean.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

/// Open texts by the real path of their file.
#[derive(Default)]
pub(super) struct Documents(BTreeMap<PathBuf, Document>);

/// A text that is open.
pub(super) struct Document {
    /// What the editor calls it.
    uri: Uri,
    pub(super) text: String,
}

impl Documents {
    /// Opens a text, or replaces it. What is no file has no path, and is left alone.
    pub(super) fn put(&mut self, uri: Uri, text: String) {
        if let Some(path) = path_of(&uri) {
            let document = Document { uri, text };
            self.0.insert(path, document);
        }
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(path) = path_of(uri) {
            self.0.remove(&path);
        }
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    /// What the editor calls the file at a real path.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        match self.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => uri_of(path),
        }
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }
}

/// The real path of a file that a URI means.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme()?.as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.path().as_estr().decode().into_string().ok()?;
    // `file:///c:/shop` on Windows.
    let path = match path.strip_prefix('/') {
        Some(rest) if cfg!(windows) => rest,
        Some(_) | None => &path,
    };
    Some(real(Path::new(path)))
}

/// The URI of a file.
fn uri_of(path: &Path) -> Option<Uri> {
    let path = path.to_str()?;
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    let mut uri = "file://".to_owned();
    if !path.starts_with('/') {
        uri.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.parse().ok()
}

/// The one path of a file: without links, also where it is not on the disk yet.
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
}
