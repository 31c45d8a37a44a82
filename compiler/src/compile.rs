//! The steps of a compilation, in order.

use crate::backends::rust::{Format, Rust};
use crate::backends::{Backend, GeneratedFile};
use crate::check::check as check_schema;
use crate::diagnostics::{Diagnostic, Diagnostics, Levels, Sink};
use crate::index::Index;
use crate::load::{Loaded, Unreadable, load};
use crate::resolve::{Resolved, resolve};
use crate::schema::Schema;
use crate::source::{FileLoader, MemoryLoader, SourceMap};

/// The result of a check.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Every file that was read.
    pub sources: SourceMap,
    /// Errors and warnings, in order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// The levels of lints that applied.
    pub levels: Levels,
    /// The schema, unless there are errors. Lints that are denied do not count here.
    pub schema: Option<Schema>,
}

/// Checks the files called `names`, in any order, and everything they import.
///
/// # Errors
/// If one of `names` cannot be read. Anything wrong inside the files, including a missing import, is a diagnostic.
pub fn check(loader: &dyn FileLoader, names: &[String]) -> Result<Checked, Unreadable> {
    check_with(loader, names, &Levels::default())
}

/// Like [`check`], with these levels of lints.
///
/// # Errors
/// As [`check`].
pub fn check_with(
    loader: &dyn FileLoader,
    names: &[String],
    levels: &Levels,
) -> Result<Checked, Unreadable> {
    let (checked, ()) = check_names(loader, names, levels, |_, _| ())?;
    Ok(checked)
}

/// Like [`check_with`]; also returns an index of what is declared and used where, as complete as errors allow.
///
/// # Errors
/// As [`check`].
pub fn check_and_index(
    loader: &dyn FileLoader,
    names: &[String],
    levels: &Levels,
) -> Result<(Checked, Index), Unreadable> {
    check_names(loader, names, levels, Index::of)
}

/// Loads, resolves and checks. `inspect` sees the resolved names before they are dropped.
fn check_names<T>(
    loader: &dyn FileLoader,
    names: &[String],
    levels: &Levels,
    inspect: impl FnOnce(&Resolved<'_>, &Loaded) -> T,
) -> Result<(Checked, T), Unreadable> {
    let mut sources = SourceMap::new();
    let mut sink = Sink::with_levels(levels.clone());
    let loaded = load(loader, names, &mut sources, &mut sink)?;
    let resolved = resolve(&loaded, &sources, &mut sink);
    let seen = inspect(&resolved, &loaded);
    let schema = check_schema(resolved, &loaded, &sources, &mut sink);
    let checked = Checked {
        schema,
        diagnostics: sink.finish(&sources),
        levels: levels.clone(),
        sources,
    };
    Ok((checked, seen))
}

impl Checked {
    /// Adds the diagnostics of `backend` about the schema, such as what it cannot represent.
    #[must_use]
    pub fn against(mut self, backend: &dyn Backend) -> Checked {
        if let Some(schema) = &self.schema {
            let mut sink = Sink::with_levels(self.levels.clone());
            sink.extend(self.diagnostics);
            backend.check(schema, &mut sink);
            self.diagnostics = sink.finish(&self.sources);
        }
        self
    }
}

/// Generates the files of `backend`. Warnings of the check and of the backend come with them.
///
/// # Errors
/// If the check or the backend found errors: all diagnostics.
pub fn generate(checked: Checked, backend: &dyn Backend) -> Result<Generated, Diagnostics> {
    let Checked {
        sources,
        diagnostics,
        schema,
        ..
    } = checked.against(backend);
    let found = Diagnostics::new(sources, diagnostics);
    match schema {
        Some(schema) if !found.has_errors() => Ok(Generated {
            files: backend.generate(&schema, found.sources()),
            warnings: found,
        }),
        Some(_) | None => Err(found),
    }
}

/// Generates Rust from a text and formats it for reading. Meant for tests with snapshots, and for tools. Does not touch
/// the disk: every import is an error.
///
/// `name` is the name of the text in diagnostics.
///
/// # Errors
/// If the text has errors: the report, which `unwrap` and `?` print with its snippets.
pub fn generate_str(name: &str, text: &str) -> Result<Generated, Diagnostics> {
    let mut loader = MemoryLoader::default();
    loader.insert(name, text);
    let checked = check(&loader, &[name.to_owned()]);
    let checked = checked.expect("the only file that is asked for is there");
    generate(
        checked,
        &Rust {
            format: Format::Pretty,
            ..Rust::default()
        },
    )
}

/// Generated files.
#[derive(Debug)]
pub struct Generated {
    /// The files to write, in order of their paths.
    pub files: Vec<GeneratedFile>,
    /// Warnings of the check and of the backend.
    pub warnings: Diagnostics,
}

impl Generated {
    /// The code of all namespaces, without the module tree that includes them. If there are several, each begins with
    /// the name of its file.
    pub fn code(&self) -> String {
        let is_code = |file: &&GeneratedFile| file.path != "mod.rs" && !file.path.contains('/');
        let files: Vec<_> = self.files.iter().filter(is_code).collect();
        match files[..] {
            [file] => file.text.clone(),
            ref files => {
                let parts = files
                    .iter()
                    .map(|file| format!("// {}\n{}", file.path, file.text));
                parts.collect::<Vec<_>>().join("\n")
            }
        }
    }
}
