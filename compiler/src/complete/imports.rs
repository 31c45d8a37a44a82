//! Completions that also add an import.

use std::collections::BTreeSet;

use sinew_grammar::lex::{Token, TokenKind, lex};

use super::names::Visible;
use super::walk::DECLARATIONS;
use super::{Found, Import};
use crate::index::Declaration;
use crate::source::{FileId, Span};

impl Visible<'_> {
    /// Declarations of these kinds from other files, if the text has a namespace after which to import them.
    pub(super) fn elsewhere(&self, kinds: &[&str], text: &str, found: &mut Found) {
        let Some(head) = Head::of(text) else {
            return;
        };
        let (mut seen, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for (name, it) in self.all() {
            seen.insert(it.at);
            taken.insert(name);
        }
        let is_new =
            |it: &&Declaration| kinds.contains(&it.kind) && !it.internal && !seen.contains(&it.at);
        for it in self.index.declarations.iter().filter(is_new) {
            let Some(from) = self.index.visible.get(&it.at.file) else {
                continue;
            };
            let prefix = from.namespace.rsplit('.').next().unwrap_or_default();
            let picks = head.picks(|quoted| self.imported(quoted) == Some(it.at.file));
            let (label, import) = match picks {
                _ if !taken.contains(&it.name) => (
                    it.name.clone(),
                    head.pick(&from.path, &it.name, picks, text),
                ),
                // The name is taken here, but can be used with the file's prefix.
                None if !self.has_prefix(prefix) && !taken.contains(prefix) => {
                    let import = head.line(&from.path, "");
                    (format!("{prefix}.{}", it.name), import)
                }
                _ => continue,
            };
            found.add(&label, it.kind, it.doc.as_deref());
            if let Some(last) = found.proposals.last_mut() {
                last.import = Some(import);
            }
        }
    }

    fn has_prefix(&self, prefix: &str) -> bool {
        let seen = self.index.visible.get(&self.file);
        seen.is_some_and(|seen| seen.prefixes.iter().any(|(name, _)| name == prefix))
    }

    /// The file that the quoted path at this offset refers to.
    fn imported(&self, quoted: usize) -> Option<FileId> {
        let is_it = |span: &Span| span.file == self.file && span.start as usize == quoted;
        let mut imports = self.index.imports.iter();
        imports.find_map(|(span, file)| is_it(span).then_some(*file))
    }
}

/// The namespace and imports of a file.
struct Head {
    /// End of the last import, or else of the namespace.
    end: usize,
    has_imports: bool,
    /// For each import with names in braces: the offset of its path, and the end of the last name.
    picks: Vec<(usize, usize)>,
}

impl Head {
    /// `None` without a namespace, which must precede imports.
    fn of(text: &str) -> Option<Self> {
        let said = |token: &Token| {
            let kinds = [
                TokenKind::Blank,
                TokenKind::LineComment,
                TokenKind::BlockComment,
            ];
            !kinds.contains(&token.kind)
        };
        let word = |token: &Token| &text[token.range.clone()];
        let mut tokens = lex(text).filter(said);
        tokens.find(|token| ["namespace", "{"].contains(&word(token)))?;
        let mut head = Self {
            end: tokens.find(|token| word(token) == ";")?.range.end,
            has_imports: false,
            picks: Vec::new(),
        };
        let mut tokens = tokens.peekable();
        while tokens.next_if(|token| word(token) == "import").is_some() {
            let (mut path, mut before) = (None, head.end);
            loop {
                let token = tokens.next()?;
                match word(&token) {
                    ";" => {
                        head.end = token.range.end;
                        break;
                    }
                    "}" => head.picks.extend(path.map(|path| (path, before))),
                    // An import without an end: unclear where another would belong.
                    declaration if DECLARATIONS.contains(&declaration) => return None,
                    _ if token.kind == TokenKind::Text => path = Some(token.range.start),
                    _ => {}
                }
                before = token.range.end;
            }
            head.has_imports = true;
        }
        Some(head)
    }

    /// The end of the names that are imported from a file, if any are.
    fn picks(&self, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mut picks = self.picks.iter();
        picks.find_map(|(path, at)| is_it(*path).then_some(*at))
    }

    /// Imports a name from a file: beside others, or with a line of its own.
    fn pick(&self, path: &str, name: &str, others: Option<usize>, text: &str) -> Import {
        let Some(at) = others else {
            return self.line(path, &format!(" {{ {name} }}"));
        };
        let comma = match text[..at].ends_with([',', '{']) {
            true => "",
            false => ",",
        };
        Import {
            path: path.to_owned(),
            at,
            text: format!("{comma} {name}"),
        }
    }

    /// A line after the other imports.
    fn line(&self, path: &str, names: &str) -> Import {
        let before = if self.has_imports { "\n" } else { "\n\n" };
        Import {
            path: path.to_owned(),
            at: self.end,
            text: format!("{before}import \"{path}\"{names};"),
        }
    }
}
