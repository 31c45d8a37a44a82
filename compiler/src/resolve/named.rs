//! Types with a declared name, and type parameters.

use super::annotations::builtin::{self, Says};
use super::foreign::{Without, without};
use super::kinds::not_a_type;
use super::lookup::{Lookup, Wanted};
use super::types::{Typed, too_large};
use super::{GenericUse, NamedUse, Place, Position, Resolver};
use crate::ast::{self, ItemKind, Path};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::schema::{DeclId, Type};
use crate::source::Span;

/// Largest number of aliases with constraints in a chain.
const MAX_ALIASES: usize = 64;

impl<'a> Resolver<'a, '_> {
    /// The type that `path` and its arguments name, with aliases replaced.
    pub(super) fn named(
        &mut self,
        ty: &ast::Type,
        path: &Path,
        args: &'a [ast::Type],
        place: &Place<'a>,
    ) -> Option<Typed> {
        if let [name] = path.segments.as_slice()
            && let Some(index) = place.params.iter().position(|p| p.name == name.name)
        {
            return self.parameter(ty, path, args, place, index);
        }
        let id = self.type_named(ty, path, args, place);
        let inner = place.inner();
        let arguments: Vec<_> = args.iter().map(|arg| self.element(arg, &inner)).collect();
        let (id, arguments) = (id?, arguments.into_iter().collect::<Option<Vec<_>>>()?);
        let item = self.names.decl(id).item;
        let params = item.type_params().len();
        if params != arguments.len() {
            self.sink.push(wrong_arity(item, params, args, ty, path));
            return None;
        }
        if let ItemKind::Typedef(_) = item.kind {
            return self.alias(id, ty.span);
        }
        let types: Vec<Type> = arguments.iter().map(|a| a.ty.clone()).collect();
        if let Some(owner) = place.owner.filter(|_| !types.is_empty()) {
            self.seen.generic_uses.push(GenericUse {
                owner,
                span: ty.span,
                target: id,
                args: types.clone(),
            });
        }
        self.seen.named_uses.push(NamedUse {
            span: ty.span,
            decl: id,
            position: place.position,
        });
        let inner: Vec<&Typed> = arguments.iter().collect();
        Some(Typed::around(Type::Named(id, types), &inner))
    }

    /// The target of an alias, which is used at `span`.
    fn alias(&mut self, id: DeclId, span: Span) -> Option<Typed> {
        let mut typed = self.typedefs[id.0 as usize].clone()?;
        if is_constrained(self.names.decl(id).item) {
            typed.aliases.push(id);
        }
        if typed.aliases.len() > MAX_ALIASES {
            let error = too_large(span, "has more aliases with constraints than", MAX_ALIASES);
            self.sink.push(error);
            return None;
        }
        Some(typed)
    }

    fn parameter(
        &mut self,
        ty: &ast::Type,
        path: &Path,
        args: &[ast::Type],
        place: &Place<'a>,
        index: usize,
    ) -> Option<Typed> {
        let param = place.params[index].span;
        self.seen.used_params.insert(param);
        self.seen.mentions.push((path.span, param));
        if !args.is_empty() {
            self.sink.push(not_generic(
                &path.text(),
                path.span.after().to(ty.span),
                ty.span,
            ));
            return None;
        }
        let index = u32::try_from(index).ok()?;
        Some(Typed::leaf(Type::Param(index)))
    }

    /// The declaration of the type that `path` names.
    fn type_named(
        &mut self,
        ty: &ast::Type,
        path: &Path,
        args: &[ast::Type],
        place: &Place<'a>,
    ) -> Option<DeclId> {
        match self.lookup(path, place) {
            Lookup::Found(id, used) if used == path.segments.len() => {
                let item = self.names.decl(id).item;
                if let Some(error) = not_a_type(item, path.span) {
                    self.sink.push(error);
                    return None;
                }
                Some(id)
            }
            Lookup::Found(..) | Lookup::Missing => {
                let wanted = match place.position {
                    Position::Throws => Wanted::Exception,
                    Position::Member | Position::Variant(_) | Position::Inside => Wanted::Type,
                };
                let mut error = self.unknown(path, place.file, wanted, place.params);
                if let Some(fix) = unwrapped(ty, path, args) {
                    error.fixes = vec![fix];
                    error.help.clear();
                }
                self.report_unless_lost(error, place.file);
                None
            }
            Lookup::Broken => None,
        }
    }
}

fn is_constrained(item: &ast::Item) -> bool {
    let constrains = |annotation: &ast::Annotation| {
        let builtin = builtin::find(&annotation.path.text());
        builtin.is_some_and(|builtin| matches!(builtin.says, Says::Constraint(_)))
    };
    item.annotations.iter().any(constrains)
}

fn wrong_arity(
    item: &ast::Item,
    params: usize,
    args: &[ast::Type],
    ty: &ast::Type,
    path: &Path,
) -> Diagnostic {
    let name = &item.name.name;
    if params == 0 {
        return not_generic(name, path.span.after().to(ty.span), ty.span)
            .with_label(item.name.span, "declared without type parameters here");
    }
    let s = if params == 1 { "" } else { "s" };
    Diagnostic::new(
        Code::WrongArity,
        ty.span,
        format!(
            "`{name}` takes {params} type argument{s}, {} given",
            args.len()
        ),
        format!("expected {params} type argument{s}"),
    )
    .with_label(item.name.span, "declared here")
    .with_help(format!("write `{name}<{}>`", vec!["…"; params].join(", ")))
}

fn not_generic(name: &str, arguments: Span, ty: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotGeneric,
        ty,
        format!("`{name}` is not generic"),
        "type arguments given",
    )
    .with_fix("remove the type arguments", arguments, "")
}

/// A fix that replaces `Option<T>`, `Box<T>` or `Promise<T>` by its argument, with `optional` if needed.
fn unwrapped(ty: &ast::Type, path: &Path, args: &[ast::Type]) -> Option<Fix> {
    let ([name], [inner]) = (path.segments.as_slice(), args) else {
        return None;
    };
    let (message, text) = match without(&name.name)? {
        Without::Optional => ("write `optional` in front of the type", "optional "),
        Without::Nothing => ("write the type alone", ""),
    };
    let edit = |span, text: &str| Edit {
        span,
        replacement: text.to_owned(),
    };
    let in_front = path.span.up_to(inner.span);
    let behind = inner.span.after().to(ty.span);
    Some(Fix {
        message: message.to_owned(),
        edits: vec![edit(in_front, text), edit(behind, "")],
    })
}
