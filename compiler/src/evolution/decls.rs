//! Declarations: reports those that were removed or renamed, and compares the others.

use super::Comparison;
use super::constraints::Held;
use super::effect::{Effect, Harm};
use super::fields::{Both, Owner, instantiated};
use super::finding::Finding;
use super::generics::{declared, params};
use super::reserved::Keeper;
use super::services::Declared;
use super::types::held;
use super::unions::Instance;
use super::values::{Of, same};
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::{Const, Decl, DeclId, DeclKind, Newtype, Reserved, Schema, Struct, Type};
use crate::source::{FileId, SourceMap, Span};

impl Comparison<'_> {
    /// Compares everything.
    pub(super) fn run(&mut self) {
        let pairs = self.pairs.all();
        let mut generic = pairs.clone();
        generic.retain(|(old, new)| {
            let both = [self.old.decl(*old), self.new.decl(*new)];
            both.into_iter().any(|decl| !params(decl).is_empty())
        });
        self.find_by_use(&generic);
        for (old, new) in pairs {
            self.compare(old, new);
        }
        self.keys();
        for (id, decl) in self.old.decls() {
            if self.pairs.new_of(id).is_none() {
                self.removed(decl);
            }
        }
    }

    fn compare(&mut self, old: DeclId, new: DeclId) {
        let (before, now) = (self.old.decl(old), self.new.decl(new));
        if is_in_rust(now) {
            self.name(before, now);
            if now.internal && !before.internal {
                self.report(internal(before, now));
            }
        }
        if before.kind.word() != now.kind.word() {
            return self.other_kind((old, before), (new, now));
        }
        if params(before).len() == params(now).len() {
            self.members(&declared(old), &declared(new));
        }
    }

    /// Compares the contents of two types of the same kind, with their type arguments if these are given, or of two
    /// constants or services.
    pub(super) fn members(&mut self, old: &Type, new: &Type) {
        let (Type::Named(old_id, old_args), Type::Named(new_id, new_args)) = (old, new) else {
            return;
        };
        let (before, now) = (self.old.decl(*old_id), self.new.decl(*new_id));
        let decls = Both {
            old: before,
            new: now,
        };
        match (&before.kind, &now.kind) {
            (DeclKind::Struct(a), DeclKind::Struct(b)) => {
                self.structs(&decls, (a, old_args), (b, new_args))
            }
            (DeclKind::Exception(a), DeclKind::Exception(b)) => {
                let owner = Both {
                    old: owner(before, &[], &a.reserved),
                    new: owner(now, &[], &b.reserved),
                };
                self.fields(&owner, &a.fields, &b.fields);
                self.constructors(&now.name, &a.fields, &b.fields);
                self.faults(&decls, a, b);
            }
            (DeclKind::Union(a), DeclKind::Union(b)) => self.unions(&Both {
                old: Instance {
                    decl: before,
                    union: a,
                    args: old_args,
                },
                new: Instance {
                    decl: now,
                    union: b,
                    args: new_args,
                },
            }),
            (DeclKind::Enum(a) | DeclKind::Flags(a), DeclKind::Enum(b) | DeclKind::Flags(b)) => {
                self.enums(&decls, a, b);
            }
            (DeclKind::Frozen(a), DeclKind::Frozen(b)) => self.frozen(&decls, a, b),
            (DeclKind::Newtype(a), DeclKind::Newtype(b)) => self.newtypes(&decls, a, b),
            (DeclKind::Const(a), DeclKind::Const(b)) => self.constants(&decls, a, b),
            (DeclKind::Service(a), DeclKind::Service(b)) => self.services(&Both {
                old: Declared {
                    id: *old_id,
                    decl: before,
                    service: a,
                },
                new: Declared {
                    id: *new_id,
                    decl: now,
                    service: b,
                },
            }),
            // Typedefs are compared where types use them, and annotations are not on the wire.
            (_, _) => {}
        }
    }

    fn structs(&mut self, decls: &Both<&Decl>, old: (&Struct, &[Type]), new: (&Struct, &[Type])) {
        let owner = Both {
            old: owner(decls.old, &old.0.params, &old.0.reserved),
            new: owner(decls.new, &new.0.params, &new.0.reserved),
        };
        let before = instantiated(&old.0.fields, old.1);
        self.fields(&owner, &before, &instantiated(&new.0.fields, new.1));
        self.constructors(&decls.new.name, &before, &new.0.fields);
    }

    fn newtypes(&mut self, decls: &Both<&Decl>, old: &Newtype, new: &Newtype) {
        let held = [(self.old, old), (self.new, new)].map(|(schema, newtype)| Held {
            schema,
            ty: &newtype.ty,
            own: &newtype.constraints,
        });
        let changes = self.placed(&held[0], &held[1]);
        let spelled = |schema, ty| super::spelling::spelled(schema, &[], ty);
        let (before, now) = (spelled(self.old, &old.ty), spelled(self.new, &new.ty));
        let places = Both {
            old: old.ty_span,
            new: new.ty_span,
        };
        for change in changes {
            self.report(change.finding(&decls.new.name, (&before, &now), &places));
        }
        let places = (decls.old.span, decls.new.span);
        self.constraints(&decls.new.name, places, &held[0], &held[1]);
    }

    fn constants(&mut self, decls: &Both<&Decl>, old: &Const, new: &Const) {
        if same(Of(self.old, &old.value), Of(self.new, &new.value)) {
            return;
        }
        let message = format!("constant `{}` has another value", decls.new.name);
        let finding = Finding::new(
            Code::ConstantChanged,
            Effect::SOURCE,
            message,
            decls.new.span,
            "another value",
        );
        self.report(finding.before(decls.old.span, "the old one"));
    }

    fn name(&mut self, old: &Decl, new: &Decl) {
        let path = |schema: &Schema, decl: &Decl| schema.namespace(decl.namespace).rust_path();
        let (was_in, is_in) = (path(self.old, old), path(self.new, new));
        let (mut was_called, mut is_called) = (rust_name(old), rust_name(new));
        if was_in != is_in {
            was_called = format!("{was_in}::{was_called}");
            is_called = format!("{is_in}::{is_called}");
        }
        if was_called == is_called {
            return;
        }
        let full = |schema: &Schema, decl: &Decl| {
            let namespace = schema.namespace(decl.namespace);
            format!("{}.{}", namespace.name(), decl.name)
        };
        let (before, now) = (full(self.old, old), full(self.new, new));
        let message = match before == now {
            true => format!("`{now}` is `{is_called}` in Rust now"),
            false => format!("`{before}` is `{now}` now"),
        };
        let finding = Finding::new(
            Code::DeclarationRenamed,
            Effect::SOURCE,
            message,
            new.span,
            "another name",
        );
        let was = if before == now { was_called } else { before };
        self.report(finding.before(old.span, format!("`{was}` here")));
    }

    /// A declaration that has become one of another kind. Compared like a type in place of another.
    fn other_kind(&mut self, (old, before): (DeclId, &Decl), (new, now): (DeclId, &Decl)) {
        if !is_type(before) || !is_type(now) {
            return self.removed(before);
        }
        let (was, is) = (before.kind.word(), now.kind.word());
        let places = Both {
            old: before.span,
            new: now.span,
        };
        let (was_type, is_type) = (declared(old), declared(new));
        for change in self.forms(&held(self.old, &was_type), &held(self.new, &is_type)) {
            let finding = change.finding(&now.name, (was, is), &places);
            self.report(finding.saying(format!("`{}` changes from {was} to {is}", now.name)));
        }
    }

    /// Where to report something removed: at its namespace in the new version.
    pub(super) fn place_of_removed(&self, decl: &Decl) -> Option<Span> {
        let namespace = self.pairs.namespace(decl.namespace);
        let namespace = namespace.map(|id| self.new.namespace(id));
        let file = namespace.or(self.new.namespaces().first())?.files.first()?;
        Some(namespace_line(self.sources, *file))
    }

    fn removed(&mut self, decl: &Decl) {
        if !is_in_rust(decl) {
            return;
        }
        // If the namespace is gone too, any place of the new version must do.
        let message = format!("{} `{}` is removed", decl.kind.word(), decl.name);
        let Some(here) = self.place_of_removed(decl) else {
            return;
        };
        let (code, effect) = match decl.kind {
            DeclKind::Service(_) => {
                let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
                (Code::ServiceRemoved, effect)
            }
            _ => (Code::DeclarationRemoved, Effect::SOURCE),
        };
        let finding = Finding::new(code, effect, message, here, "not in this version").of_calls();
        self.report(finding.before(decl.span, "was here"));
    }
}

