//! Services: names, bases, and methods that were added or removed.

use std::collections::{BTreeMap, BTreeSet};

use super::Comparison;
use super::effect::{Effect, Harm};
use super::fields::Both;
use super::finding::Finding;
use crate::diagnostics::Code;
use crate::schema::{Decl, DeclId, DeclKind, Method, Schema, Service, ServiceId};

/// A service of one version.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) id: DeclId,
    pub(super) decl: &'a Decl,
    pub(super) service: &'a Service,
}

/// What a renamed method has in common with its old version: the ids and names of its parameters, and what it sends and
/// streams.
type Shape<'a> = (Vec<(u16, &'a str)>, [bool; 4]);

impl Comparison<'_> {
    /// Compares two services by their names on the wire.
    pub(super) fn services(&mut self, services: &Both<Declared<'_>>) {
        let Both { old, new } = services;
        if old.service.wire_name != new.service.wire_name {
            self.report(renamed_service(services));
        }
        self.bases(services);
        let before = self.old.all_methods(ServiceId(old.id));
        let mut now = BTreeMap::new();
        for found in self.new.all_methods(ServiceId(new.id)) {
            now.entry(found.1.wire_name.as_str()).or_insert(found);
        }
        let known = before.iter().map(|(_, method)| method.wire_name.as_str());
        let added = added(new.service, &known.collect());
        for (owner, method) in &before {
            let is_own = *owner == ServiceId(old.id);
            match now.get(method.wire_name.as_str()) {
                // Callers use the name of this service, whichever service declares the method.
                Some((base, kept)) if is_own || !self.pairs.are(owner.decl(), base.decl()) => {
                    if is_own && *base != ServiceId(new.id) {
                        self.report(moved(services, (method, kept), self.new.decl(base.decl())));
                    }
                    self.methods(method, kept);
                }
                None if is_own => self.lost_method(services, method, &added),
                // Compared, or reported as removed, where it is declared.
                Some(_) | None => {}
            }
        }
    }

    /// Reports services that are no longer extended.
    fn bases(&mut self, services: &Both<Declared<'_>>) {
        let now = self.new.all_bases(ServiceId(services.new.id));
        for base in self.old.all_bases(ServiceId(services.old.id)) {
            let is_base = |new: &ServiceId| self.pairs.are(base.decl(), new.decl());
            if !now.iter().any(is_base) {
                self.report(no_longer_extended(services, self.old.decl(base.decl())));
            }
        }
    }

    fn lost_method(
        &mut self,
        services: &Both<Declared<'_>>,
        method: &Method,
        added: &BTreeMap<Shape<'_>, Vec<&Method>>,
    ) {
        let like = added.get(&shape(method));
        match like.map_or(&[][..], Vec::as_slice) {
            [now] => {
                self.renamed_method(method, now);
                self.methods(method, now);
            }
            _ => {
                let removed = removed_method(services, method, self.taken_over(method));
                self.report(removed);
            }
        }
    }

    /// A service that has the method now and did not have it before.
    fn taken_over(&self, method: &Method) -> Option<&Decl> {
        let had = declaring(self.old, method).map(|(_, service)| service.wire_name.as_str());
        let had: BTreeSet<&str> = had.collect();
        let mut has = declaring(self.new, method);
        let taken_over = has.find(|(_, service)| !had.contains(service.wire_name.as_str()));
        taken_over.map(|(decl, _)| decl)
    }

    fn renamed_method(&mut self, old: &Method, new: &Method) {
        let (before, now) = (&old.wire_name, &new.wire_name);
        let message = format!("method `{before}` is called `{now}` on the wire now");
        let label = "callers ask for it by its name";
        let finding =
            Finding::new(Code::MethodRenamed, BREAKS_BOTH, message, new.span, label).of_calls();
        let finding = finding.before(old.span, format!("`{before}` here"));
        let annotation = format!("@wire_name({before:?})");
        let keep = "keep the old name on the wire";
        self.report(match new.name == *now {
            true => {
                let indent = self.sources.indent(new.whole);
                let text = format!("{annotation}\n{indent}");
                finding.fix(keep, new.whole.before(), text)
            }
            false => finding.help(format!("{keep}: `{annotation}`")),
        });
    }
}

