//! The source files of one compilation, by the paths that imports give. Independent of the disk.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::io;

use super::{FileLoader, SourceMap, is_hidden};

/// Files that were compiled together, so that they can be sent to somebody who compiles them again: a server describes
/// itself, and a tool reads that.
///
/// The sender may not be trusted, so a path is only a name. One that could lead outside of the set is refused.
#[derive(Clone, Debug, Default)]
pub struct SourceSet {
    /// The prefix of each name.
    root: String,
    files: Vec<File>,
    /// The index of a file by each of its paths.
    places: BTreeMap<String, usize>,
}

#[derive(Clone, Debug)]
struct File {
    path: String,
    text: String,
}

impl SourceSet {
    /// An empty set, whose names will begin with `root` and a `/`. If `root` is empty, names are the paths themselves.
    pub fn new(root: impl Into<String>) -> Self {
        Self {
            root: root.into(),
            ..Self::default()
        }
    }

    /// The files of a compilation. The folders in which they are stored are left out.
    ///
    /// # Errors
    /// If a file is below no import root, or the same path means different files for two importing files.
    pub fn of(sources: &SourceMap) -> Result<Self, BadSources> {
        let mut set = Self::default();
        for (_, file) in sources.iter() {
            set.add(file.import_path(), &file.also, file.text.clone())?;
        }
        Ok(set)
    }

    /// Adds a file with its import path `path`, and further ones `also`.
    ///
    /// # Errors
    /// If one of them is not a valid path below a root, or belongs to another file. The set must not be used then.
    pub fn add(&mut self, path: &str, also: &[String], text: String) -> Result<(), BadSources> {
        let place = self.files.len();
        for path in std::iter::once(path).chain(also.iter().map(String::as_str)) {
            if !is_plain(path) {
                return Err(no_path(path));
            }
            match self.places.entry(path.to_owned()) {
                Entry::Vacant(entry) => _ = entry.insert(place),
                Entry::Occupied(_) => return Err(two_files(path)),
            }
        }
        self.files.push(File {
            path: path.to_owned(),
            text,
        });
        Ok(())
    }

    /// Adds the files of another set. A file that is in both with the same text is kept once.
    ///
    /// # Errors
    /// If a path means one file here and another there. The set must not be used then.
    pub fn join(&mut self, other: &SourceSet) -> Result<(), BadSources> {
        let mut paths = vec![Vec::new(); other.files.len()];
        for (path, place) in &other.places {
            paths[*place].push(path.clone());
        }
        for (file, paths) in other.files.iter().zip(paths) {
            let here = paths.iter().find_map(|path| self.places.get(path));
            match here.map(|place| &self.files[*place]) {
                Some(here) if here.text == file.text => {}
                Some(here) => return Err(two_files(&here.path)),
                None => {
                    let also = paths.into_iter().filter(|path| *path != file.path);
                    self.add(&file.path, &also.collect::<Vec<_>>(), file.text.clone())?;
                }
            }
        }
        Ok(())
    }

    /// The path and the text of each file, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.map(|file| (&file.path[..], &file.text[..]))
    }

    /// The names of all files, for use with this loader.
    pub fn names(&self) -> Vec<String> {
        self.files.iter().map(|file| self.name(file)).collect()
    }

    fn name(&self, file: &File) -> String {
        match &self.root[..] {
            "" => file.path.clone(),
            root => format!("{root}/{}", file.path),
        }
    }

    fn find(&self, name: &str) -> Option<&File> {
        let path = name.strip_prefix(&self.root[..])?;
        let path = match self.root.is_empty() {
            true => path,
            false => path.strip_prefix('/')?,
        };
        self.files.get(*self.places.get(path)?)
    }
}

impl FileLoader for SourceSet {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        let text = &self.find(name).ok_or(io::ErrorKind::NotFound)?.text;
        Ok(text.as_bytes()[..text.len().min(limit)].to_vec())
    }

    fn roots(&self) -> Vec<String> {
        vec![self.root.clone()]
    }

    fn identity(&self, name: &str) -> String {
        let file = self.find(name);
        file.map_or_else(|| name.to_owned(), |file| self.name(file))
    }

    fn import_paths(&self) -> Vec<String> {
        self.places.keys().cloned().collect()
    }
}

