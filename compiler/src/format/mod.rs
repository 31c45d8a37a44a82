//! The formatter: one style for all files, every comment kept.
//!
//! | step | module | from | to |
//! |---|---|---|---|
//! | attach | `attach` | tokens and comments | tokens, each with its comments |
//! | build | `build` | tokens | statements, bodies, brackets (`tree`) |
//! | print | `print` | the tree | text |
//! | verify | `verify` | text before and after | whether nothing was lost |
//!
//! Works on tokens, because the syntax tree has no comments. Text with syntax errors is not formatted. What names mean
//! does not matter.

mod attach;
mod build;
mod comment;
mod lines;
mod one_line;
mod page;
mod print;
mod spacing;
mod tree;
mod verify;

#[cfg(test)]
mod tests;

pub use one_line::one_line;

use std::fmt;

use crate::diagnostics::{Code, Diagnostics, Severity, Sink};
use crate::load::{Unreadable, load_alone};
use crate::source::{FileLoader, MemoryLoader, SourceMap};

/// Formats `text`, which errors call `name`. Formatted text is returned unchanged.
///
/// # Errors
/// If `text` has syntax errors.
pub fn format(name: &str, text: &str) -> Result<String, FormatError> {
    let mut loader = MemoryLoader::default();
    loader.insert(name, text);
    format_file(&loader, name).map(|formatted| formatted.after)
}

/// Formats the file called `name`.
///
/// # Errors
/// If the file cannot be read or has syntax errors.
pub fn format_file(loader: &dyn FileLoader, name: &str) -> Result<Formatted, FormatError> {
    let mut sources = SourceMap::new();
    let mut sink = Sink::new();
    let file =
        load_alone(loader, name, &mut sources, &mut sink).map_err(FormatError::Unreadable)?;
    let mut errors = sink.finish(&sources);
    // A file without a namespace can still be formatted, which allows formatting parts of files.
    errors
        .retain(|error| error.severity == Severity::Error && error.code != Code::MissingNamespace);
    let Some(file) = file.filter(|_| errors.is_empty()) else {
        return Err(FormatError::Syntax(Diagnostics::new(sources, errors)));
    };
    let before = sources.file(file).text.clone();
    let after = print::print(&build::build(attach::attach(&before)));
    if !verify::same(&before, &after) {
        return Err(FormatError::Unfaithful {
            name: name.to_owned(),
        });
    }
    Ok(Formatted { before, after })
}

/// The text of a file before and after formatting.
#[derive(Clone, Debug)]
pub struct Formatted {
    /// The text of the file.
    pub before: String,
    /// The formatted text. Lines end with `
    /// `, and there is no byte order mark.
    pub after: String,
}

/// Why text is not formatted.
#[derive(Debug)]
pub enum FormatError {
    /// The file cannot be read.
    Unreadable(Unreadable),
    /// The file has syntax errors, which are all listed.
    Syntax(Diagnostics),
    /// The result would have lost tokens or comments. This is a bug of the formatter.
    Unfaithful {
        /// The file.
        name: String,
    },
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Unreadable(error) => error.fmt(f),
            FormatError::Syntax(errors) => errors.fmt(f),
            FormatError::Unfaithful { name } => write!(
                f,
                "cannot format `{name}` without a loss, so it stays as it is; \
                 this is a bug, please report it with the file"
            ),
        }
    }
}

impl std::error::Error for FormatError {}
