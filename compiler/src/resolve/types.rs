//! Resolves types: names to declarations, aliases to their targets.
//!
//! Each type of the syntax tree that may cause a report is resolved once and stored by its span, so that nothing is
//! reported twice. Aliases are resolved first, in the order of their dependencies, so recursion is never deeper than a
//! single type is nested.

use super::{KeyUse, Place, Position, Resolver};
use crate::ast::{self, TypeKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{DeclId, Type};
use crate::source::{SourceMap, Span};

/// Largest number of parts in a type once its aliases are replaced.
const MAX_PARTS: usize = 4096;
/// Deepest nesting of a type once its aliases are replaced.
const MAX_DEPTH: usize = 64;
/// Longest array.
pub(crate) const MAX_ARRAY: u32 = 65_536;

/// A resolved type and the aliases that it came through.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) ty: Type,
    /// Aliases with constraints that led to the type. Their constraints apply to it.
    pub(crate) aliases: Vec<DeclId>,
    parts: usize,
    depth: usize,
}

impl Typed {
    pub(super) fn leaf(ty: Type) -> Self {
        Self {
            ty,
            aliases: Vec::new(),
            parts: 1,
            depth: 1,
        }
    }

    pub(super) fn around(ty: Type, inner: &[&Typed]) -> Self {
        Self {
            ty,
            aliases: Vec::new(),
            parts: 1 + inner.iter().map(|t| t.parts).sum::<usize>(),
            depth: 1 + inner.iter().map(|t| t.depth).max().unwrap_or(0),
        }
    }
}

impl<'a> Resolver<'a, '_> {
    /// The type written at `ty`; `None` if it is invalid, which was reported.
    pub(crate) fn type_at(&mut self, ty: &'a ast::Type, place: &Place<'a>) -> Option<Typed> {
        if let TypeKind::Scalar(scalar) = &ty.kind {
            return Some(Typed::leaf(Type::Scalar(*scalar)));
        }
        if let Some(known) = self.types.get(&ty.span) {
            return known.clone();
        }
        let typed = self.resolve_type(ty, place);
        let typed = typed.filter(|typed| self.fits(typed, ty.span));
        self.types.insert(ty.span, typed.clone());
        typed
    }

    fn fits(&mut self, typed: &Typed, span: Span) -> bool {
        if typed.depth > MAX_DEPTH {
            self.sink
                .push(too_large(span, "is nested deeper than", MAX_DEPTH));
        } else if typed.parts > MAX_PARTS {
            self.sink
                .push(too_large(span, "has more parts than", MAX_PARTS));
        }
        typed.depth <= MAX_DEPTH && typed.parts <= MAX_PARTS
    }

    fn resolve_type(&mut self, ty: &'a ast::Type, place: &Place<'a>) -> Option<Typed> {
        let inner = place.inner();
        match &ty.kind {
            TypeKind::Scalar(scalar) => Some(Typed::leaf(Type::Scalar(*scalar))),
            TypeKind::Optional(t) => self.optional(ty, t, place),
            TypeKind::List(t) => {
                let t = self.element(t, &inner)?;
                Some(Typed::around(Type::List(Box::new(t.ty.clone())), &[&t]))
            }
            TypeKind::Set(t) => {
                let element = self.element(t, &inner)?;
                self.key(t, &element.ty, KeyKind::SetElement)?;
                let ty = Type::Set(Box::new(element.ty.clone()));
                Some(Typed::around(ty, &[&element]))
            }
            TypeKind::Map(k, v) => {
                let (key, value) = (self.element(k, &inner), self.element(v, &inner));
                let (key, value) = (key?, value?);
                self.key(k, &key.ty, KeyKind::MapKey)?;
                let ty = Type::Map(Box::new(key.ty.clone()), Box::new(value.ty.clone()));
                Some(Typed::around(ty, &[&key, &value]))
            }
            TypeKind::Array(t, length) => {
                let (t, length) = (self.element(t, &inner), self.array_length(length, place));
                let (t, length) = (t?, length?);
                let ty = Type::Array(Box::new(t.ty.clone()), length);
                Some(Typed::around(ty, &[&t]))
            }
            TypeKind::Named(path, args) => self.named(ty, path, args, place),
        }
    }

    /// A type inside another one. Its aliases must not have constraints, because these would be lost.
    pub(super) fn element(&mut self, ty: &'a ast::Type, place: &Place<'a>) -> Option<Typed> {
        let typed = self.type_at(ty, place)?;
        let Some(alias) = self.lost_constraints(&typed) else {
            return Some(typed);
        };
        let error = constraints_lost(ty.span, "elements", alias, self.sources);
        let error = error.with_help("the type itself with `@each(…)` on the field does the same");
        self.sink.push(error);
        None
    }

    /// A type that cannot have constraints, such as a result. Like [`Self::element`].
    pub(super) fn unconstrained(
        &mut self,
        ty: &'a ast::Type,
        what: &str,
        place: &Place<'a>,
    ) -> Option<Typed> {
        let typed = self.type_at(ty, place)?;
        let Some(alias) = self.lost_constraints(&typed) else {
            return Some(typed);
        };
        let error = constraints_lost(ty.span, what, alias, self.sources);
        self.sink.push(error);
        None
    }

    /// The first alias whose constraints would be lost.
    fn lost_constraints(&self, typed: &Typed) -> Option<&'a ast::Item> {
        let alias = typed.aliases.first()?;
        Some(self.names.decl(*alias).item)
    }

    fn optional(
        &mut self,
        ty: &'a ast::Type,
        inner: &'a ast::Type,
        place: &Place<'a>,
    ) -> Option<Typed> {
        let typed = self.type_at(inner, place)?;
        if typed.ty.is_optional() {
            self.sink.push(optional_twice(ty, inner));
            return None;
        }
        let mut optional = Typed::around(Type::Optional(Box::new(typed.ty.clone())), &[&typed]);
        optional.aliases = typed.aliases;
        Some(optional)
    }

    fn key(&mut self, written: &ast::Type, ty: &Type, kind: KeyKind) -> Option<()> {
        if ty.is_optional() {
            self.sink.push(optional_key(written, kind));
            return None;
        }
        self.seen.key_uses.push(KeyUse {
            span: written.span,
            ty: ty.clone(),
            kind,
        });
        Some(())
    }

    fn array_length(&mut self, length: &'a ast::Expr, place: &Place<'a>) -> Option<u32> {
        let number = self.integer_at(length, place, "an array length")?;
        let number = u32::try_from(&number).ok();
        match number.filter(|n| (1..=MAX_ARRAY).contains(n)) {
            Some(number) => Some(number),
            None => {
                self.sink.push(bad_array_length(length.span));
                None
            }
        }
    }
}

