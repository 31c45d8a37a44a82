//! A file as the text of an `.idl` file.

use std::collections::BTreeSet;

use super::comments::{Above, Comments, doc, plain};
use super::files::{Files, Proto};
use super::findings::{Findings, Weight};
use super::lookup::Lookup;
use super::names::{Names, namespace, tag};
use super::places::{Place, nth};

/// The numbers of fields of a file's descriptor.
const PACKAGE: i32 = 2;
const DEPENDENCY: i32 = 3;
const EXTENSION: i32 = 7;
pub(super) const FILE_OPTIONS: i32 = 8;
const SYNTAX: i32 = 12;
/// The number of options in every kind of options: those that the parser does not look into, which are all.
pub(super) const OPTION: i32 = 999;

/// What became of a file.
pub(super) struct Converted {
    pub(super) text: String,
    /// The files whose declarations it uses.
    pub(super) uses: BTreeSet<usize>,
}

pub(super) fn convert(
    files: &Files,
    names: &Names,
    file: usize,
    findings: &mut Findings,
) -> Converted {
    let proto = files.get(file);
    let mut converter = Converter {
        file,
        proto,
        lookup: Lookup::new(files, names, file),
        comments: Comments::of(&proto.text),
        findings,
        missing_types: false,
        declarations: Vec::new(),
    };
    let (top, below) = converter.header();
    converter.items();
    converter.missing_imports();
    let rest = converter.comments.rest(proto.text.len());
    let imports = converter.lookup.imports();
    let declarations = converter.declarations.join("\n");
    Converted {
        text: format!("{top}\n{imports}\n{below}\n{declarations}\n{rest}"),
        uses: converter.lookup.uses(),
    }
}

/// Converts a file. What it does follows the text, as comments are taken in their order.
pub(super) struct Converter<'a> {
    file: usize,
    pub(super) proto: &'a Proto,
    pub(super) lookup: Lookup<'a>,
    pub(super) comments: Comments<'a>,
    findings: &'a mut Findings,
    /// Whether a name refers to nothing.
    pub(super) missing_types: bool,
    /// The text of each declaration.
    pub(super) declarations: Vec<String>,
}

/// What there is in a file besides its header.
enum Item {
    Message(usize),
    Enum(usize),
    Service(usize),
    Extend,
}

impl Converter<'_> {
    pub(super) fn note(&mut self, place: Place, message: impl Into<String>) {
        self.findings
            .add(self.file, place.start, Weight::Note, message);
    }

    pub(super) fn loss(&mut self, place: Place, message: impl Into<String>) {
        self.findings
            .add(self.file, place.start, Weight::Loss, message);
    }

    pub(super) fn mistake(&mut self, place: Place, message: impl Into<String>) {
        self.findings
            .add(self.file, place.start, Weight::Mistake, message);
    }

    /// The namespace with what stands above it, and what stands between it and the declarations.
    fn header(&mut self) -> (String, String) {
        let places = &self.proto.places;
        let package = places.all(&[PACKAGE]).first().copied();
        let mut statements: Vec<Place> = package.into_iter().collect();
        statements.extend(places.all(&[SYNTAX]));
        for index in 0..self.proto.tree.dependency.len() {
            statements.extend(places.all(&nth(&[], DEPENDENCY, index)));
        }
        for index in 0..self.file_options().len() {
            statements.extend(places.all(&nth(&[FILE_OPTIONS], OPTION, index)));
        }
        statements.sort();
        let first = self.sorted_items().first().map(|(place, _)| place.start);
        statements.retain(|place| place.start < first.unwrap_or(usize::MAX));
        let (mut top, mut about, mut below) = (String::new(), String::new(), String::new());
        let names_it = package.or_else(|| places.all(&[SYNTAX]).first().copied());
        for place in statements {
            let above = self.comments.above(place.start);
            let inside = self.comments.rest(place.end);
            let behind = self.comments.behind(place.end);
            let is_above = names_it.is_some_and(|it| place <= it);
            let part = if is_above { &mut top } else { &mut below };
            part.push_str(&above.detached);
            if Some(place) == package {
                about = doc(&above.doc);
            } else {
                part.push_str(&plain(&above.doc));
            }
            part.push_str(&inside);
            part.push_str(&plain(&behind));
            part.push('\n');
        }
        self.file_option_notes();
        let namespace = namespace(self.proto);
        if package.is_none() {
            let message = format!("there is no package, so the namespace is `{namespace}`");
            self.note(Place::default(), message);
        }
        (format!("{top}{about}namespace {namespace};\n"), below)
    }

    fn items(&mut self) {
        let tree = &self.proto.tree;
        let scope = self.proto.scope();
        for (place, item) in self.sorted_items() {
            match item {
                Item::Message(index) => {
                    let path = nth(&[], tag::FILE_MESSAGE, index);
                    self.message(&path, &scope, &tree.message_type[index], place);
                }
                Item::Enum(index) => {
                    let path = nth(&[], tag::FILE_ENUM, index);
                    self.enumeration(&path, &scope, &tree.enum_type[index], place);
                }
                Item::Service(index) => {
                    let path = nth(&[], tag::FILE_SERVICE, index);
                    self.service(&path, &scope, &tree.service[index], place);
                }
                Item::Extend => {
                    let text = self.extend(&[EXTENSION], &scope, &tree.extension, place);
                    self.declarations.push(text);
                }
            }
        }
    }

    fn sorted_items(&self) -> Vec<(Place, Item)> {
        let (places, tree) = (&self.proto.places, &self.proto.tree);
        let place = |tag, index| places.of_path(&nth(&[], tag, index));
        let messages = 0..tree.message_type.len();
        let enums = 0..tree.enum_type.len();
        let services = 0..tree.service.len();
        let mut items: Vec<(Place, Item)> = messages
            .map(|index| (place(tag::FILE_MESSAGE, index), Item::Message(index)))
            .chain(enums.map(|index| (place(tag::FILE_ENUM, index), Item::Enum(index))))
            .chain(services.map(|index| (place(tag::FILE_SERVICE, index), Item::Service(index))))
            .collect();
        let extends = places.all(&[EXTENSION]).iter();
        items.extend(extends.map(|place| (*place, Item::Extend)));
        items.sort_by_key(|(place, _)| *place);
        items
    }

    /// Imports that were not found matter only if a type is missing: many are there for options.
    fn missing_imports(&mut self) {
        for (index, import) in self.proto.imports.iter().enumerate() {
            if import.is_some() {
                continue;
            }
            let place = self.proto.places.of_path(&nth(&[], DEPENDENCY, index));
            let path = &self.proto.tree.dependency[index];
            let missing = format!("`{path}` is in none of the folders that are searched");
            match self.missing_types {
                true => self.mistake(place, format!("{missing}; `--include` adds one")),
                false => self.note(place, format!("{missing}, but no type needs it")),
            }
        }
    }
}

