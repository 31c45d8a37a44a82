//! What everything is called: nested declarations become ones of their namespace, and names follow the style.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::files::{Files, Proto};
use super::findings::{Findings, Weight};
use super::places::nth;

/// The numbers of fields in descriptors that lead to declarations.
pub(super) mod tag {
    pub(in super::super) const FILE_MESSAGE: i32 = 4;
    pub(in super::super) const FILE_ENUM: i32 = 5;
    pub(in super::super) const FILE_SERVICE: i32 = 6;
    pub(in super::super) const NESTED_MESSAGE: i32 = 3;
    pub(in super::super) const NESTED_ENUM: i32 = 4;
    pub(in super::super) const ONEOF: i32 = 8;
}

/// What a name of a file refers to.
pub(super) struct Declared {
    pub(super) file: usize,
    /// What it is called here.
    pub(super) name: String,
    /// The values of an enum, as they were and as they are called here; none for a message.
    pub(super) values: Option<Vec<(String, String)>>,
}

/// What is declared, by its full name with a dot in front; a oneof is a name inside its message.
pub(super) struct Names {
    declared: HashMap<String, Declared>,
    /// The names of each namespace.
    taken: HashMap<String, Taken>,
}

impl Names {
    pub(super) fn of(files: &Files, findings: &mut Findings) -> Self {
        let mut naming = Naming {
            names: Self {
                declared: HashMap::new(),
                taken: HashMap::new(),
            },
            findings,
        };
        // Only what is nested may have to give way, whichever file was read first.
        let mut order: Vec<(usize, &Proto)> = files.list.iter().enumerate().collect();
        order.sort_by(|a, b| a.1.path.cmp(&b.1.path));
        for (file, proto) in &order {
            naming.top(*file, proto);
        }
        for (file, proto) in &order {
            naming.nested(*file, proto);
        }
        naming.names
    }

    pub(super) fn get(&self, full: &str) -> Option<&Declared> {
        self.declared.get(full)
    }

    /// The names of a namespace.
    pub(super) fn taken(&self, namespace: &str) -> Taken {
        self.taken.get(namespace).cloned().unwrap_or_default()
    }
}

struct Naming<'a> {
    names: Names,
    findings: &'a mut Findings,
}

impl Naming<'_> {
    fn top(&mut self, file: usize, proto: &Proto) {
        let (scope, tree) = (proto.scope(), &proto.tree);
        for (index, message) in tree.message_type.iter().enumerate() {
            let at = nth(&[], tag::FILE_MESSAGE, index);
            self.declare((file, proto), &at, &scope, message.name(), "", None);
        }
        for (index, one) in tree.enum_type.iter().enumerate() {
            let at = nth(&[], tag::FILE_ENUM, index);
            self.declare((file, proto), &at, &scope, one.name(), "", Some(one));
        }
        for (index, service) in tree.service.iter().enumerate() {
            let at = nth(&[], tag::FILE_SERVICE, index);
            self.declare((file, proto), &at, &scope, service.name(), "", None);
        }
    }

    fn nested(&mut self, file: usize, proto: &Proto) {
        let scope = proto.scope();
        for (index, message) in proto.tree.message_type.iter().enumerate() {
            let at = nth(&[], tag::FILE_MESSAGE, index);
            let full = format!("{scope}.{}", message.name());
            self.inside((file, proto), &at, &full, message);
        }
    }

    /// Declares what is inside a message, which has a name already.
    fn inside(&mut self, of: (usize, &Proto), at: &[i32], full: &str, message: &DescriptorProto) {
        let outer = self.names.get(full).map(|outer| outer.name.clone());
        let outer = outer.unwrap_or_default();
        for (index, inner) in message.nested_type.iter().enumerate() {
            let is_entry = inner.options.as_ref().is_some_and(|o| o.map_entry());
            if !is_entry {
                let at = nth(at, tag::NESTED_MESSAGE, index);
                self.declare(of, &at, full, inner.name(), &outer, None);
                self.inside(of, &at, &format!("{full}.{}", inner.name()), inner);
            }
        }
        for (index, inner) in message.enum_type.iter().enumerate() {
            let at = nth(at, tag::NESTED_ENUM, index);
            self.declare(of, &at, full, inner.name(), &outer, Some(inner));
        }
        for (index, inner) in message.oneof_decl.iter().enumerate() {
            let at = nth(at, tag::ONEOF, index);
            if of.1.places.all(&at).len() == 1 {
                self.declare(of, &at, full, inner.name(), &outer, None);
            }
        }
    }

    fn declare(
        &mut self,
        (file, proto): (usize, &Proto),
        at: &[i32],
        scope: &str,
        name: &str,
        outer: &str,
        one: Option<&EnumDescriptorProto>,
    ) {
        let full = format!("{scope}.{name}");
        if self.names.declared.contains_key(&full) {
            let place = proto.places.of_path(at);
            let message = format!("`{name}` is declared twice");
            self.findings
                .add(file, place.start, Weight::Mistake, message);
            return;
        }
        let own = pascal(name);
        let wanted = match own.strip_prefix(outer) {
            Some(rest) if rest.starts_with(char::is_uppercase) => own.clone(),
            Some(_) | None => format!("{outer}{own}"),
        };
        let taken = self.names.taken.entry(namespace(proto)).or_default();
        let given = taken.take(&wanted, "");
        if given != wanted {
            let place = proto.places.of_path(at);
            let message = format!("`{name}` is called `{given}`, as there is a `{wanted}` already");
            self.findings.add(file, place.start, Weight::Note, message);
        }
        let values = one.map(|one| values(one, &given));
        let declared = Declared {
            file,
            name: given,
            values,
        };
        self.names.declared.insert(full, declared);
    }
}

