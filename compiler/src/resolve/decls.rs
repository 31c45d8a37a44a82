//! Assembles declarations from what earlier passes resolved. Invalid members are left out.

use super::annotations::Read;
use super::annotations::builtin::Says;
use super::fields::{number, optional_with_default};
use super::{Place, Position, Resolver};
use crate::ast::{self, Item, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{
    AnnotationDecl, AnnotationField, Const, Decl, DeclId, DeclKind, Frozen, FrozenField, Newtype,
    Number, Payload, Reserved, Struct, Typedef, Union, Variant,
};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// All declarations by id; `None` if an error leaves nothing of it.
    pub(super) fn resolve_decls(&mut self) -> Vec<Option<Decl>> {
        let ids = self.names.ids();
        ids.map(|id| self.resolve_decl(id)).collect()
    }

    fn resolve_decl(&mut self, id: DeclId) -> Option<Decl> {
        let entry = self.names.decl(id);
        let item = entry.item;
        let place = self.place(id);
        let read = match &item.kind {
            // Annotations of an alias are read with its constraints.
            ItemKind::Typedef(_) => {
                self.alias_constraints(id);
                self.alias_annotations
                    .remove(&id)
                    .unwrap_or_else(|| self.nothing_read())
            }
            kind => self.annotations(&item.annotations, target_word(kind), &place),
        };
        let kind = self.decl_kind(id, item, &read, &place)?;
        Some(Decl {
            namespace: entry.namespace,
            name: item.name.name.clone(),
            span: item.name.span,
            whole: item.span,
            doc: doc(&item.doc),
            internal: item.internal.is_some(),
            annotations: read.annotations,
            kind,
        })
    }

    fn decl_kind(
        &mut self,
        id: DeclId,
        item: &'a Item,
        read: &Read<'a>,
        place: &Place<'a>,
    ) -> Option<DeclKind> {
        Some(match &item.kind {
            ItemKind::Const(c) => {
                let (ty, evaluated) = self.constants[id.0 as usize].clone()?;
                let typed = self.type_at(&c.ty, place)?;
                DeclKind::Const(Const {
                    ty,
                    value: evaluated.value,
                    constraints: self.constraints(&[], &typed, place),
                })
            }
            ItemKind::Typedef(_) => {
                let typed = self.typedefs[id.0 as usize].clone()?;
                let mut constraints = Vec::new();
                for alias in typed.aliases.iter().chain([&id]) {
                    constraints.extend(self.alias_constraints(*alias));
                }
                let ty = typed.ty;
                DeclKind::Typedef(Typedef { ty, constraints })
            }
            ItemKind::Newtype(ty) => {
                let typed = self.type_at(ty, place)?;
                let constraints = self.constraints(&read.constraints, &typed, place);
                DeclKind::Newtype(Newtype {
                    ty: typed.ty,
                    ty_span: ty.span,
                    constraints,
                })
            }
            ItemKind::Enum(e) => DeclKind::Enum(self.enum_decl(id, e, place)),
            ItemKind::Flags(e) => DeclKind::Flags(self.enum_decl(id, e, place)),
            ItemKind::Struct(s) => DeclKind::Struct(Struct {
                params: params(&s.params),
                fields: self.fields(&s.fields, "field", place),
                reserved: reserved(&s.reserved),
            }),
            ItemKind::Frozen(f) => DeclKind::Frozen(self.frozen(f, place)?),
            ItemKind::Union(u) => DeclKind::Union(self.union_decl(id, u, place)),
            ItemKind::Exception(s) => DeclKind::Exception(self.exception(item, s, read, place)),
            ItemKind::Service(s) => DeclKind::Service(self.service(id, s, read, place)),
            ItemKind::Annotation(a) => DeclKind::Annotation(self.annotation_decl(id, a, place)),
        })
    }

    fn frozen(&mut self, frozen: &'a ast::Frozen, place: &Place<'a>) -> Option<Frozen> {
        let mut fields = Vec::new();
        let mut whole = true;
        for field in &frozen.fields {
            let read = self.annotations(&field.annotations, "field", place);
            for (_, constraint) in &read.constraints {
                let name = constraint.builtin.name;
                self.sink
                    .push(frozen_constraint(name, constraint.written.span));
            }
            let rust = [Says::RustType, Says::RustMap];
            self.idle(&field.annotations, "a member of a frozen struct", |says| {
                rust.contains(&says)
            });
            let typed = self.unconstrained(&field.ty, "members of a frozen struct", place);
            let Some(typed) = typed else {
                whole = false;
                continue;
            };
            fields.push(FrozenField {
                name: field.name.name.clone(),
                span: field.name.span,
                doc: doc(&field.doc),
                annotations: read.annotations,
                ty: typed.ty,
                ty_span: field.ty.span,
            });
        }
        whole.then_some(Frozen { fields, size: 0 })
    }

    fn union_decl(&mut self, id: DeclId, union: &'a ast::Union, place: &Place<'a>) -> Union {
        let inner = Place {
            position: Position::Variant(id),
            ..*place
        };
        let mut variants = Vec::new();
        for variant in &union.variants {
            let read = self.annotations(&variant.annotations, "variant", place);
            let (payload, kept) = match &variant.payload {
                ast::Payload::Unit => (Some(Payload::Unit), &[][..]),
                ast::Payload::Typed(ty) => (self.typed_payload(ty, &inner), &[][..]),
                ast::Payload::Struct { fields, reserved } => {
                    let fields = self.fields(fields, "field", place);
                    (Some(Payload::Struct(fields)), &reserved[..])
                }
            };
            let (Some(written), Some(payload)) = (&variant.id, payload) else {
                continue;
            };
            variants.extend(number(&variant.id).map(|id| Variant {
                id,
                id_span: written.span,
                whole: variant.span,
                name: variant.name.name.clone(),
                span: variant.name.span,
                doc: doc(&variant.doc),
                annotations: read.annotations,
                payload,
                reserved: reserved(kept),
            }));
        }
        Union {
            params: params(&union.params),
            closed: union.closed.is_some(),
            variants,
            reserved: reserved(&union.reserved),
            thrown: false,
        }
    }

    fn typed_payload(&mut self, ty: &'a ast::Type, place: &Place<'a>) -> Option<Payload> {
        let typed = self.type_at(ty, place)?;
        if typed.ty.is_optional() {
            self.sink.push(optional_variant(ty));
            return None;
        }
        let constraints = self.constraints(&[], &typed, place);
        Some(Payload::Typed {
            ty: typed.ty,
            ty_span: ty.span,
            constraints,
            boxed: false,
        })
    }

    fn annotation_decl(
        &mut self,
        id: DeclId,
        decl: &'a ast::AnnotationDecl,
        place: &Place<'a>,
    ) -> AnnotationDecl {
        let mut fields = Vec::new();
        for field in &decl.fields {
            self.annotations(&field.annotations, "field", place);
            self.idle(&field.annotations, "an argument of an annotation", |says| {
                let of_rust = [Says::RustType, Says::RustMap, Says::RustAttr];
                matches!(says, Says::Constraint(_) | Says::Sensitive) || of_rust.contains(&says)
            });
            let Some(typed) = self.type_at(&field.ty, place) else {
                continue;
            };
            if let Some(default) = field.default.as_ref().filter(|_| typed.ty.is_optional()) {
                self.sink.push(optional_with_default(field, default));
                continue;
            }
            let default = self.annotation_default(field, id).flatten();
            fields.push(AnnotationField {
                name: field.name.name.clone(),
                ty: typed.ty,
                default,
            });
        }
        let targets = decl.targets.iter().map(|t| t.name.clone()).collect();
        AnnotationDecl { targets, fields }
    }
}

