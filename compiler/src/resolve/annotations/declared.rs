//! Annotations that schemas declare. Their arguments are values of declared types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Read;
use super::builtin::BUILTINS;
use super::wrong_args::{bad_arg, missing_arg, wrong_arg};
use crate::ast::{self, Annotation, AnnotationArg, AnnotationDecl, ArgValue, ItemKind};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::resolve::kinds::{article, with_article, wrong_kind};
use crate::resolve::lookup::{Lookup, Wanted};
use crate::resolve::{Place, Resolver};
use crate::schema::{DeclId, DeclaredAnnotation, Type, Value};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// An annotation that is not built in.
    pub(super) fn declared_annotation(
        &mut self,
        annotation: &'a Annotation,
        target: &str,
        place: &Place<'a>,
        read: &mut Read<'a>,
    ) {
        let path = &annotation.path;
        let id = match self.lookup(path, place) {
            Lookup::Found(id, used) if used == path.segments.len() => id,
            Lookup::Broken => return,
            Lookup::Found(..) | Lookup::Missing => {
                let error = self.unknown_annotation(annotation, place.file);
                self.report_unless_lost(error, place.file);
                return;
            }
        };
        let item = self.names.decl(id).item;
        let ItemKind::Annotation(decl) = &item.kind else {
            self.sink.push(wrong_kind("annotation", item, path.span));
            return;
        };
        let targets: Vec<&str> = decl.targets.iter().map(|t| t.name.as_str()).collect();
        if !targets.contains(&target) {
            let error = wrong_target(&path.text(), target, &targets, path.span);
            let error = error.with_label(item.name.span, "declared here");
            self.sink.push(error);
            return;
        }
        if let Some(found) = self.declared_args(annotation, id, decl, place) {
            let annotations = Arc::make_mut(&mut read.annotations);
            annotations.declared.push(found);
        }
    }

    fn unknown_annotation(&self, annotation: &Annotation, file: usize) -> Diagnostic {
        let name = annotation.path.text();
        if let Some(error) = of_another_language(annotation) {
            return error;
        }
        let mut error = self.unknown(&annotation.path, file, Wanted::Annotation, &[]);
        if !error.fixes.is_empty() {
            return error;
        }
        if let Some((message, place, text)) = called_otherwise(&name, annotation) {
            if !text.is_empty() {
                error.help.clear();
            }
            return error.with_fix(message, place, text);
        }
        let near = nearest(&name, BUILTINS.iter().map(|b| b.name));
        if !near.is_empty() {
            error.help.clear();
        }
        near.into_iter().fold(error, |error, near| {
            let message = format!("did you mean `@{near}`?");
            error.with_fix(message, annotation.path.span, near)
        })
    }

    /// The arguments of a declared annotation, including defaults, in declared order.
    fn declared_args(
        &mut self,
        annotation: &'a Annotation,
        id: DeclId,
        decl: &'a AnnotationDecl,
        place: &Place<'a>,
    ) -> Option<DeclaredAnnotation> {
        let name = annotation.path.text();
        let given = self.given_args(annotation, decl, &name, place.file)?;
        let mut args = Vec::new();
        let mut good = true;
        for field in &decl.fields {
            let ty = self
                .type_at(&field.ty, &self.place(id))
                .map(|typed| typed.ty);
            let Some(ty) = ty else {
                good = false;
                continue;
            };
            let value = match (given.get(field.name.name.as_str()), &ty) {
                (Some(arg), _) => self.argument(arg, &ty, &name, field, place),
                (None, Type::Optional(_)) => Some(Value::Absent),
                (None, _) => match self.annotation_default(field, id) {
                    Some(value) => value,
                    None => {
                        let wanted = format!("{} value", with_article(&self.names.type_text(&ty)));
                        let error = missing_arg(&name, &field.name.name, &wanted, annotation);
                        self.sink
                            .push(error.with_label(field.name.span, "declared here"));
                        None
                    }
                },
            };
            good &= value.is_some();
            args.extend(value.map(|value| (field.name.name.clone(), value)));
        }
        good.then_some(DeclaredAnnotation { decl: id, args })
    }

    /// The default of an argument: `None` if there is none, `Some(None)` if it is invalid.
    pub(crate) fn annotation_default(
        &mut self,
        field: &'a ast::Field,
        id: DeclId,
    ) -> Option<Option<Value>> {
        let expr = field.default.as_ref()?;
        if let Some(known) = self.defaults.get(&expr.span) {
            let known = known.clone();
            let known = known.filter(|known| self.spend_total(known.parts(), expr.span).is_some());
            return Some(known.map(|known| known.value));
        }
        let place = self.place(id);
        let ty = self.type_at(&field.ty, &place).map(|typed| typed.ty);
        let value = ty.as_ref().and_then(|ty| self.evaluated(expr, ty, &place));
        self.defaults.insert(expr.span, value.clone());
        let value = value.map(|value| value.value);
        if let Some(ty) = &ty {
            self.note_value("default of", field, ty, value.as_ref(), expr.span);
        }
        Some(value)
    }

    fn argument(
        &mut self,
        arg: &'a AnnotationArg,
        ty: &Type,
        annotation: &str,
        field: &ast::Field,
        place: &Place<'a>,
    ) -> Option<Value> {
        match &arg.value {
            ArgValue::Expr(expr) => {
                let value = self.value_at(expr, ty, place);
                self.note_value("argument", field, ty, value.as_ref(), expr.span);
                value
            }
            ArgValue::Range(range) => {
                let wanted = format!("{} value", with_article(&self.names.type_text(ty)));
                let error = wrong_arg(annotation, &field.name.name, &wanted, range.span);
                self.sink
                    .push(error.with_label(field.name.span, "declared here"));
                None
            }
        }
    }

    fn given_args(
        &mut self,
        annotation: &'a Annotation,
        decl: &'a AnnotationDecl,
        name: &str,
        file: usize,
    ) -> Option<BTreeMap<&'a str, &'a AnnotationArg>> {
        let mut given: BTreeMap<&str, &AnnotationArg> = BTreeMap::new();
        let names = decl.fields.iter().map(|f| f.name.name.as_str());
        let declared: BTreeSet<&str> = names.clone().collect();
        let only = only_required(decl);
        let (mut good, mut lacks_name) = (true, false);
        for arg in &annotation.args {
            let found = match &arg.name {
                Some(name) => declared.get(name.name.as_str()).copied(),
                None => only,
            };
            let Some(field) = found else {
                // Several without a name are a single mistake.
                if arg.name.is_none() && std::mem::replace(&mut lacks_name, true) {
                    continue;
                }
                let near = self.names.suggests();
                let error = bad_arg(annotation, name, arg, names.clone(), near);
                self.report_unless_lost(error, file);
                good = false;
                continue;
            };
            let named = |it: &&ast::Field| it.name.name == field;
            if let (Some(name), Some(declared)) = (&arg.name, decl.fields.iter().find(named)) {
                let mention = (name.span, declared.name.span);
                self.seen.mentions.push(mention);
            }
            if let Some(first) = given.insert(field, arg) {
                let error = crate::resolve::names::duplicate_name(field, first.span, arg.span);
                self.sink.push(error);
                good = false;
            }
        }
        good.then_some(given)
    }
}

