//! Words used as types or names that mean something else, or have a meaning only elsewhere.

use sinew_grammar::is_keyword;

use super::Parser;
use super::cursor::Node;
use super::syntax::{not_supported_yet, old_word};
use super::words::old_type;
use crate::ast;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// A keyword in place of a type. Returns the type that was meant. The outer `None` refuses the word.
    pub(super) fn special_type(&mut self, path: &ast::Path) -> Option<Option<ast::Scalar>> {
        let [segment] = path.segments.as_slice() else {
            return Some(None);
        };
        let word = segment.name.as_str();
        let bare = path.span.end - path.span.start == word.len() as u32;
        if !bare {
            return Some(None);
        }
        if word == "f16" {
            self.report(not_supported_yet(path.span, word));
            self.partial = true;
            return None;
        }
        if is_keyword(word) {
            self.report(keyword_as_type(path.span, word));
            self.partial = true;
            return None;
        }
        let Some(ours) = old_type(word).filter(|_| !self.declares(word)) else {
            return Some(None);
        };
        self.report(old_word(path.span, word, ours));
        Some(ast::Scalar::from_word(ours))
    }

    /// `T?`
    pub(super) fn question_mark(&mut self, ty: &ast::Type, question: &Node<'i>, add: bool) {
        let text = &self.text[ty.span.start as usize..ty.span.end as usize];
        let mark = self.place(question);
        self.report(optional_mark(text, ty.span.to(mark), add));
    }

    /// Reports a word that is reserved for a later version.
    pub(super) fn later_word(&mut self, span: Span, word: &str) {
        self.report(not_supported_yet(span, word));
    }

    /// Checks the name of a declaration, which must not be a bare keyword. Names of built-in types are refused later,
    /// since backticks do not help.
    pub(super) fn declared_name(&mut self, name: &ast::Ident) {
        let bare = name.span.end - name.span.start == name.name.len() as u32;
        if bare && is_keyword(&name.name) && !ast::is_builtin_type(&name.name) {
            self.report(keyword_as_name(name));
        }
    }
}

fn keyword_as_type(place: Span, word: &str) -> Diagnostic {
    let message = format!("expected a type, found the keyword `{word}`");
    let error = Diagnostic::new(Code::UnexpectedToken, place, message, "a keyword");
    match word {
        "void" => error.with_help(
            "only a method gives back `void`; a variant without a value is a name, `1: done;`, and elsewhere an empty struct does",
        ),
        "stream" => error.with_help(
            "only the result and the last parameter of a method are streamed: `stream<Order> watch();`",
        ),
        _ => error.with_help(format!(
            "if there is a type of this name, put it in backticks: `` `{word}` ``"
        )),
    }
}

fn optional_mark(ty: &str, span: Span, add: bool) -> Diagnostic {
    let written = if add {
        format!("optional {ty}")
    } else {
        ty.to_owned()
    };
    let message = format!("write `{written}` instead of `{ty}?`");
    Diagnostic::new(Code::OptionalMark, span, message, "").with_fix(
        format!("write `{written}`"),
        span,
        written,
    )
}

fn keyword_as_name(name: &ast::Ident) -> Diagnostic {
    let quoted = format!("`{}`", name.name);
    let message = format!("expected a name, found the keyword {quoted}");
    Diagnostic::new(Code::UnexpectedToken, name.span, message, "a keyword").with_fix(
        "put the name in backticks",
        name.span,
        quoted,
    )
}