/// The comments around something without a body.
struct Around {
    above: Above,
    inside: String,
    behind: Vec<String>,
}

/// A declaration or member with a body: what stands in front of it.
pub(super) struct Opened {
    above: String,
    doc: Vec<String>,
    first: String,
}

impl Converter<'_> {
    /// The text of something without a body, with its comments.
    pub(super) fn leaf(&mut self, place: Place, text: &str) -> String {
        let Around {
            above,
            inside,
            behind,
        } = self.around(place);
        let (head, about) = (above.detached + &inside, above.doc);
        match (&about[..], &behind[..]) {
            ([], behind) => format!("{head}{}{text}\n", doc(behind)),
            (about, []) => format!("{head}{}{text}\n", doc(about)),
            (about, [one]) => format!("{head}{}{text} // {one}\n", doc(about)),
            (about, more) => format!("{head}{}{}{text}\n", plain(more), doc(about)),
        }
    }

    /// The same for what cannot be documented. Without a text, only its comments are left.
    pub(super) fn statement(&mut self, place: Place, text: &str) -> String {
        let Around {
            above,
            inside,
            behind,
        } = self.around(place);
        let (head, about) = (above.detached, plain(&above.doc));
        format!("{head}{about}{inside}{}{text}\n", plain(&behind))
    }

    fn around(&mut self, place: Place) -> Around {
        Around {
            above: self.comments.above(place.start),
            inside: self.comments.rest(place.end),
            behind: self.comments.behind(place.end),
        }
    }

    /// Begins something with a body, whose name is at `name`.
    pub(super) fn open(&mut self, place: Place, name: Place) -> Opened {
        let above = self.comments.above(place.start);
        let brace = self.proto.text[name.end..].find('{');
        let brace = brace.map_or(name.end, |at| name.end + at + 1);
        let inside = self.comments.rest(brace);
        let behind = self.comments.behind(brace);
        let (doc, first) = match above.doc.is_empty() {
            true => (behind, String::new()),
            false if behind.is_empty() => (above.doc, String::new()),
            false => (above.doc, plain(&behind) + "\n"),
        };
        let above = above.detached + &inside;
        Opened { above, doc, first }
    }

    /// Ends it. `head` is everything from the annotations to the name.
    pub(super) fn close(
        &mut self,
        place: Place,
        opened: &Opened,
        head: &str,
        body: &str,
    ) -> String {
        let rest = self.comments.rest(place.end);
        let behind = plain(&self.comments.behind(place.end));
        let Opened {
            above,
            doc: about,
            first,
        } = opened;
        let about = doc(about);
        format!("{above}{about}{head} {{\n{first}{body}{rest}}}\n{behind}")
    }
}
