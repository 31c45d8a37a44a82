//! What precedes items and members: docs, `#[deprecated]`, derives, attributes from hints.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::facts::DeclFacts;
use super::scope::Scope;
use super::{hints, names};
use crate::schema::{Annotations, Decl, Deprecated};

impl Scope<'_> {
    /// Docs and attributes of a declaration's main item.
    pub(super) fn item_head(&self, decl: &Decl) -> Code {
        let gap = decl.doc.is_some().then(|| Code::doc(""));
        Code::lines([
            self.docs(decl.doc.as_deref()),
            gap.unwrap_or_default(),
            Code::doc(&format!(" Defined in `{}`.", self.place(decl.span))),
            self.attributes(&decl.annotations),
        ])
    }

    /// Docs and attributes of a member.
    pub(super) fn member_head(&self, doc: Option<&str>, annotations: &Annotations) -> Code {
        Code::lines([self.docs(doc), self.attributes(annotations)])
    }

    /// Docs of a method and its documented parameters, and whether it is deprecated. Attribute hints are for its
    /// parameter struct.
    pub(super) fn method_head(
        &self,
        doc: Option<&str>,
        params: &[(Ident, &str)],
        annotations: &Annotations,
    ) -> Code {
        let docs = self.docs_with_list(doc, params);
        Code::lines(std::iter::once(docs).chain(annotations.deprecated.as_ref().map(deprecated)))
    }

    /// Docs and attributes of a method's parameter struct.
    pub(super) fn params_head(&self, doc: &str, annotations: &Annotations) -> Code {
        Code::lines(std::iter::once(Code::doc(doc)).chain(hinted(annotations)))
    }

    fn attributes(&self, annotations: &Annotations) -> Code {
        let deprecated = annotations.deprecated.as_ref().map(deprecated);
        Code::lines(deprecated.into_iter().chain(hinted(annotations)))
    }
}

fn hinted(annotations: &Annotations) -> impl Iterator<Item = Code> {
    let hints = annotations.rust.attrs.iter();
    hints.filter_map(|hint| hints::attribute(&hint.text))
}

/// `#[derive(…)]` with `ours` and those of `@rust.derive`, without repetition and without those implemented `by_hand`.
pub(super) fn derives(ours: &[&str], by_hand: &[&str], annotations: &Annotations) -> Code {
    let known = ours.iter().chain(by_hand);
    let mut known: Vec<String> = known.map(|name| (*name).to_owned()).collect();
    let mut paths: Vec<Code> = Vec::new();
    for name in ours {
        paths.push(code!("$name", name = names::derive(name)));
    }
    for (path, name) in annotations
        .rust
        .derives
        .iter()
        .filter_map(|hint| hints::derive(&hint.text))
    {
        if !known.contains(&name) {
            known.push(name);
            paths.push(path);
        }
    }
    code!("#[derive($paths)]", paths = Code::joined(", ", paths))
}

/// The derives of a struct, union or exception, except those implemented `by_hand`.
pub(super) fn of_composite(facts: DeclFacts, by_hand: &[&str]) -> Vec<&'static str> {
    let mut names = vec!["Clone", "Debug", "PartialEq"];
    names.extend(facts.eq.then_some("Eq"));
    if facts.ord {
        names.extend(["Hash", "PartialOrd", "Ord"]);
    }
    names.retain(|name| !by_hand.contains(name));
    names
}

/// Traits that are implemented instead of derived: `Debug` that redacts something, and an order other than the derived
/// one.
pub(super) fn by_hand(debug: bool, ord: bool) -> Vec<&'static str> {
    let debug: &[_] = if debug { &["Debug"] } else { &[] };
    let ord: &[_] = if ord { &["PartialOrd", "Ord"] } else { &[] };
    [debug, ord].concat()
}

fn deprecated(annotation: &Deprecated) -> Code {
    let mut note = annotation.note.clone().unwrap_or_default();
    let mut add = |text: String| {
        if !note.is_empty() {
            note.push_str("; ");
        }
        note.push_str(&text);
    };
    let mut since = annotation.since.as_deref();
    if let Some(version) = since.take_if(|version| !is_full_version(version)) {
        add(format!("deprecated since {version}"));
    }
    if let Some(removal) = &annotation.removal {
        add(format!("will be removed in {removal}"));
    }
    match (since, note.as_str()) {
        (None, "") => code!("#[deprecated]"),
        (None, note) => code!("#[deprecated(note = $note)]", note),
        (Some(since), "") => code!("#[deprecated(since = $since)]", since),
        (Some(since), note) => code!("#[deprecated(since = $since, note = $note)]", since, note),
    }
}

/// Whether the version has the form `1.2.3`, which is the only one that Rust tools accept.
fn is_full_version(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| {
        part.bytes().all(|b| b.is_ascii_digit()) && (part.len() == 1 || !part.starts_with('0'))
    };
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && is_number(part))
}