/// The namespace of a file: its package, or its name if it has none.
pub(super) fn namespace(proto: &Proto) -> String {
    match proto.scope().strip_prefix('.') {
        Some(package) => package.to_owned(),
        None => {
            let stem = proto.path.rsplit('/').next().unwrap_or_default();
            let stem = snake(stem.strip_suffix(".proto").unwrap_or(stem));
            let is_in_name = |sign: &char| sign.is_ascii_alphanumeric() || *sign == '_';
            let name: String = stem.chars().filter(is_in_name).collect();
            match name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                true => name,
                false => format!("file_{name}"),
            }
        }
    }
}

/// The names of an enum's values: without the enum's name in front, where that leaves a name that no other has.
fn values(one: &EnumDescriptorProto, given: &str) -> Vec<(String, String)> {
    let prefixes = [given, one.name()].map(|name| format!("{}_", screaming(name)));
    let long: Vec<String> = one
        .value
        .iter()
        .map(|value| screaming(value.name()))
        .collect();
    let mut all = Taken::default();
    for name in &long {
        all.take(name, "_");
    }
    let mut taken = Taken::default();
    let written = long.iter().map(|name| {
        let mut rests = prefixes
            .iter()
            .filter_map(|prefix| name.strip_prefix(prefix));
        let short = rests.find(|rest| {
            rest.starts_with(|first: char| first.is_ascii_alphabetic()) && !all.has(rest)
        });
        taken.take(short.unwrap_or(name), "_")
    });
    let old = one.value.iter().map(|value| value.name().to_owned());
    old.zip(written).collect()
}

/// The names of a scope, without what generated code changes, each with the last number that was put behind it.
#[derive(Clone, Default)]
pub(super) struct Taken(HashMap<String, u32>);

impl Taken {
    /// Gives out a name: the wanted one, or one with a number behind it.
    pub(super) fn take(&mut self, wanted: &str, between: &str) -> String {
        let mut number = *self.0.entry(canonical(wanted)).or_insert(0);
        let mut name = wanted.to_owned();
        while number > 0 {
            number += 1;
            name = format!("{wanted}{between}{number}");
            if let Entry::Vacant(free) = self.0.entry(canonical(&name)) {
                free.insert(1);
                break;
            }
        }
        self.0.insert(canonical(wanted), number.max(1));
        name
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(&canonical(name))
    }
}

fn canonical(name: &str) -> String {
    match name.replace('_', "").to_ascii_lowercase() {
        short if short.is_empty() => name.to_owned(),
        short => short,
    }
}

pub(super) fn pascal(name: &str) -> String {
    inside(name, |name| name.to_upper_camel_case())
}

pub(super) fn snake(name: &str) -> String {
    inside(name, |name| name.to_snake_case())
}

pub(super) fn screaming(name: &str) -> String {
    inside(name, |name| name.to_shouty_snake_case())
}

/// Changes a name between the underscores at its ends.
fn inside(name: &str, style: impl FnOnce(&str) -> String) -> String {
    let inner = name.trim_matches('_');
    let Some(start) = name.find(inner).filter(|_| !inner.is_empty()) else {
        return name.to_owned();
    };
    let end = start + inner.len();
    format!("{}{}{}", &name[..start], style(inner), &name[end..])
}
