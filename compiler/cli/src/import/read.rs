//! Reads and parses files, and those that they import.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use prost_types::FileDescriptorProto;

use super::disk::{Problem, protos, read_bytes, roots, shown, text_of, unreadable};
use super::files::{Files, Proto};
use super::findings::{Findings, Weight};
use super::known;
use super::places::Places;

/// Files in all.
const MAX_FILES: usize = 4096;
/// The number of imports in a file's descriptor.
const DEPENDENCY: i32 = 3;
/// What is said of a file in a newer form of the language.
const EDITION: &str = "editions are not read, only `syntax = \"proto2\"` and `syntax = \"proto3\"`";

/// Reads the files at `paths` and what they import. Whatever is wrong inside them is a finding.
pub(super) fn read(
    paths: &[PathBuf],
    include: &[PathBuf],
    findings: &mut Findings,
) -> Result<Files, Problem> {
    let mut reader = Reader {
        roots: roots(paths, include),
        files: Files::default(),
        known: HashMap::new(),
        findings,
    };
    for path in paths {
        for file in protos(path)? {
            let at = reader.below_a_root(&file);
            let index = reader.file(&file, at)?;
            reader.files.list[index].asked = true;
        }
    }
    reader.follow_imports()?;
    reader.find_circles();
    Ok(reader.files)
}

struct Reader<'a> {
    roots: Vec<PathBuf>,
    files: Files,
    /// The files by what they really are: a path has many names.
    known: HashMap<PathBuf, usize>,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    /// What imports call a file. It lies below a root, as its folder is one.
    fn below_a_root(&self, path: &Path) -> String {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut below = self.roots.iter().filter_map(|root| {
            let root = root.canonicalize().ok()?;
            Some(shown(real.strip_prefix(root).ok()?))
        });
        let name = || shown(Path::new(path.file_name().unwrap_or_default()));
        below.next().unwrap_or_else(name)
    }

    /// Reads a file, unless it is there already.
    fn file(&mut self, path: &Path, called: String) -> Result<usize, Problem> {
        let real = path
            .canonicalize()
            .map_err(|error| unreadable(path, error))?;
        if let Some(index) = self.known.get(&real) {
            return Ok(*index);
        }
        let bytes = read_bytes(path).map_err(|error| unreadable(path, error))?;
        let (text, wrong) = text_of(bytes);
        let index = self.add(shown(path), called, text, wrong)?;
        self.known.insert(real, index);
        Ok(index)
    }

    /// Parses a text, unless it is `wrong` somewhere.
    fn add(
        &mut self,
        name: String,
        path: String,
        text: String,
        wrong: Option<usize>,
    ) -> Result<usize, Problem> {
        let index = self.files.list.len();
        if index == MAX_FILES {
            let message = format!("more than {MAX_FILES} files");
            return Err(Problem::Usage(message));
        }
        if let Some(other) = self.files.list.iter().find(|other| other.path == path) {
            let message = format!(
                "imports would call both `{}` and `{name}` `{path}`; `--include` names the folder above both",
                other.name
            );
            return Err(Problem::Usage(message));
        }
        let parsed = match wrong {
            Some(at) => Err((at, "the file is not UTF-8".to_owned())),
            None => parse(&name, &text),
        };
        let tree = parsed.unwrap_or_else(|(at, message)| {
            self.findings.add(index, at, Weight::Mistake, message);
            Default::default()
        });
        let info = tree.source_code_info.clone().unwrap_or_default();
        self.files.list.push(Proto {
            places: Places::of(&text, &info),
            id: self.files.sources.add(name.clone(), text.clone()),
            name,
            path,
            text,
            tree,
            asked: false,
            imports: Vec::new(),
        });
        Ok(index)
    }

    /// Reads what is imported, until nothing new is.
    fn follow_imports(&mut self) -> Result<(), Problem> {
        let mut next = 0;
        while next < self.files.list.len() {
            let imports = self.files.get(next).tree.dependency.clone();
            for path in imports {
                let found = self.import(&path)?;
                self.files.list[next].imports.push(found);
            }
            next += 1;
        }
        Ok(())
    }

    fn import(&mut self, path: &str) -> Result<Option<usize>, Problem> {
        let own = self.files.list.iter().position(|file| file.path == path);
        if own.is_some() {
            return Ok(own);
        }
        if let Some(text) = known::file(path) {
            return self
                .add(path.to_owned(), path.to_owned(), text, None)
                .map(Some);
        }
        let is_name = |part| matches!(part, Component::Normal(_));
        if !Path::new(path).components().all(is_name) {
            return Ok(None);
        }
        let paths: Vec<PathBuf> = self.roots.iter().map(|root| root.join(path)).collect();
        match paths.iter().find(|path| path.is_file()) {
            Some(found) => self.file(found, path.to_owned()).map(Some),
            None => Ok(None),
        }
    }

    /// Reports files that import themselves through others.
    fn find_circles(&mut self) {
        let count = self.files.list.len();
        let mut done = vec![false; count];
        for start in 0..count {
            // The files on the way from `start`, each with the imports of it that were followed.
            let mut way = vec![(start, 0)];
            while let Some((file, followed)) = way.pop().filter(|_| !done[start]) {
                let Some(import) = self.files.get(file).imports.get(followed).copied() else {
                    done[file] = true;
                    continue;
                };
                way.push((file, followed + 1));
                let Some(import) = import.filter(|import| !done[*import]) else {
                    continue;
                };
                if way.iter().any(|(file, _)| *file == import) {
                    let index = i32::try_from(followed).unwrap_or_default();
                    let place = self.files.get(file).places.of_path(&[DEPENDENCY, index]);
                    let message = "the file imports itself through this import";
                    self.findings
                        .add(file, place.start, Weight::Mistake, message);
                } else {
                    way.push((import, 0));
                }
            }
        }
    }
}

/// Parses a text. The error says what is wrong and where.
fn parse(name: &str, text: &str) -> Result<FileDescriptorProto, (usize, String)> {
    protox_parse::parse(name, text).map_err(|error| {
        let end = text.trim_end().len();
        let at = error.span().map_or(end, |span| span.start);
        let message = match text.get(at..).unwrap_or_default() {
            // What the parser says of these is not about them.
            rest if rest.starts_with("edition") => EDITION.to_owned(),
            rest if rest.starts_with(['"', '\'']) && error.to_string().contains("group name") => {
                "an import is a path below a folder that is searched".to_owned()
            }
            _ => error.to_string(),
        };
        (at, message)
    })
}
