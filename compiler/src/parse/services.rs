//! Services and their methods.

use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use crate::ast::{self, Field, Flow, Method, MethodResult, Param, Service, Stream};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Keywords of methods in other languages.
const FUNCTION_WORDS: [&str; 7] = ["rpc", "fn", "fun", "func", "function", "def", "method"];

impl<'i> Parser<'i, '_> {
    /// After the name: `extends A { void m(); }`
    pub(super) fn service_rest(&mut self, cursor: &mut Cursor<'i>, body: &Body<'_>) -> Service {
        let bases = cursor
            .take(Rule::extends_clause)
            .map(|pair| self.paths(Cursor::new(&pair)))
            .unwrap_or_default();
        let (mut methods, mut reserved) = (Vec::new(), Vec::new());
        for member in self.members(&cursor.expect(Rule::service_body)) {
            match member.as_rule() {
                Rule::method => {
                    let method = self.method(&member);
                    self.partial |= method.is_none();
                    methods.extend(method);
                }
                _ => self.other_member(&member, body, &mut reserved),
            }
        }
        Service {
            bases,
            methods,
            reserved,
        }
    }

    fn method(&mut self, pair: &Node<'i>) -> Option<Method> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let modifiers = self.method_modifiers(&mut cursor);
        let result = cursor.expect(Rule::result);
        let name = self.name(&cursor.expect(Rule::name));
        let result = self.named_result(&result, &name);
        let params = self.params(&cursor.expect(Rule::params));
        let throws = cursor
            .take(Rule::throws_clause)
            .map(|pair| self.throws(&pair));
        let last = self.end(&mut cursor, lead.start, "method", &name);
        let span = self.span(lead.start, last);
        let (doc, annotations) = (lead.doc, lead.annotations);
        Some(Method {
            doc,
            annotations,
            modifiers,
            result: result?,
            name,
            params: params?,
            throws,
            span,
        })
    }

    /// The result of a method with this name; `None` for a method keyword of another language.
    fn named_result(&mut self, pair: &Node<'i>, name: &ast::Ident) -> Option<MethodResult> {
        let word = self.text_of(pair);
        if !FUNCTION_WORDS.contains(&word) || self.declares(word) {
            return self.result(pair);
        }
        self.report(function_word(self.place(pair), word, &name.name));
        None
    }

    fn result(&mut self, pair: &Node<'i>) -> Option<MethodResult> {
        let span = self.place(pair);
        let inner = Cursor::new(pair).next().expect("a result has a form");
        match inner.as_rule() {
            Rule::kw_void => Some(MethodResult::Void(span)),
            Rule::flow => Some(MethodResult::One(self.flow(&inner)?)),
            _ => {
                self.report(several_results(span));
                None
            }
        }
    }

    fn flow(&mut self, pair: &Node<'i>) -> Option<Flow> {
        let inner = Cursor::new(pair).next().expect("a flow has a form");
        if inner.as_rule() == Rule::type_ref {
            return Some(Flow {
                ty: self.type_ref(&inner)?,
                stream: None,
            });
        }
        let mut cursor = Cursor::new(&inner);
        cursor.expect(Rule::kw_stream);
        cursor.expect(Rule::less);
        let ty = self.type_ref(&cursor.expect(Rule::type_ref))?;
        let throws = cursor
            .take(Rule::throws_clause)
            .map(|pair| Box::new(self.throws(&pair)));
        Some(Flow {
            ty,
            stream: Some(Stream {
                throws,
                span: self.place(&inner),
            }),
        })
    }

    fn params(&mut self, pair: &Node<'i>) -> Option<Vec<Param>> {
        let params: Vec<Option<Param>> = Cursor::new(pair)
            .rest_of(Rule::param)
            .map(|param| self.param(&param))
            .collect();
        let params: Vec<Param> = params.into_iter().collect::<Option<_>>()?;
        let members = params
            .iter()
            .map(|param| (param.field.id.as_ref(), param.field.span, &param.field.name));
        self.check_missing_ids("parameter", members, &[]);
        Some(params)
    }

    fn param(&mut self, pair: &Node<'i>) -> Option<Param> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let id = self.id(&mut cursor);
        let required = cursor.take(Rule::kw_required).map(|word| self.place(&word));
        let (flow, name) = match cursor.take(Rule::flow) {
            Some(flow) => (self.flow(&flow), self.name(&cursor.expect(Rule::name))),
            None => {
                let (_, ty, name) = self.swapped(&mut cursor, matches!(id, Some(None)));
                (ty.map(|ty| Flow { ty, stream: None }), name)
            }
        };
        let default = self.default(&mut cursor);
        let span = self.span(lead.start, cursor.last_end());
        let (id, Flow { ty, stream }, default) = (id?, flow?, default?);
        let field = Field {
            doc: lead.doc,
            annotations: lead.annotations,
            id,
            required,
            ty,
            name,
            default,
            span,
        };
        Some(Param { field, stream })
    }
}

fn function_word(place: Span, word: &str, name: &str) -> Diagnostic {
    let error = Diagnostic::new(
        Code::OldWord,
        place,
        format!("a method begins with its result, not with `{word}`"),
        "not written here",
    )
    .with_help(format!(
        "write the type of the result: `Reply {name}(…);`; without one `void {name}(…);`"
    ));
    // In languages with these keywords, a function without a result type returns nothing.
    match word {
        "fn" | "fun" | "func" => error.with_fix("write `void`", place, "void"),
        _ => error,
    }
}

fn several_results(span: Span) -> Diagnostic {
    let message = "several results of one method are part of the language, but not supported by this version yet";
    Diagnostic::new(Code::NotSupportedYet, span, message, "several results")
        .with_help("declare a struct with these fields and give it back")
}
