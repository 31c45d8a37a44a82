//! Paths of imports: which are valid, which file they mean, and which one was probably meant.

use crate::ast;
use crate::diagnostics::{Code, Diagnostic, nearest};

/// The segments of a path, or why it is invalid.
pub(super) fn segments(path: &str) -> Result<Vec<&str>, PathProblem> {
    if path.is_empty() {
        return Err(PathProblem::Empty);
    }
    if path.contains('\\') {
        return Err(PathProblem::Backslash);
    }
    if path.contains(char::is_control) {
        return Err(PathProblem::Control);
    }
    if path.starts_with('/') || path.contains(':') {
        return Err(PathProblem::Absolute);
    }
    Ok(path.split('/').collect())
}

/// `segments` relative to `folder`, with `.` and `..` resolved. `None` if that leaves the root.
pub(super) fn join(folder: &[&str], segments: &[&str]) -> Option<String> {
    let mut path = folder.to_vec();
    for segment in segments {
        match *segment {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

/// The name of the path `below` a root.
pub(super) fn under(root: &str, below: &str) -> String {
    if root.is_empty() {
        below.to_owned()
    } else {
        format!("{root}/{below}")
    }
}

/// The path that was probably meant: a file of this name in another folder, else the most similar path. If several
/// folders have such a file, such as `types.idl`, the one with the most similar folder.
pub(super) fn nearest_path(wanted: &str, paths: &[String]) -> Option<String> {
    let (wanted_folder, wanted_file) = folder_and_file(wanted);
    let is_elsewhere = |path: &&str| {
        let (_, file) = folder_and_file(path);
        file.to_lowercase() == wanted_file.to_lowercase()
    };
    let paths = || paths.iter().map(String::as_str);
    let elsewhere: Vec<&str> = paths().filter(is_elsewhere).collect();
    let meant = match elsewhere[..] {
        [] => {
            let near = nearest(without_ending(wanted), paths().map(without_ending));
            paths().find(|path| near.first() == Some(&without_ending(path)))
        }
        [path] => Some(path),
        _ => {
            let folders = || elsewhere.iter().map(|path| folder_and_file(path).0);
            let near = nearest(wanted_folder, folders());
            let own = folders().find(|folder| *folder == wanted_folder);
            let folder = own.or_else(|| near.first().copied())?;
            let mut elsewhere = elsewhere.iter().copied();
            elsewhere.find(|path| folder_and_file(path).0 == folder)
        }
    };
    meant.map(str::to_owned)
}

/// All paths have the same extension, so it would only distort the comparison.
fn without_ending(path: &str) -> &str {
    path.strip_suffix(".idl").unwrap_or(path)
}

pub(super) fn folder_and_file(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// What is wrong with an import path.
#[derive(Clone, Copy)]
pub(super) enum PathProblem {
    /// It is empty.
    Empty,
    /// It begins with `/`, a drive or a scheme.
    Absolute,
    /// It contains a `\`.
    Backslash,
    /// It contains a control character.
    Control,
    /// It has more `..` than there are folders.
    LeavesRoots,
}

impl PathProblem {
    /// Reports the problem of the path of `import`.
    pub(super) fn report(self, import: &ast::Import) -> Diagnostic {
        let path = &import.path;
        let why = match self {
            PathProblem::Empty => "the path is empty",
            PathProblem::Absolute => "an import path is relative to an import root",
            PathProblem::Backslash => "an import path uses `/` on every platform",
            PathProblem::Control => "the path contains a control character",
            PathProblem::LeavesRoots => "the path leaves the import roots",
        };
        let message = format!("cannot read import `{path}`: {why}");
        let error = Diagnostic::new(Code::UnreadableImport, import.path_span, message, why);
        match self {
            PathProblem::Backslash => error.with_fix(
                "write `/`",
                import.path_span,
                format!("{:?}", path.replace('\\', "/")),
            ),
            PathProblem::Empty
            | PathProblem::Absolute
            | PathProblem::Control
            | PathProblem::LeavesRoots => {
                error.with_help("write the path of an `.idl` file below an import root")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, path: &str) -> Option<String> {
        let folder: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
        join(&folder, &segments(path).ok()?)
    }

    #[test]
    fn a_path_is_worked_out_from_its_folder() {
        assert_eq!(check("", "a.idl").as_deref(), Some("a.idl"));
        assert_eq!(check("shop", "./a.idl").as_deref(), Some("shop/a.idl"));
        assert_eq!(check("shop/x", "../a.idl").as_deref(), Some("shop/a.idl"));
        assert_eq!(check("shop", "b/./../a.idl").as_deref(), Some("shop/a.idl"));
    }

    #[test]
    fn a_path_that_leaves_the_root_is_refused() {
        for path in [
            "../a.idl",
            "a/../../b.idl",
            "/etc/passwd",
            "C:/x.idl",
            "file://x",
            "a\\b",
            "",
            "a\0b",
        ] {
            assert_eq!(check("", path), None, "{path:?}");
        }
    }

    #[test]
    fn the_same_file_elsewhere_is_suggested_first() {
        let paths = ["comon.idl".to_owned(), "shared/Common.idl".to_owned()];
        assert_eq!(
            nearest_path("common.idl", &paths).as_deref(),
            Some("shared/Common.idl")
        );
        assert_eq!(
            nearest_path("commn.idl", &paths).as_deref(),
            Some("comon.idl")
        );
        assert_eq!(nearest_path("order.idl", &paths), None);

        let paths = ["orders/types.idl".to_owned(), "stock/types.idl".to_owned()];
        assert_eq!(
            nearest_path("stok/types.idl", &paths).as_deref(),
            Some("stock/types.idl")
        );
        assert_eq!(nearest_path("billing/types.idl", &paths), None);
        assert_eq!(
            nearest_path("stock/Types.idl", &paths).as_deref(),
            Some("stock/types.idl")
        );
    }
}