/// The word for a declaration as the target of an annotation.
fn target_word(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Const(_) => "const",
        ItemKind::Typedef(_) => "typedef",
        ItemKind::Newtype(_) => "newtype",
        ItemKind::Enum(_) => "enum",
        ItemKind::Flags(_) => "flags",
        ItemKind::Struct(_) | ItemKind::Frozen(_) => "struct",
        ItemKind::Union(_) => "union",
        ItemKind::Exception(_) => "exception",
        ItemKind::Service(_) => "service",
        ItemKind::Annotation(_) => "annotation",
    }
}

pub(super) fn doc(doc: &Option<ast::Doc>) -> Option<String> {
    doc.as_ref().map(|doc| doc.text.clone())
}

fn params(params: &[ast::Ident]) -> Vec<String> {
    params.iter().map(|p| p.name.clone()).collect()
}

/// Names and ranges, merged and sorted. The check reports what is wrong with them.
pub(super) fn reserved(entries: &[ast::Reserved]) -> Reserved {
    let mut reserved = Reserved::default();
    for entry in entries {
        match &entry.kind {
            ast::ReservedKind::Name(name) => reserved.names.push(name.clone()),
            ast::ReservedKind::Ids(from, to) => {
                let to = to.as_ref().map_or(Number::MAX, Number::nearest);
                reserved.ranges.push((Number::nearest(from), to));
            }
        }
    }
    reserved.ranges.sort_unstable();
    reserved
}

fn optional_variant(ty: &ast::Type) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MisplacedOptional,
        ty.span,
        "a variant of a union cannot be `optional`",
        "may be absent",
    );
    match ty.optional_word() {
        Some(word) => error.with_fix("remove `optional`", word, ""),
        None => error.with_help("add a variant without payload for the absent value"),
    }
}

fn frozen_constraint(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongTarget,
        span,
        format!("`@{name}` is not allowed on a member of a frozen struct"),
        "is on a frozen member",
    )
    .with_help("use a newtype with constraints as the type of the member")
}
