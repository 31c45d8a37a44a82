//! What is said of imports that lead nowhere.

use std::borrow::Cow;
use std::io;

use super::import_path::{folder_and_file, nearest_path};
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
    let roots: Vec<_> = roots.iter().map(shown).collect();
    let error = Diagnostic::new(
        Code::UnreadableImport,
        import.path_span,
        format!("cannot find import `{}`", import.path),
        "no such file",
    )
    .with_note(format!(
        "looked in {} and beside this file",
        roots.join(", ")
    ));
    match nearest_path(&translated(&import.path), paths).as_deref() {
        Some(path) => error.with_fix(
            format!("import `{path}`"),
            import.path_span,
            format!("{path:?}"),
        ),
        None => match built_in(&import.path) {
            Some(message) => error.with_fix(message, import.span, ""),
            None => error.with_help(match language(&import.path) {
                Some(_) => "translate the file and import that: `import \"common.idl\";`",
                None => "give the folder that holds it as an import root",
            }),
        },
    }
}

/// What the file of another language is called once it is translated, and one whose ending was left out.
fn translated(path: &str) -> Cow<'_, str> {
    let (_, file) = folder_and_file(path);
    match (language(path), path.rsplit_once('.')) {
        (Some(_), Some((stem, _))) => format!("{stem}.idl").into(),
        (None, _) if !file.contains('.') => format!("{path}.idl").into(),
        (_, _) => path.into(),
    }
}

/// What the language has itself of a file that others import.
fn built_in(path: &str) -> Option<&'static str> {
    Some(match path.strip_prefix("google/protobuf/")? {
        "timestamp.proto" | "duration.proto" => {
            "remove the line: `timestamp` and `duration` are built in"
        }
        "wrappers.proto" => "remove the line: what may be absent is `optional`",
        "empty.proto" => {
            "remove the line: a method without a result is `void`, one without parameters `()`"
        }
        _ => return None,
    })
}
