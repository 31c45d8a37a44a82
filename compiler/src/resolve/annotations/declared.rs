//! Annotations that the schema declares: their arguments are values of the declared types.

use std::collections::BTreeMap;

use super::wrong_args::{bad_arg, missing_arg, wrong_arg};
use crate::ast::{self, Annotation, AnnotationArg, AnnotationDecl, ArgValue};
use crate::resolve::{Place, Resolver};
use crate::schema::{DeclId, DeclaredAnnotation, Type, Value};

impl<'a> Resolver<'a, '_> {
    /// The arguments of a declared annotation, defaults included, in declared order.
    pub(super) fn declared_args(
        &mut self,
        annotation: &'a Annotation,
        id: DeclId,
        decl: &'a AnnotationDecl,
        place: &Place<'a>,
    ) -> Option<DeclaredAnnotation> {
        let name = annotation.path.text();
        let given = self.given_args(annotation, decl, &name)?;
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
                        let wanted = format!("a `{}` value", self.names.type_text(&ty));
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

    /// The default of an argument: `None` if there is none, `Some(None)` if it is broken.
    pub(crate) fn annotation_default(
        &mut self,
        field: &'a ast::Field,
        id: DeclId,
    ) -> Option<Option<Value>> {
        let expr = field.default.as_ref()?;
        if let Some(known) = self.defaults.get(&expr.span) {
            return Some(known.clone().map(|known| known.value));
        }
        let place = self.place(id);
        let ty = self.type_at(&field.ty, &place).map(|typed| typed.ty);
        let value = ty.and_then(|ty| self.evaluated(expr, &ty, &place));
        self.defaults.insert(expr.span, value.clone());
        Some(value.map(|value| value.value))
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
            ArgValue::Expr(expr) => self.value_at(expr, ty, place),
            ArgValue::Range(range) => {
                let wanted = format!("a `{}` value", self.names.type_text(ty));
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
    ) -> Option<BTreeMap<&'a str, &'a AnnotationArg>> {
        let mut given: BTreeMap<&str, &AnnotationArg> = BTreeMap::new();
        let mut good = true;
        for arg in &annotation.args {
            let Some(field) = field_of(arg, decl) else {
                let names = decl.fields.iter().map(|f| f.name.name.as_str());
                self.sink.push(bad_arg(annotation, name, arg, names));
                good = false;
                continue;
            };
            if let Some(first) = given.insert(field, arg) {
                let error = crate::resolve::names::duplicate_name(field, first.span, arg.span);
                self.sink.push(error);
                good = false;
            }
        }
        good.then_some(given)
    }
}

/// The name of the field that an argument is for.
fn field_of<'a>(arg: &AnnotationArg, decl: &'a AnnotationDecl) -> Option<&'a str> {
    let Some(name) = &arg.name else {
        let without_default = |f: &&ast::Field| {
            f.default.is_none() && !matches!(f.ty.kind, ast::TypeKind::Optional(_))
        };
        let mut required = decl.fields.iter().filter(without_default);
        let only = required.next().filter(|_| required.next().is_none())?;
        return Some(&only.name.name);
    };
    let mut fields = decl.fields.iter().map(|f| f.name.name.as_str());
    fields.find(|field| *field == name.name)
}
