//! The names in a scope of generated code.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::Span;

/// The names in a scope, with their first owners.
#[derive(Default)]
pub(super) struct Claims {
    types: BTreeMap<String, Claim>,
    values: BTreeMap<String, Claim>,
    clashes: Vec<Diagnostic>,
}

#[derive(Clone)]
struct Claim {
    span: Span,
    what: String,
    is_module: bool,
    is_generated: bool,
}

impl Claims {
    /// A type, trait or module of a declaration.
    pub(super) fn ty(&mut self, name: &str, span: Span, what: String) {
        self.claim(true, name, Claim::new(span, what));
    }

    /// A constant, field, function or variant.
    pub(super) fn value(&mut self, name: &str, span: Span, what: String) {
        self.claim(false, name, Claim::new(span, what));
    }

    /// A method that was already checked where it is declared, so it does not clash.
    pub(super) fn inherited(&mut self, name: &str, span: Span, what: String) {
        let taken = self.values.entry(name.to_owned());
        taken.or_insert_with(|| Claim::new(span, what));
    }

    /// A module, which several namespaces may share.
    pub(super) fn module(&mut self, name: &str, span: Span, what: String) {
        let is_module = true;
        self.claim(
            true,
            name,
            Claim {
                is_module,
                ..Claim::new(span, what)
            },
        );
    }

    /// A name that generated code always has. `place` is the declaration that causes it.
    pub(super) fn generated(&mut self, name: &str, place: Span, what: &str) {
        let is_generated = true;
        self.claim(
            false,
            name,
            Claim {
                is_generated,
                ..Claim::new(place, what.to_owned())
            },
        );
    }

    fn claim(&mut self, is_type: bool, name: &str, claim: Claim) {
        let claimed = match is_type {
            true => &mut self.types,
            false => &mut self.values,
        };
        match claimed.get(name) {
            None => {
                claimed.insert(name.to_owned(), claim);
            }
            Some(first) if first.is_module && claim.is_module => {}
            Some(first) => self.clashes.push(clash(name, first, &claim)),
        }
    }

    pub(super) fn report(self, sink: &mut Sink) {
        self.clashes.into_iter().for_each(|clash| sink.push(clash));
    }
}

impl Claim {
    fn new(span: Span, what: String) -> Self {
        Self {
            span,
            what,
            is_module: false,
            is_generated: false,
        }
    }
}

fn clash(name: &str, first: &Claim, second: &Claim) -> Diagnostic {
    let message = format!(
        "{} and {} both generate the Rust item `{name}`",
        second.what, first.what
    );
    let diagnostic = Diagnostic::new(
        Code::RustNameClash,
        second.span,
        message,
        format!("also becomes `{name}`"),
    );
    let label = match first.is_generated {
        true => format!("generated here as `{name}`"),
        false => format!("becomes `{name}`"),
    };
    diagnostic
        .with_label(first.span, label)
        .with_help("give one of them another name in Rust: `@rust.name(\"…\")`")
}
