//! A whole file: its namespace, and the order of imports and declarations.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use super::modifiers::Head;
use super::words::{DECLARATIONS, old_declaration};
use crate::ast::{self, Import};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, MAX_SHOWN, nearest};
use crate::source::Span;

/// Largest length of a namespace in bytes: generated files are named after it.
const MAX_NAMESPACE: usize = 240;

/// What has been read of a file so far.
struct Progress {
    file: ast::File,
    /// The first token.
    first: Span,
    /// End of the namespace and the imports so far.
    imports_end: usize,
    /// Something that was probably meant as the namespace was skipped.
    broken_namespace: bool,
    /// Namespaces for single languages, which have the same meaning here.
    scoped: Vec<Scoped>,
}

/// `namespace rs shop`
struct Scoped {
    scope: Span,
    path: ast::Path,
    /// Whether a `;` follows.
    ended: bool,
    line: Span,
}

impl<'i> Parser<'i, '_> {
    pub(super) fn whole_file(&mut self, pair: &Node<'i>) -> ast::File {
        let mut cursor = Cursor::new(pair);
        let start = cursor.peek_start().unwrap_or(0);
        let first = sinew_grammar::token_at(self.text, start);
        let mut progress = Progress {
            first: self.span(first.start, first.end),
            file: ast::File {
                doc: self.file_doc(start),
                ..ast::File::empty(self.file)
            },
            imports_end: start,
            broken_namespace: false,
            scoped: Vec::new(),
        };
        let (mut behind_bad, mut in_unopened) = (false, false);
        while let Some(entry) = cursor.next() {
            let is_bad = entry.as_rule() == Rule::bad_item;
            let belongs_to_bad = std::mem::replace(&mut behind_bad, is_bad);
            in_unopened &= is_bad;
            match entry.as_rule() {
                Rule::item => {
                    self.entry(&entry, &mut progress);
                    in_unopened = std::mem::take(&mut self.unopened);
                }
                // The closing bracket of something that was skipped is not a second mistake.
                Rule::bad_item if belongs_to_bad && self.is_closer(&entry) => {
                    in_unopened = false;
                }
                // Nor are the members of a body without `{`.
                Rule::bad_item if in_unopened => {}
                Rule::bad_item => {
                    in_unopened = is_unopened(entry.as_str());
                    let words = entry
                        .as_str()
                        .trim_start_matches(|c: char| !c.is_ascii_alphabetic());
                    let word = words.split(|c: char| !c.is_ascii_alphanumeric()).next();
                    let word = word.unwrap_or_default();
                    progress.broken_namespace |= word == "namespace"
                        || old_declaration(word) == Some("namespace")
                        || !nearest(word, ["namespace"]).is_empty();
                    self.skipped(&entry, None);
                }
                _ => {}
            }
            let throughout = std::mem::take(&mut self.throughout);
            self.report_habits(throughout);
            progress.file.items.append(&mut self.hoisted);
        }
        if progress.file.namespace.is_none() && !progress.broken_namespace {
            let name = self.namespace_of_path();
            self.report(no_namespace(progress.first, name));
        }
        if let [first, others @ ..] = &progress.scoped[..] {
            self.report(scoped_namespace(first, others));
        }
        progress.file
    }

    /// Whether it is a closing bracket, or a name after one as in C: `} name_t;`
    fn is_closer(&self, pair: &Node<'i>) -> bool {
        let skipped = pair.as_str().trim_end();
        let in_front = &self.code()[..pair.as_span().start()];
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_name = |name: &str| !name.is_empty() && name.chars().all(is_word);
        matches!(skipped, "}" | ";" | "};" | ")" | "]" | ">")
            || skipped.strip_suffix(';').is_some_and(is_name)
                && in_front.trim_end_matches(' ').ends_with('}')
    }

    fn entry(&mut self, pair: &Node<'i>, progress: &mut Progress) {
        let (head, inner) = self.head(pair);
        match inner.as_rule() {
            Rule::namespace => self.namespace(head, &inner, progress),
            Rule::import => {
                self.refuse_modifiers(&head, "import");
                let import = self.import(&inner);
                self.partial |= import.is_none();
                if let (Some(import), Some(first)) = (&import, progress.file.items.first()) {
                    let text = &self.text[import.span.start as usize..import.span.end as usize];
                    let target = self.span(progress.imports_end, progress.imports_end);
                    let text = match target == progress.first.before() {
                        true => format!("{text}\n\n"),
                        false => format!("\n{text}"),
                    };
                    self.report(late_import(import, first.name.span, target, text));
                } else {
                    progress.imports_end = self.place(&inner).end as usize;
                }
                progress.file.imports.extend(import);
            }
            _ => {
                let item = self.declaration(head, &inner);
                self.partial |= item.is_none();
                progress.file.items.extend(item);
            }
        }
    }

    fn namespace(&mut self, head: Head<'i>, pair: &Node<'i>, progress: &mut Progress) {
        self.refuse_modifiers(&head, "namespace");
        let mut cursor = Cursor::new(pair);
        cursor.expect(Rule::kw_namespace);
        let scope = cursor.take(Rule::namespace_scope);
        let path = self.path(&cursor.expect(Rule::path));
        let name = ast::Ident {
            name: path.text(),
            span: path.span,
        };
        if name.name.len() > MAX_NAMESPACE {
            self.report(long_namespace(&name));
        }
        let place = self.place(pair);
        let late = cursor.take(Rule::old_annotations);
        let scoped = scope.map(|scope| Scoped {
            scope: self.place(&scope),
            path: path.clone(),
            ended: cursor.peek() == Some(Rule::end),
            line: place,
        });
        match (&progress.file.namespace, scoped) {
            (Some(_), Some(scoped)) if !progress.scoped.is_empty() => {
                return progress.scoped.push(scoped);
            }
            (Some(first), _) => return self.report(second_namespace(path.span, first.span)),
            (None, Some(scoped)) => progress.scoped.push(scoped),
            (None, None) => {
                self.end(&mut cursor, head.lead.start, "namespace", &name);
            }
        }
        if !progress.file.imports.is_empty() || !progress.file.items.is_empty() {
            self.report(late_namespace(place, progress.first, &name.name));
        } else {
            progress.imports_end = place.end as usize;
        }
        if let Some(late) = late {
            self.late_annotations(&late, head.lead.start, None);
        }
        progress.file.annotations = head.lead.annotations;
        progress.file.namespace = Some(path);
    }

    /// A namespace that fits the path of this file. Input that is not from a file has none.
    fn namespace_of_path(&self) -> Option<String> {
        if self.file_name.starts_with('<') {
            return None;
        }
        let stem = self
            .file_name
            .strip_suffix(".idl")
            .unwrap_or(self.file_name);
        let segments = stem.split('/').map(|segment| {
            let segment = segment.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let word = |c: char| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            };
            let name: String = segment.chars().map(word).collect();
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                format!("_{name}")
            } else {
                name
            }
        });
        let segments: Vec<_> = segments.filter(|segment| !segment.is_empty()).collect();
        Some(segments.join("."))
    }
}

