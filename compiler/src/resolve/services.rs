//! Services: bases, methods, parameters and streams.

use std::sync::Arc;

use super::annotations::Read;
use super::decls::doc;
use super::fields::number;
use super::{Place, Resolver};
use crate::ast::{self, MethodModifier, MethodResult};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Annotations, DeclId, Field, Method, Service, Stream, Throws, Type};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    pub(super) fn service(
        &mut self,
        id: DeclId,
        service: &'a ast::Service,
        read: &Read<'a>,
        place: &Place<'a>,
    ) -> Service {
        let bases = self.bases(&service.bases, place);
        let methods = service.methods.iter();
        let methods = methods
            .filter_map(|method| self.method(method, read.timeout, place))
            .collect();
        let names = service
            .reserved
            .iter()
            .filter_map(|entry| match &entry.kind {
                ast::ReservedKind::Name(name) => Some(name.clone()),
                ast::ReservedKind::Ids(..) => None,
            });
        let wire_name = read.wire_name.as_ref().map(|hint| hint.text.clone());
        Service {
            bases,
            methods,
            reserved: names.collect(),
            wire_name: wire_name.unwrap_or_else(|| self.names.full_name(id)),
        }
    }

    fn method(
        &mut self,
        method: &'a ast::Method,
        timeout: Option<i64>,
        place: &Place<'a>,
    ) -> Option<Method> {
        let read = self.annotations(&method.annotations, "method", place);
        let has = |modifier| method.modifiers.iter().any(|(m, _)| *m == modifier);
        let params = self.params(&method.params, place);
        let result = self.result(method, place);
        let throws = method
            .throws
            .as_ref()
            .map(|throws| self.throws(throws, place));
        let ((params, param_stream), (result, result_stream)) = (params?, result?);
        let wire_name = read.wire_name.map(|hint| hint.text);
        // A stream may stay open for as long as it is used, so only a timeout of the method itself applies to it.
        let of_service = timeout.filter(|_| param_stream.is_none() && result_stream.is_none());
        Some(Method {
            name: method.name.name.clone(),
            span: method.name.span,
            whole: method.span,
            doc: doc(&method.doc),
            annotations: read.annotations,
            wire_name: wire_name.unwrap_or_else(|| method.name.name.clone()),
            oneway: has(MethodModifier::Oneway),
            readonly: has(MethodModifier::Readonly),
            idempotent: has(MethodModifier::Idempotent) || has(MethodModifier::Readonly),
            timeout: read.timeout.or(of_service),
            params,
            param_stream,
            result,
            result_span: match &method.result {
                MethodResult::Void(span) => *span,
                MethodResult::One(flow) => flow.stream.as_ref().map_or(flow.ty.span, |s| s.span),
            },
            result_stream,
            throws: throws.unwrap_or(Throws::Nothing),
        })
    }

    /// The parameters that are values, and the one that is a stream; `None` if something was reported.
    fn params(
        &mut self,
        params: &'a [ast::Param],
        place: &Place<'a>,
    ) -> Option<(Vec<Field>, Option<Stream>)> {
        let mut fields = Vec::new();
        let mut streams: Vec<(&ast::Param, Span)> = Vec::new();
        let mut found = None;
        let mut good = true;
        for (at, param) in params.iter().enumerate() {
            let Some(stream) = &param.stream else {
                let field = self.field(&param.field, "param", place);
                good &= field.is_some();
                fields.extend(field);
                continue;
            };
            if let Some((_, first)) = streams.first() {
                self.sink.push(two_streams(*first, stream.span));
                good = false;
            } else if at + 1 != params.len() && params[at + 1..].iter().all(|p| p.stream.is_none())
            {
                self.sink
                    .push(stream_not_last(param, &params[at + 1..], self.sources));
                good = false;
            }
            streams.push((param, stream.span));
            let annotations = self.stream_annotations(&param.field, place);
            let ty = self.unconstrained(&param.field.ty, "what is streamed", place);
            if let Some(default) = &param.field.default {
                self.sink.push(stream_with_default(&param.field, default));
            }
            if let Some(throws) = &stream.throws {
                self.throws(throws, place);
                self.sink.push(throwing_parameter(stream.span));
            }
            match (ty, number(&param.field.id)) {
                (Some(ty), Some(id)) => {
                    found = Some(Stream {
                        name: param.field.name.name.clone(),
                        span: param.field.name.span,
                        id,
                        doc: doc(&param.field.doc),
                        annotations,
                        ty: ty.ty,
                        ty_span: param.field.ty.span,
                        throws: Throws::Nothing,
                    });
                }
                (None, _) | (_, None) => good = false,
            }
        }
        good.then_some((fields, found))
    }

    /// The annotations of a stream parameter. Reports those that only apply to values.
    fn stream_annotations(
        &mut self,
        stream: &'a ast::Field,
        place: &Place<'a>,
    ) -> Arc<Annotations> {
        let read = self.annotations(&stream.annotations, "param", place);
        for (_, constraint) in &read.constraints {
            let (name, span) = (constraint.builtin.name, constraint.written.span);
            self.sink.push(only_for_values(name, span));
        }
        read.annotations
    }

    fn result(
        &mut self,
        method: &'a ast::Method,
        place: &Place<'a>,
    ) -> Option<(Option<Type>, Option<Stream>)> {
        let flow = match &method.result {
            MethodResult::Void(_) => return Some((None, None)),
            MethodResult::One(flow) => flow,
        };
        let what = match flow.stream {
            Some(_) => "what is streamed",
            None => "results",
        };
        let ty = self.unconstrained(&flow.ty, what, place);
        let ty = ty.map(|typed| typed.ty);
        let Some(stream) = &flow.stream else {
            return Some((Some(ty?), None));
        };
        let throws = stream.throws.as_ref().map(|t| self.throws(t, place));
        let stream = Stream {
            name: String::new(),
            span: flow.ty.span,
            id: 1,
            doc: None,
            annotations: self.nothing_read().annotations,
            ty: ty?,
            ty_span: flow.ty.span,
            throws: throws.unwrap_or(Throws::Nothing),
        };
        Some((None, Some(stream)))
    }
}

