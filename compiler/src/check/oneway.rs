//! One-way methods, which have no reply.

use super::Resolved;
use crate::ast::{Method, MethodModifier, MethodResult, Throws};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::Span;

/// Reports one-way methods that declare a reply.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    let items = resolved.names.decls.iter().map(|entry| entry.item);
    for method in items.flat_map(|item| item.methods()) {
        of_method(method, sink);
    }
}

/// A one-way method has no reply for results or errors.
fn of_method(method: &Method, sink: &mut Sink) {
    let oneway = method.modifiers.iter();
    let mut oneway = oneway.filter(|(m, _)| *m == MethodModifier::Oneway);
    let Some((_, span)) = oneway.next() else {
        return;
    };
    let result = match &method.result {
        MethodResult::Void(_) => None,
        MethodResult::One(flow) => Some(flow.stream.as_ref().map_or(flow.ty.span, |s| s.span)),
    };
    if let Some(result) = result {
        let error = oneway_with("a result", result, *span);
        sink.push(error.with_fix("return nothing", result, "void"));
    }
    if let Some(throws) = &method.throws {
        let throws = match throws {
            Throws::Union(path) => path.span,
            Throws::List(_, span) => *span,
        };
        let error = oneway_with("errors", throws, *span);
        sink.push(error.with_fix("remove `oneway`", *span, ""));
    }
    for stream in method.params.iter().filter_map(|p| p.stream.as_ref()) {
        let error = oneway_with("a stream", stream.span, *span);
        sink.push(error.with_fix("remove `oneway`", *span, ""));
    }
}

fn oneway_with(what: &str, span: Span, oneway: Span) -> Diagnostic {
    Diagnostic::new(
        Code::OnewayWithAnswer,
        span,
        format!("`oneway` methods return `void`, throw nothing and stream nothing; found {what}"),
        "cannot be sent back",
    )
    .with_label(oneway, "no answer is sent because of this")
}
