//! Modifiers of declarations and methods: which are allowed, and how often.

use sinew_grammar::Rule;

use super::Parser;
use super::annotations::Lead;
use super::cursor::{Cursor, Node};
use crate::ast::MethodModifier;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Everything before the keyword of a declaration.
pub(super) struct Head<'i> {
    pub(super) lead: Lead,
    modifiers: Vec<Node<'i>>,
}

/// The modifiers of a declaration.
#[derive(Default)]
pub(super) struct Modifiers {
    pub(super) internal: Option<Span>,
    pub(super) closed: Option<Span>,
    pub(super) frozen: Option<Span>,
}

impl<'i> Parser<'i, '_> {
    /// Splits an `item` into its head and the rest.
    pub(super) fn head(&mut self, pair: &Node<'i>) -> (Head<'i>, Node<'i>) {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let modifiers = cursor.take_all(Rule::modifier);
        let inner = cursor.next().expect("an item declares something");
        (Head { lead, modifiers }, inner)
    }

    /// The modifiers of a declaration with the keyword `word`. Reports those that are not allowed or repeated.
    pub(super) fn refuse_modifiers(&mut self, head: &Head<'i>, word: &str) -> Modifiers {
        let (_, allowed) = declared(word);
        let mut out = Modifiers::default();
        for modifier in &head.modifiers {
            let span = self.place(modifier);
            let slot = match modifier.as_str() {
                "internal" => &mut out.internal,
                "closed" => &mut out.closed,
                _ => &mut out.frozen,
            };
            if let Some(before) = *slot {
                self.second_modifier(before, span);
            } else if allowed.contains(&modifier.as_str()) {
                *slot = Some(span);
            } else {
                self.report(wrong_modifier(modifier.as_str(), word, span));
            }
        }
        out
    }

    /// The modifiers of a method. At most one is kept.
    pub(super) fn method_modifiers(
        &mut self,
        cursor: &mut Cursor<'i>,
    ) -> Vec<(MethodModifier, Span)> {
        let mut first: Option<(MethodModifier, Span)> = None;
        for word in cursor.take_all(Rule::method_modifier) {
            let modifier = match word.as_str() {
                "oneway" => MethodModifier::Oneway,
                "readonly" => MethodModifier::Readonly,
                _ => MethodModifier::Idempotent,
            };
            let span = self.place(&word);
            match first {
                None => first = Some((modifier, span)),
                Some((_, before)) => self.second_modifier(before, span),
            }
        }
        first.into_iter().collect()
    }

    /// Reports a repeated modifier, or one that excludes the first.
    fn second_modifier(&mut self, first: Span, second: Span) {
        let text = |span: Span| &self.text[span.start as usize..span.end as usize];
        self.report(conflicting_modifiers(
            text(first),
            first,
            text(second),
            second,
        ));
    }
}

/// What a declaration with the keyword `word` is called in a sentence, and the modifiers that it allows.
fn declared(word: &str) -> (&'static str, &'static [&'static str]) {
    match word {
        "namespace" => ("a namespace", &[]),
        "import" | "include" => ("an import", &[]),
        "const" => ("a constant", &["internal"]),
        "typedef" => ("a typedef", &["internal"]),
        "newtype" => ("a newtype", &["internal"]),
        "enum" => ("an enum", &["internal", "closed"]),
        "flags" => ("flags", &["internal", "closed"]),
        "struct" => ("a struct", &["internal", "frozen"]),
        "union" => ("a union", &["internal", "closed"]),
        "exception" => ("an exception", &["internal"]),
        "service" => ("a service", &["internal"]),
        "annotation" => ("an annotation", &["internal"]),
        "mixin" => ("a mixin", &["internal"]),
        _ => ("events", &["internal"]),
    }
}

/// A `modifier` that a declaration with the keyword `word` does not allow.
pub(super) fn wrong_modifier(modifier: &str, word: &str, span: Span) -> Diagnostic {
    let (kind, _) = declared(word);
    Diagnostic::new(
        Code::WrongModifier,
        span,
        format!("`{modifier}` cannot be applied to {kind}"),
        "not allowed here",
    )
    .with_fix("remove it", span, "")
}

fn conflicting_modifiers(a: &str, first: Span, b: &str, second: Span) -> Diagnostic {
    let message = if a == b {
        format!("duplicate modifier `{b}`")
    } else {
        format!("`{b}` conflicts with `{a}`")
    };
    Diagnostic::new(Code::ConflictingModifiers, second, message, "one too many")
        .with_label(first, "first here")
        .with_fix("remove it", second, "")
}
