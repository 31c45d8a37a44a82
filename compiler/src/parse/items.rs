//! Declarations: dispatches to the parser of each kind.

use sinew_grammar::Rule;

use super::Parser;
use super::annotations::Lead;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use super::modifiers::{Head, Modifiers};
use super::throughout::Habit;
use super::words::old_type;
use crate::ast::{
    AnnotationDecl, Const, Frozen, Ident, Item, ItemKind, Scalar, Struct, Type, TypeKind,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// A declaration; `None` if it was refused as a whole.
    pub(super) fn declaration(&mut self, head: Head<'i>, pair: &Node<'i>) -> Option<Item> {
        let mut cursor = Cursor::new(pair);
        let word = cursor.next().expect("a declaration begins with its word");
        let modifiers = self.refuse_modifiers(&head, word.as_str());
        let around = std::mem::take(&mut self.nested);
        let swapped_around = std::mem::take(&mut self.swapped);
        let throughout_around = std::mem::take(&mut self.throughout);
        let kind = match cursor.take(Rule::type_ref) {
            Some(ty) => self.short(pair.as_rule(), &mut cursor, &ty, head.lead.start),
            None => self.with_body(pair.as_rule(), &mut cursor, &modifiers),
        };
        let (name, kind) = kind;
        self.declared_name(&name);
        if let Some(late) = cursor.take(Rule::old_annotations) {
            self.late_annotations(&late, head.lead.start, None);
        }
        let span = self.span(head.lead.start, cursor.last_end());
        let nested = std::mem::replace(&mut self.nested, around);
        self.report_nested(nested, span.end as usize);
        for error in std::mem::replace(&mut self.swapped, swapped_around).into_values() {
            self.report_habit(Habit::NameFirst, error);
        }
        let throughout = std::mem::replace(&mut self.throughout, throughout_around);
        self.report_habits(throughout);
        let later = matches!(pair.as_rule(), Rule::mixin_decl | Rule::events_decl);
        if later {
            self.later_word(self.place(&word), word.as_str());
        }
        let Lead {
            doc, annotations, ..
        } = head.lead;
        Some(Item {
            doc,
            annotations,
            internal: modifiers.internal,
            name,
            kind: kind?,
            span,
        })
    }

    /// After the type: `NAME = 5;` or `Name;`
    fn short(
        &mut self,
        rule: Rule,
        cursor: &mut Cursor<'i>,
        ty: &Node<'i>,
        start: usize,
    ) -> (Ident, Option<ItemKind>) {
        let ty = self.type_ref(ty);
        let name = self.name(&cursor.expect(Rule::name));
        let (ty, name) = match ty {
            Some(ty) => {
                let (ty, name) = self.const_in_order(rule, ty, name);
                (Some(ty), name)
            }
            None => (None, name),
        };
        let value = cursor
            .take(Rule::equals)
            .and_then(|_| self.expr(&cursor.expect(Rule::expr)));
        let (word, kind) = match rule {
            Rule::const_decl => (
                "constant",
                ty.zip(value)
                    .map(|(ty, value)| ItemKind::Const(Const { ty, value })),
            ),
            Rule::typedef_decl => ("typedef", ty.map(ItemKind::Typedef)),
            _ => ("newtype", ty.map(ItemKind::Newtype)),
        };
        self.end(cursor, start, word, &name);
        (name, kind)
    }

    /// Type and name of a constant, possibly swapped: `const MAX u32 = 5;`
    fn const_in_order(&mut self, rule: Rule, ty: Type, name: Ident) -> (Type, Ident) {
        let scalar = Scalar::from_word(old_type(&name.name).unwrap_or(&name.name));
        let first = match &ty.kind {
            TypeKind::Named(path, args) if args.is_empty() => path.segments.first(),
            _ => None,
        };
        let (Some(scalar), Some(first)) = (scalar, first) else {
            return (ty, name);
        };
        let is_const = rule == Rule::const_decl && first.span == ty.span;
        if !is_const || self.declares(&first.name) {
            return (ty, name);
        }
        let place = ty.span.to(name.span);
        self.report(constant_name_first(place, scalar, &first.name));
        let (first, span) = (first.clone(), name.span);
        let kind = TypeKind::Scalar(scalar);
        (Type { kind, span }, first)
    }

    /// After the keyword: `Name { … }`. `None` for declarations of a later version.
    fn with_body(
        &mut self,
        rule: Rule,
        cursor: &mut Cursor<'i>,
        modifiers: &Modifiers,
    ) -> (Ident, Option<ItemKind>) {
        let name = self.name(&cursor.expect(Rule::name));
        let kind = self.body(rule, cursor, modifiers, &name);
        (name, kind)
    }

    fn body(
        &mut self,
        rule: Rule,
        cursor: &mut Cursor<'i>,
        modifiers: &Modifiers,
        name: &Ident,
    ) -> Option<ItemKind> {
        let closed = modifiers.closed;
        Some(match rule {
            Rule::enum_decl => {
                ItemKind::Enum(self.enum_rest(cursor, closed, &Body::with_ids("enum", name))?)
            }
            Rule::flags_decl => {
                ItemKind::Flags(self.enum_rest(cursor, closed, &Body::with_ids("flags", name))?)
            }
            Rule::struct_decl if modifiers.frozen.is_some() => self.frozen_rest(cursor, name),
            Rule::struct_decl => ItemKind::Struct(self.struct_rest(cursor, "struct", name)),
            Rule::exception_decl => {
                ItemKind::Exception(self.struct_rest(cursor, "exception", name))
            }
            Rule::union_decl => {
                ItemKind::Union(self.union_rest(cursor, closed, &Body::with_ids("union", name)))
            }
            Rule::service_decl => {
                ItemKind::Service(self.service_rest(cursor, &Body::with_ids("service", name)))
            }
            Rule::annotation_decl => ItemKind::Annotation(self.annotation_rest(cursor, name)),
            _ => return None,
        })
    }

    /// After the name: `<T> { 1: T a; }`
    fn struct_rest(&mut self, cursor: &mut Cursor<'i>, kind: &'static str, name: &Ident) -> Struct {
        let params = self.type_params(cursor);
        self.with_clause(cursor);
        let body = self.struct_body(
            &cursor.expect(Rule::struct_body),
            &Body::with_ids(kind, name),
        );
        Struct {
            params,
            fields: body.fields,
            reserved: body.reserved,
        }
    }

    fn frozen_rest(&mut self, cursor: &mut Cursor<'i>, name: &Ident) -> ItemKind {
        let params = self.type_params(cursor);
        if let (Some(first), Some(last)) = (params.first(), params.last()) {
            self.report(frozen_cannot(
                first.span.to(last.span),
                name,
                "type parameters",
            ));
        }
        self.with_clause(cursor);
        let pair = cursor.expect(Rule::struct_body);
        let body = self.struct_body(&pair, &Body::without_ids("frozen struct", name));
        if let Some(reserved) = body.reserved.first() {
            self.report(frozen_cannot(reserved.span, name, "reserved ids or names"));
        }
        ItemKind::Frozen(Frozen {
            fields: body.fields,
        })
    }

    /// `on struct, method { string team; }`
    fn annotation_rest(&mut self, cursor: &mut Cursor<'i>, name: &Ident) -> AnnotationDecl {
        cursor.expect(Rule::kw_on);
        let mut targets = Vec::new();
        while let Some(target) = cursor.take(Rule::target) {
            targets.push(self.name(&target));
            cursor.take(Rule::comma);
        }
        let body = self.struct_body(
            &cursor.expect(Rule::struct_body),
            &Body::without_ids("annotation", name),
        );
        AnnotationDecl {
            targets,
            fields: body.fields,
        }
    }

    fn with_clause(&mut self, cursor: &mut Cursor<'i>) {
        if let Some(clause) = cursor.take(Rule::with_clause) {
            let word = Cursor::new(&clause).expect(Rule::kw_with);
            self.later_word(self.place(&word), "with");
        }
    }
}

fn frozen_cannot(span: Span, name: &Ident, what: &str) -> Diagnostic {
    let message = format!("frozen struct `{}` cannot have {what}", name.name);
    Diagnostic::new(Code::UnexpectedToken, span, message, "not allowed here")
        .with_help("a frozen struct has a fixed layout that never changes")
}

/// `MAX u32`, at `place`.
fn constant_name_first(place: Span, scalar: Scalar, name: &str) -> Diagnostic {
    let message = "the type comes before the name: `const type NAME = value`";
    let written = format!("{} {name}", scalar.word());
    Diagnostic::new(Code::SwappedField, place, message, "looks like `name type`").with_fix(
        format!("write `{written}`"),
        place,
        written,
    )
}