/// A place that requires a total order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    MapKey,
    SetElement,
}

impl KeyKind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            KeyKind::MapKey => "map key",
            KeyKind::SetElement => "set element",
        }
    }
}

impl<'a> Place<'a> {
    /// The same context, inside another type.
    pub(super) fn inner(&self) -> Place<'a> {
        Place {
            position: Position::Inside,
            ..*self
        }
    }
}

fn optional_twice(ty: &ast::Type, inner: &ast::Type) -> Diagnostic {
    let label = match inner.optional_word() {
        Some(_) => "twice `optional`",
        None => "this alias is `optional` already",
    };
    Diagnostic::new(
        Code::MisplacedOptional,
        ty.span,
        "`optional` is applied twice",
        label,
    )
    .with_fix("write it once", ty.span.up_to(inner.span), "")
}

fn optional_key(written: &ast::Type, kind: KeyKind) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MisplacedOptional,
        written.span,
        format!("a {} cannot be `optional`", kind.word()),
        "may be absent",
    );
    match written.optional_word() {
        Some(word) => error.with_fix("remove `optional`", word, ""),
        None => error.with_help("use a type that is not `optional`"),
    }
}

fn constraints_lost(span: Span, what: &str, alias: &ast::Item, sources: &SourceMap) -> Diagnostic {
    let name = &alias.name;
    let error = Diagnostic::new(
        Code::ConstrainedElement,
        span,
        format!("the constraints of `{}` do not reach {what}", name.name),
        "would not be held to them",
    )
    .with_label(name.span, "the alias with constraints");
    let modifiers = sources.slice(alias.span).find("typedef").unwrap_or(0);
    let start = alias.span.start as usize + modifiers;
    let word = Span::new(alias.span.file, start, start + "typedef".len());
    error.with_fix(format!("make `{}` a `newtype`", name.name), word, "newtype")
}

fn bad_array_length(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadArrayLength,
        span,
        format!("array length must be a constant from 1 to {MAX_ARRAY}"),
        "not a possible length",
    )
    .with_help("use `list<T>` for a length that varies or is larger")
}

pub(super) fn too_large(span: Span, what: &str, limit: usize) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!("type {what} {limit} once its aliases are replaced"),
        "too large a type",
    )
    .with_help("use a `struct` in place of an alias; it counts as one part")
}
