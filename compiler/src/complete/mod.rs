//! Completions for editors. The text may be invalid or incomplete.

mod imports;
mod names;
mod place;
mod walk;
mod words;

use std::ops::Range;

use sinew_grammar::lex::{TokenKind, lex};

use crate::index::Index;
use crate::source::FileId;
use place::{Place, Wanted, place};

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What is shown, and what the typed text is compared with.
    pub label: String,
    /// Its kind: that of a declaration or member as in [`Index`], or `type`, `keyword`, `annotation`, `argument`, `id`,
    /// `file` or `target`.
    pub kind: &'static str,
    /// Its documentation.
    pub doc: Option<String>,
    /// The text to insert.
    pub text: String,
    /// The bytes to replace.
    pub replaced: Range<usize>,
    /// The import to add with it.
    pub import: Option<Import>,
}

/// An import to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The path of the file.
    pub path: String,
    /// Where to insert its text.
    pub at: usize,
    /// A line, or a name to add to an existing line.
    pub text: String,
}

/// Completions at the byte `offset` of `text`. Names are those that `index` has for `file`; the text may have changed
/// since. `files` are possible import paths.
///
/// Never fails: without anything to propose, the list is empty. Takes time linear in the length of the text.
pub fn complete(
    index: &Index,
    file: FileId,
    text: &str,
    offset: usize,
    files: &[String],
) -> Vec<Proposal> {
    let offset = text.floor_char_boundary(offset);
    let Some(Place {
        wanted,
        path,
        replaced,
    }) = place(text, offset)
    else {
        return Vec::new();
    };
    let names = names::Visible { index, file };
    let kinds = declared(&wanted);
    let is_alone = path.is_empty();
    let mut found = Found {
        replaced,
        proposals: Vec::new(),
    };
    match wanted {
        Wanted::Import => files.iter().for_each(|file| found.add(file, "file", None)),
        Wanted::Picked(import) => names.of_file(import, text, &mut found),
        Wanted::Annotation(target) => {
            words::annotations(&path, target, &mut found);
            names.of_kinds(&path, kinds, &mut found);
        }
        Wanted::Type { more } => {
            if is_alone {
                names.type_params(offset, &mut found);
            }
            names.of_kinds(&path, kinds, &mut found);
            if is_alone {
                words::types(more, &mut found);
            }
        }
        Wanted::Value(ty) => names.values(&path, &ty, &mut found),
        Wanted::Service | Wanted::Thrown | Wanted::Exception => {
            names.of_kinds(&path, kinds, &mut found);
        }
        Wanted::Argument { .. } if !is_alone => names.values(&path, &[], &mut found),
        // None of these can have a path before it.
        Wanted::Words(_) | Wanted::Member { .. } | Wanted::Field { .. } if !is_alone => {}
        Wanted::Argument { of, given } => {
            names.fields(&of, &["annotation"], &given, &mut found);
            words::arguments(&of, &given, &mut found);
            names.values(&path, &[], &mut found);
        }
        Wanted::Field { of, given } => {
            names.fields(&of, names::TYPES, &given, &mut found);
        }
        Wanted::Words(words) => found.keywords(words),
        Wanted::Member { next, more } => {
            if let Some(next) = next {
                found.add(&format!("{next}: "), "id", Some("the next free id"));
            }
            found.keywords(more);
        }
    }
    if is_alone {
        names.elsewhere(kinds, text, &mut found);
    }
    found.proposals
}

/// The kinds of declarations that are expected.
fn declared(wanted: &Wanted<'_>) -> &'static [&'static str] {
    match wanted {
        Wanted::Annotation(_) => &["annotation"],
        Wanted::Type { .. } => names::TYPES,
        Wanted::Service => &["service"],
        Wanted::Thrown => &["union", "exception"],
        Wanted::Exception => &["exception"],
        Wanted::Import
        | Wanted::Picked(_)
        | Wanted::Value(_)
        | Wanted::Argument { .. }
        | Wanted::Field { .. }
        | Wanted::Words(_)
        | Wanted::Member { .. } => &[],
    }
}

/// Documentation of the keyword or built-in annotation at the byte `offset`. A name may look like one, so ask
/// [`Index::at`] first.
pub fn explain(text: &str, offset: usize) -> Option<&'static str> {
    let mut annotation: Option<String> = None;
    for token in lex(text).take_while(|token| token.range.start <= offset) {
        let word = &text[token.range.clone()];
        match (token.kind, &mut annotation) {
            (TokenKind::Sign, _) if word == "@" => annotation = Some(String::new()),
            (TokenKind::Sign, Some(path)) if word == "." => path.push('.'),
            (TokenKind::Word, Some(path)) if path.is_empty() || path.ends_with('.') => {
                path.push_str(word);
            }
            _ => annotation = None,
        }
        if token.kind == TokenKind::Word && offset <= token.range.end {
            return match &annotation {
                Some(path) => words::of_annotation(path),
                None => words::of_type(word).or_else(|| words::keyword(word)),
            };
        }
    }
    None
}

/// Completions for one place.
struct Found {
    replaced: Range<usize>,
    proposals: Vec<Proposal>,
}

impl Found {
    fn keywords(&mut self, words: &[&str]) {
        for word in words {
            self.add(word, "keyword", words::keyword(word));
        }
    }

    /// Adds a name that is assigned a value, together with the `=` or `:`.
    fn assigned(&mut self, name: &str, kind: &'static str, doc: Option<&str>) {
        self.add(&format!("{name} = "), kind, doc);
        if let Some(last) = self.proposals.last_mut() {
            name.clone_into(&mut last.label);
        }
    }

    fn add(&mut self, label: &str, kind: &'static str, doc: Option<&str>) {
        self.proposals.push(Proposal {
            label: label.trim_end().to_owned(),
            kind,
            doc: doc.map(str::to_owned),
            text: label.to_owned(),
            replaced: self.replaced.clone(),
            import: None,
        });
    }
}