/// Whether this is the normalized path of a file below a root.
fn is_plain(path: &str) -> bool {
    let is_sign = |sign: char| matches!(sign, '\\' | ':' | '\t') || is_hidden(sign);
    let is_name = |name: &str| !matches!(name, "" | "." | "..");
    !path.contains(is_sign) && path.split('/').all(is_name)
}

/// Why files cannot form a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSources {
    message: String,
}

impl fmt::Display for BadSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadSources {}

fn no_path(path: &str) -> BadSources {
    BadSources {
        message: format!("`{path}` is no path below an import root"),
    }
}

fn two_files(path: &str) -> BadSources {
    BadSources {
        message: format!("`{path}` is the path of two files"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_name_and_leads_nowhere() {
        for path in ["a.idl", "shop/a b.idl", "..idl/é.idl"] {
            assert!(is_plain(path), "{path}");
        }
        let paths = [
            "", "/a", "a/", "a//b", "./a", "../a", "a/../b", "C:/a", "a\\b",
        ];
        for path in paths
            .into_iter()
            .chain(["a\0b", "a\nb", "a\tb", "a\u{202e}b"])
        {
            assert!(!is_plain(path), "{path:?}");
        }
    }

    /// A loader with roots inside each other, so that a file has two paths.
    struct Nested;

    impl FileLoader for Nested {
        fn read(&self, name: &str, _limit: usize) -> io::Result<Vec<u8>> {
            let text = match name {
                "idl/shop/money.idl" => "namespace money; struct Money { 1: i64 cents; }",
                "idl/shop/orders.idl" => {
                    r#"namespace orders; import "shop/money.idl"; struct Order { 1: money.Money all; }"#
                }
                "idl/stock.idl" => {
                    r#"namespace stock; import "money.idl"; struct Stock { 1: money.Money worth; }"#
                }
                _ => return Err(io::ErrorKind::NotFound.into()),
            };
            Ok(text.into())
        }

        fn roots(&self) -> Vec<String> {
            vec!["idl".to_owned(), "idl/shop".to_owned()]
        }
    }

    #[test]
    fn what_compiles_is_a_set_that_compiles() {
        let names = ["idl/shop/orders.idl", "idl/stock.idl"].map(str::to_owned);
        let checked = crate::check(&Nested, &names).expect("they can be read");
        assert!(checked.schema.is_some(), "{:?}", checked.diagnostics);
        let mut set = SourceSet::new("there");
        for (_, file) in checked.sources.iter() {
            let added = set.add(file.import_path(), &file.also, file.text.clone());
            assert_eq!(added, Ok(()));
        }
        let again = crate::check(&set, &set.names()).expect("all are there");
        assert!(again.schema.is_some(), "{:?}", again.diagnostics);
        assert_eq!(again.sources.iter().count(), 3);
    }

    #[test]
    fn sets_that_share_files_are_joined() {
        let set = |text: &str, other: &str| {
            let mut set = SourceSet::new("there");
            let added = set.add("a.idl", &["shop/a.idl".to_owned()], text.to_owned());
            assert_eq!(added.and(set.add(other, &[], String::new())), Ok(()));
            set
        };
        let mut all = set("1", "b.idl");
        assert_eq!(all.join(&set("1", "c.idl")), Ok(()));
        assert_eq!(all.names(), ["there/a.idl", "there/b.idl", "there/c.idl"]);
        assert_eq!(all.join(&set("2", "d.idl")), Err(two_files("a.idl")));
    }

    #[test]
    fn a_path_means_one_file() {
        let mut set = SourceSet::new("there");
        let also = ["shop/a.idl".to_owned()];
        assert_eq!(set.add("a.idl", &also, "1".to_owned()), Ok(()));
        let twice = set.add("shop/a.idl", &[], String::new());
        assert_eq!(twice, Err(two_files("shop/a.idl")));
        assert_eq!(set.identity("there/shop/a.idl"), "there/a.idl");
        assert_eq!(set.read("there/shop/a.idl", 9).ok(), Some(b"1".to_vec()));
        assert!(set.read("a.idl", 9).is_err());
    }
}