fn stream_with_default(stream: &ast::Field, default: &ast::Expr) -> Diagnostic {
    let equals = stream.name.span.after().to(default.span);
    Diagnostic::new(
        Code::UnexpectedToken,
        default.span,
        "a stream has no default",
        "not possible here",
    )
    .with_fix("remove it", equals, "")
}

fn only_for_values(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongTarget,
        span,
        format!("`@{name}` is not allowed on a stream"),
        "is on a stream",
    )
    .with_help("put it on a newtype that the stream carries")
}

fn stream_not_last(
    param: &ast::Param,
    rest: &[ast::Param],
    sources: &crate::source::SourceMap,
) -> Diagnostic {
    let stream = param.stream.as_ref().map_or(param.field.span, |s| s.span);
    let error = Diagnostic::new(
        Code::MisplacedStream,
        stream,
        "`stream` is only allowed as the last parameter",
        "other parameters follow",
    );
    let Some(last) = rest.last() else {
        return error;
    };
    let others = rest[0].field.span.to(last.field.span);
    let moved = format!(
        "{}, {}",
        sources.slice(others),
        sources.slice(param.field.span)
    );
    error.with_fix("move it to the end", param.field.span.to(others), moved)
}

fn two_streams(first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SecondStream,
        second,
        "only one `stream` is allowed among parameters",
        "second stream",
    )
    .with_label(first, "first stream")
    .with_help("send a union of both kinds of value in one stream")
}

fn throwing_parameter(stream: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ThrowingParameter,
        stream,
        "a `stream` of a parameter has no `throws`",
        "is sent by the client",
    )
    .with_help("put the exceptions into the `throws` of the method")
}