/// The name of the field that an unnamed argument is for, if only one is required.
fn only_required(decl: &AnnotationDecl) -> Option<&str> {
    let without_default =
        |f: &&ast::Field| f.default.is_none() && !matches!(f.ty.kind, ast::TypeKind::Optional(_));
    let mut required = decl.fields.iter().filter(without_default);
    let only = required.next().filter(|_| required.next().is_none())?;
    Some(&only.name.name)
}

pub(super) fn wrong_target(name: &str, target: &str, targets: &[&str], span: Span) -> Diagnostic {
    let list: Vec<_> = targets.iter().map(|t| format!("`{t}`")).collect();
    let target = match target {
        "param" => "parameter",
        word => word,
    };
    let target = format!("{} {target}", article(target));
    Diagnostic::new(
        Code::WrongTarget,
        span,
        format!(
            "`@{name}` is not allowed on {target}; it applies to {}",
            list.join(", ")
        ),
        format!("is on {target}"),
    )
    .with_help("move it, or remove it")
}

/// How to replace an annotation of another language: the message, the place and the text of the fix, if there is one.
fn called_otherwise(
    name: &str,
    annotation: &Annotation,
) -> Option<(&'static str, Span, &'static str)> {
    let has_arguments = !annotation.args.is_empty();
    match name {
        "required" if !has_arguments => Some(("remove it", annotation.span, "")),
        "length" | "size" if has_arguments => Some(("write `@len`", annotation.path.span, "len")),
        "regex" | "regexp" if has_arguments => {
            Some(("write `@pattern`", annotation.path.span, "pattern"))
        }
        _ => None,
    }
}

/// `@cpp.template("std::set")`, `@go.tag("x")`
fn of_another_language(annotation: &Annotation) -> Option<Diagnostic> {
    const LANGUAGES: [&str; 9] = [
        "cpp", "csharp", "go", "hs", "java", "js", "php", "py", "swift",
    ];
    let path = &annotation.path;
    let first = path.segments.first().filter(|_| path.segments.len() > 1)?;
    LANGUAGES.contains(&first.name.as_str()).then(|| {
        let message = format!("cannot find annotation `@{}`", path.text());
        let label = "about code in another language";
        Diagnostic::new(Code::UnknownAnnotation, path.span, message, label)
            .with_note("Rust is what is generated")
            .with_fix("remove it", annotation.span, "")
    })
}
