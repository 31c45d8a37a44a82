//! Runs a configured build: finds, compiles and writes the files, and informs cargo.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{
    BuildFailed, Config, DiskLoader, FoundProject, Result, cargo, checked_in, find_project,
    on_large_stack, tracking::TrackingLoader, write_files,
};
use crate::backends::rust::{Externs, Rust};
use crate::diagnostics::render::Options;
use crate::diagnostics::{Diagnostics, Levels};
use crate::load::Unreadable;
use crate::source::{BadSources, SourceSet};
use crate::{Generated, check_with, generate};

/// Output folders that this process has used.
static TAKEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

impl Config {
    /// Compiles the files into `OUT_DIR`, and tells cargo when to rerun the build script. Files that would not change
    /// are not written. A `sinew.toml` in the folder of the package or above it provides the levels of lints, and the
    /// import roots if none were added here.
    ///
    /// # Errors
    /// If one of the files has an error (or a denied warning), if a file cannot be read or written, if there is no
    /// `.idl` file, if an extern namespace is not declared or has an invalid path, or if this process has already
    /// compiled into `OUT_DIR`. Cargo is then told nothing, so that only the report is shown.
    pub fn compile(self) -> Result {
        let package = cargo::folder_of_package()?;
        if self.checked_in.is_none() {
            only_once(cargo::out_dir()?)?;
        }
        let options = Options {
            color: cargo::color(),
            deny_warnings: self.deny_warnings,
            ..Options::default()
        };
        let project = find_project(&package, Path::new("")).map_err(BuildFailed::new)?;
        let roots = self.all_roots(&package, project.as_ref());
        let mut loader = DiskLoader::new(&package);
        let names = self.names(&mut loader, &roots)?;
        let file = project.as_ref().map(|project| loader.name(&project.file()));
        let levels = project.map(|p| p.project.levels).unwrap_or_default();
        let tracking = TrackingLoader::new(&loader);
        let generated = on_large_stack(|| self.generated(&tracking, &names, &levels, &options));
        let (Generated { files, warnings }, notes) = generated.map_err(BuildFailed::new)??;
        let mut watched = tracking.folders();
        watched.extend(self.searched(&roots).map(|root| loader.name(root)));
        watched.extend(file);
        match &self.checked_in {
            Some(folder) => {
                checked_in::keep(&package, folder, &files)?;
                // Not the whole folder, which may contain files of others.
                let paths = files.iter().map(|file| folder.join(&file.path));
                watched.extend(paths.map(|path| loader.name(&path)));
            }
            None => {
                let out = cargo::out_dir()?.join("sinew");
                write_files(&out, &files).map_err(BuildFailed::new)?;
            }
        }
        cargo::tell(watched, &warnings, &notes);
        Ok(())
    }

    /// The import roots: those that were added, else those of the project.
    fn all_roots(&self, package: &Path, project: Option<&FoundProject>) -> Vec<PathBuf> {
        match (self.roots.is_empty(), project) {
            (true, Some(project)) if !project.project.roots.is_empty() => project.roots(),
            (true, Some(project)) if self.files.is_empty() => vec![project.main_root(package)],
            (_, _) => self.roots.clone(),
        }
    }

    /// Configures the loader, and returns the names of the files to compile.
    fn names(&self, loader: &mut DiskLoader, roots: &[PathBuf]) -> Result<Vec<String>> {
        for root in roots {
            loader.add_root(root).map_err(BuildFailed::new)?;
        }
        let mut files = Vec::new();
        for file in &self.files {
            if loader.path(&loader.name(file)).is_dir() {
                return Err(is_a_folder(&loader.name(file)));
            }
            let added = loader.add_file(file);
            files.push(added.map_err(|error| no_such_file(loader, file, roots, &error))?);
        }
        if !files.is_empty() {
            let files = files.into_iter().map(|file| loader.below_a_root(file));
            return Ok(files.collect());
        }
        let nothing = "there is nothing to compile: call `root` or `file`, or add a `sinew.toml`";
        let root = self.searched(roots);
        let root = root.ok_or_else(|| BuildFailed::new(nothing))?;
        loader.files_below(root).map_err(BuildFailed::new)
    }

    /// The root from which every file is compiled, unless files were named.
    fn searched<'a>(&self, roots: &'a [PathBuf]) -> Option<&'a PathBuf> {
        roots.first().filter(|_| self.files.is_empty())
    }

    /// The generated files, and notes about the configuration.
    fn generated(
        &self,
        loader: &TrackingLoader<'_>,
        names: &[String],
        levels: &Levels,
        options: &Options,
    ) -> Result<(Generated, Vec<String>)> {
        let mut checked = check_with(loader, names, levels).map_err(BuildFailed::new)?;
        let backend = Rust {
            externs: self.externs()?,
            ..self.rust.clone()
        };
        let mut notes = Vec::new();
        if let Some(schema) = &mut checked.schema {
            if backend.sources {
                SourceSet::of(&checked.sources).map_err(cannot_have_sources)?;
            }
            backend.externs.check(schema).map_err(BuildFailed::new)?;
            notes = self.additions.apply(schema).map_err(BuildFailed::new)?;
        }
        let generated = generate(checked, &backend);
        let failed = |report: Diagnostics| BuildFailed::reported(report.render(options));
        let generated = generated.map_err(failed)?;
        if self.deny_warnings && !generated.warnings.is_empty() {
            return Err(failed(generated.warnings));
        }
        Ok((generated, notes))
    }

    fn externs(&self) -> Result<Externs> {
        let mut externs = Externs::default();
        for (namespace, path) in &self.externs {
            externs.add(namespace, path).map_err(BuildFailed::new)?;
        }
        Ok(externs)
    }
}

/// Why a file cannot be read. If its path was given relative to a root, as imports are, says where it is.
fn no_such_file(
    loader: &DiskLoader,
    file: &Path,
    roots: &[PathBuf],
    error: &Unreadable,
) -> BuildFailed {
    let mut below = roots.iter().map(|root| loader.name(&root.join(file)));
    match below.find(|name| loader.path(name).is_file()) {
        Some(name) => BuildFailed::new(format!(
            "{error}; files are named from the folder of `Cargo.toml` on: `{name}`"
        )),
        None => BuildFailed::new(error),
    }
}

/// Why there cannot be `sources`.
fn cannot_have_sources(error: BadSources) -> BuildFailed {
    BuildFailed::new(format!("the sources cannot be listed: {error}"))
}

/// The folder of a `file` call, with how to compile what is in it.
fn is_a_folder(name: &str) -> BuildFailed {
    BuildFailed::new(format!(
        "`{name}` is a folder: `root` compiles every file in the first one, `file` one file"
    ))
}

/// # Errors
/// If the folder has the output of another build in this process, which would be overwritten.
fn only_once(folder: PathBuf) -> Result {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    if taken.insert(folder) {
        return Ok(());
    }
    Err(BuildFailed::new(
        "a build script compiles once: this would replace the code that was generated before; \
         give all of it to one `configure()`, with a `root` for each folder and a `file` for each schema",
    ))
}