/// Whether it is a declaration up to its first member, without the `{`.
fn is_unopened(skipped: &str) -> bool {
    let skipped = skipped.trim();
    let word = skipped.split_whitespace().next().unwrap_or_default();
    let has_body = DECLARATIONS.contains(&word)
        && !matches!(
            word,
            "const" | "typedef" | "newtype" | "namespace" | "import"
        );
    has_body && skipped.contains('\n') && !skipped.contains('{')
}

fn no_namespace(first: Span, name: Option<String>) -> Diagnostic {
    let message = "the file must start with `namespace a.b;`";
    let label = "no namespace before this";
    let error = Diagnostic::new(Code::MissingNamespace, first, message, label);
    match name {
        Some(name) => error.with_fix(
            format!("add `namespace {name};`"),
            first.before(),
            format!("namespace {name};\n\n"),
        ),
        None => error.with_help("say what it belongs to: `namespace shop;`"),
    }
}

fn late_namespace(place: Span, first: Span, name: &str) -> Diagnostic {
    let message = "the file must start with its `namespace`";
    let insert = Edit {
        span: first.before(),
        replacement: format!("namespace {name};\n\n"),
    };
    let remove = Edit {
        span: place,
        replacement: String::new(),
    };
    Diagnostic::new(Code::MissingNamespace, place, message, "too late here")
        .with_label(first, "it belongs before this")
        .with_edits("move the line to the top", vec![insert, remove])
}

fn second_namespace(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SecondNamespace,
        second,
        "second `namespace` in one file",
        "second",
    )
    .with_label(first, "first")
    .with_help("a file belongs to one namespace; move what is below to a file of its own")
}

/// One report for all languages: a file has a single namespace.
fn scoped_namespace(first: &Scoped, others: &[Scoped]) -> Diagnostic {
    let Scoped {
        scope, path, ended, ..
    } = first;
    let written = format!("namespace {};", path.text());
    let message = format!("a namespace is the same for all languages: write `{written}`");
    let mut diagnostic = Diagnostic::new(Code::OldWord, *scope, message, "no language here");
    let mut edits = vec![Edit {
        span: scope.to(path.span.before()),
        replacement: String::new(),
    }];
    if !ended {
        edits.push(Edit {
            span: path.span.after(),
            replacement: ";".to_owned(),
        });
    }
    for other in others {
        edits.push(Edit {
            span: other.line,
            replacement: String::new(),
        });
    }
    for other in others.iter().take(MAX_SHOWN) {
        diagnostic = diagnostic.with_label(other.scope, "nor here");
    }
    diagnostic.with_edits(format!("write `{written}`"), edits)
}

fn long_namespace(name: &ast::Ident) -> Diagnostic {
    Diagnostic::new(
        Code::LongName,
        name.span,
        format!(
            "namespace is {} bytes long; the limit is {MAX_NAMESPACE}",
            name.name.len()
        ),
        "too long for the name of a file",
    )
    .with_help("use fewer or shorter segments")
}

fn late_import(import: &Import, first: Span, target: Span, text: String) -> Diagnostic {
    let message = "imports must come before declarations";
    let mut diagnostic = Diagnostic::new(Code::LateImport, import.span, message, "too late here")
        .with_label(first, "the first declaration");
    let insert = Edit {
        span: target,
        replacement: text,
    };
    let remove = Edit {
        span: import.span,
        replacement: String::new(),
    };
    diagnostic.fixes.push(Fix {
        message: "move it up".to_owned(),
        edits: vec![insert, remove],
    });
    diagnostic
}