/// The span of the namespace declaration in a new file.
fn namespace_line(sources: &SourceMap, file: FileId) -> Span {
    let text = &sources.file(file).text;
    let lines = text.match_indices("namespace").map(|(at, _)| at);
    let mut lines = lines.filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n');
    let start = lines.next().unwrap_or(0);
    let length = text[start..].find(';').unwrap_or(0);
    Span::new(file, start, start + length)
}

fn internal(old: &Decl, new: &Decl) -> Finding {
    let message = format!("`{}` becomes internal", new.name);
    let label = "other namespaces cannot use it any more";
    let finding = Finding::new(
        Code::BecomesInternal,
        Effect::SOURCE,
        message,
        new.span,
        label,
    );
    finding.before(old.span, "could be used by all here")
}

fn owner<'a>(decl: &'a Decl, params: &'a [String], reserved: &'a Reserved) -> Owner<'a> {
    let keeper = Keeper {
        name: &decl.name,
        span: decl.span,
        whole: decl.whole,
        reserved,
    };
    Owner {
        name: &decl.name,
        span: decl.span,
        params,
        keeper: Some(keeper),
        callers: false,
    }
}

/// Whether it exists in generated Rust code.
pub(super) fn is_in_rust(decl: &Decl) -> bool {
    !matches!(decl.kind, DeclKind::Typedef(_) | DeclKind::Annotation(_))
}

/// The Rust name of a declaration.
pub(super) fn rust_name(decl: &Decl) -> String {
    let style = match decl.kind {
        DeclKind::Const(_) => Style::Screaming,
        _ => Style::Pascal,
    };
    decl.annotations.rust_name(&decl.name, style)
}

fn is_type(decl: &Decl) -> bool {
    match decl.kind {
        DeclKind::Newtype(_) | DeclKind::Enum(_) | DeclKind::Flags(_) | DeclKind::Struct(_) => true,
        DeclKind::Frozen(_) | DeclKind::Union(_) | DeclKind::Exception(_) => true,
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => false,
    }
}
