//! Diagnostics for imports that cannot be resolved.

use std::borrow::Cow;
use std::io;

use super::import_path::{folder_and_file, nearest_path, under};
use super::unreadable::reason;
use crate::ast;
use crate::diagnostics::{Code, Diagnostic};
use crate::parse::language;

pub(super) fn unreadable_import(import: &ast::Import, error: &io::Error) -> Diagnostic {
    let why = reason(error);
    Diagnostic::new(
        Code::UnreadableImport,
        import.path_span,
        format!("cannot read import `{}`: {why}", import.path),
        "cannot be read",
    )
}

pub(super) fn no_such_import(
    import: &ast::Import,
    roots: &[String],
    paths: &[String],
) -> Diagnostic {
    let shown = |root: &String| match root.as_str() {
        "" => "`.`".to_owned(),
        root => format!("`{root}`"),
    };
    let folders: Vec<_> = roots.iter().map(shown).collect();
    let error = Diagnostic::new(
        Code::UnreadableImport,
        import.path_span,
        format!("cannot find import `{}`", import.path),
        "no such file",
    )
    .with_note(format!(
        "looked in {} and beside this file",
        folders.join(", ")
    ));
    let wanted = translated(&import.path);
    if let Some(root) = root_above(&wanted, roots, paths) {
        return error.with_help(format!("give `{root}` as an import root"));
    }
    match nearest_path(&wanted, paths).as_deref() {
        Some(path) => error.with_fix(
            format!("import `{path}`"),
            import.path_span,
            format!("{path:?}"),
        ),
        None => match built_in(&import.path) {
            Some(message) => error.with_fix(message, import.span, ""),
            None => error.with_help(match language(&import.path) {
                Some(_) => "translate the file and import that: `import \"common.idl\";`",
                None => "give the folder that holds it as an import root: `-I`, `roots` of `sinew.toml`, or `root` in a build script",
            }),
        },
    }
}

/// The folder above a root below which the file would have this path: the configured root is probably a folder inside
/// the intended one.
fn root_above(wanted: &str, roots: &[String], paths: &[String]) -> Option<String> {
    let above = |root: &String, path: &String| {
        let file = under(root, path);
        let above = file.strip_suffix(wanted)?;
        match above.strip_suffix('/') {
            None if above.is_empty() && !root.is_empty() => Some(".".to_owned()),
            Some(above) if above.len() < root.len() => Some(above.to_owned()),
            _ => None,
        }
    };
    let of_root = |root: &String| paths.iter().find_map(|path| above(root, path));
    roots.iter().find_map(of_root)
}

/// A path with the `.idl` extension: instead of another language's extension, or added if there is none.
fn translated(path: &str) -> Cow<'_, str> {
    let (_, file) = folder_and_file(path);
    match (language(path), path.rsplit_once('.')) {
        (Some(_), Some((stem, _))) => format!("{stem}.idl").into(),
        (None, _) if !file.contains('.') => format!("{path}.idl").into(),
        (_, _) => path.into(),
    }
}

/// Why the import of another language's file is not needed: Sinew has what it declares, or does without.
fn built_in(path: &str) -> Option<&'static str> {
    const OPTIONS: &str = "remove the line: it is about options of other programs";
    let (folder, file) = folder_and_file(path);
    Some(match (folder, file) {
        ("google/protobuf", "timestamp.proto" | "duration.proto") => {
            "remove the line: `timestamp` and `duration` are built in"
        }
        ("google/protobuf", "wrappers.proto") => {
            "remove the line: what may be absent is `optional`"
        }
        ("google/protobuf", "empty.proto") => {
            "remove the line: a method without a result is `void`, one without parameters `()`"
        }
        ("google/api", "annotations.proto" | "client.proto" | "field_behavior.proto")
        | (
            "google/api",
            "field_info.proto" | "http.proto" | "resource.proto" | "visibility.proto",
        ) => OPTIONS,
        ("validate" | "buf/validate", "validate.proto") => {
            "remove the line: constraints are annotations here: `@len(1..=64)`"
        }
        ("gogoproto" | "udpa/annotations" | "xds/annotations/v3" | "envoy/annotations", _)
        | ("protoc-gen-openapiv2/options", _) => OPTIONS,
        _ => return None,
    })
}