/// The services of a version that declare a method with this name and may be the same.
fn declaring<'a>(
    schema: &'a Schema,
    method: &Method,
) -> impl Iterator<Item = (&'a Decl, &'a Service)> {
    let services = schema.decls().filter_map(|(_, decl)| {
        let DeclKind::Service(service) = &decl.kind else {
            return None;
        };
        Some((decl, service))
    });
    let is_it = |it: &Method| it.wire_name == method.wire_name && shape(it) == shape(method);
    services.filter(move |(_, service)| service.methods.iter().any(is_it))
}

/// The new methods of a service, by what they have in common with a renamed old one.
fn added<'a>(service: &'a Service, known: &BTreeSet<&str>) -> BTreeMap<Shape<'a>, Vec<&'a Method>> {
    let mut added: BTreeMap<Shape<'_>, Vec<&Method>> = BTreeMap::new();
    let methods = service.methods.iter();
    for method in methods.filter(|method| !known.contains(method.wire_name.as_str())) {
        added.entry(shape(method)).or_default().push(method);
    }
    added
}

fn shape(method: &Method) -> Shape<'_> {
    let params = method.params.iter();
    let params = params.map(|param| (param.id, param.name.as_str()));
    let flows = [
        method.result.is_some(),
        method.result_stream.is_some(),
        method.param_stream.is_some(),
        method.oneway,
    ];
    (params.collect(), flows)
}

const BREAKS_OLD_CALLERS: Effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
const BREAKS_BOTH: Effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();

fn renamed_service(services: &Both<Declared<'_>>) -> Finding {
    let (before, now) = (
        &services.old.service.wire_name,
        &services.new.service.wire_name,
    );
    let decl = services.new.decl;
    let message = format!("service `{before}` is called `{now}` on the wire now");
    let label = "callers ask for it by its name";
    let finding =
        Finding::new(Code::ServiceRenamed, BREAKS_BOTH, message, decl.span, label).of_calls();
    let finding = finding.before(services.old.decl.span, format!("`{before}` here"));
    match now.ends_with(&format!(".{}", decl.name)) {
        true => finding.fix(
            "keep the old name on the wire",
            decl.whole.before(),
            format!("@wire_name({before:?})\n"),
        ),
        false => finding.help(format!(
            "keep the old name on the wire: `@wire_name({before:?})`"
        )),
    }
}

fn no_longer_extended(services: &Both<Declared<'_>>, base: &Decl) -> Finding {
    let (name, base_name) = (&services.new.decl.name, &base.name);
    let message = format!("`{name}` no longer extends `{base_name}`");
    let label = format!("callers cannot use it as `{base_name}` any more");
    let finding = Finding::new(
        Code::BaseRemoved,
        BREAKS_OLD_CALLERS,
        message,
        services.new.decl.span,
        label,
    );
    finding.of_calls().before(
        services.old.decl.span,
        format!("extends `{base_name}` here"),
    )
}

fn moved(services: &Both<Declared<'_>>, (old, new): (&Method, &Method), base: &Decl) -> Finding {
    let (name, base) = (&services.new.decl.name, &base.name);
    let message = format!(
        "method `{}` moves to `{base}`, which `{name}` extends",
        new.name
    );
    let label = format!("belongs to `{base}` now");
    let finding = Finding::new(Code::MovedToBase, Effect::SOURCE, message, new.span, label);
    let finding = finding.of_calls().before(old.span, "was here");
    finding.help(format!(
        "what implements `{name}` implements it for `{base}`"
    ))
}

fn removed_method(
    services: &Both<Declared<'_>>,
    method: &Method,
    taken_over: Option<&Decl>,
) -> Finding {
    let (name, new) = (&method.name, &services.new);
    let was_announced =
        method.annotations.deprecated.is_some() && new.service.reserved.contains(&method.wire_name);
    let effect = match was_announced {
        true => Effect::on_wire(Harm::Differs, Harm::Nothing).and_source(),
        false => BREAKS_OLD_CALLERS,
    };
    let message = format!("method `{name}` is removed from `{}`", new.decl.name);
    let label = format!("`{name}` is gone");
    let finding =
        Finding::new(Code::MethodRemoved, effect, message, new.decl.span, label).of_calls();
    let finding = finding.before(method.span, "was here");
    match (was_announced, taken_over) {
        (true, _) => finding.note("callers that still use it get `Unimplemented`"),
        (false, Some(other)) => finding.help(format!(
            "let `{}` extend `{}`, which has it now",
            new.decl.name, other.name
        )),
        (false, None) => {
            finding.help("mark it `@deprecated` for a while; then remove it and reserve its name")
        }
    }
}
