//! What stands in front of items and members: docs, `#[deprecated]`, derives, attributes of hints.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::facts::DeclFacts;
use super::scope::Scope;
use super::{docs, hints};
use crate::schema::{Annotations, Decl, Deprecated};

impl Scope<'_> {
    /// Docs and attributes of a declaration's main item.
    pub(super) fn item_head(&self, decl: &Decl) -> TokenStream {
        let docs = self.docs(decl.doc.as_deref());
        let gap = decl.doc.is_some().then(|| docs::attributes("\n"));
        let place = docs::attributes(&format!("Defined in `{}`.", self.place(decl.span)));
        let rest = self.attributes(&decl.annotations);
        quote!(#docs #gap #place #rest)
    }

    /// Docs and attributes of a member.
    pub(super) fn member_head(&self, doc: Option<&str>, annotations: &Annotations) -> TokenStream {
        let docs = self.docs(doc);
        let rest = self.attributes(annotations);
        quote!(#docs #rest)
    }

    fn attributes(&self, annotations: &Annotations) -> TokenStream {
        let deprecated = annotations.deprecated.as_ref().map(deprecated);
        let attrs = annotations.rust.attrs.iter().filter_map(hints::attribute);
        quote!(#deprecated #(#[#attrs])*)
    }
}

/// `#[derive(…)]` with `ours` and what `@rust.derive` adds, each once.
pub(super) fn derives(ours: &[&str], annotations: &Annotations) -> TokenStream {
    let mut paths: Vec<syn::Path> = Vec::new();
    let ours = ours.iter().map(|name| format_ident!("{name}").into());
    for path in ours.chain(annotations.rust.derives.iter().filter_map(hints::derive)) {
        let last = |p: &syn::Path| p.segments.last().map(|s| s.ident.clone());
        if !paths.iter().any(|known| last(known) == last(&path)) {
            paths.push(path);
        }
    }
    quote!(#[derive(#(#paths),*)])
}

/// The derives of a struct, union or exception; `ord` and `debug` say whether those two are derived.
pub(super) fn of_composite(facts: DeclFacts, debug: bool, ord: bool) -> Vec<&'static str> {
    let mut names = vec!["Clone"];
    names.extend(debug.then_some("Debug"));
    names.push("PartialEq");
    names.extend(facts.eq.then_some("Eq"));
    names.extend(facts.ord.then_some("Hash"));
    if facts.ord && ord {
        names.extend(["PartialOrd", "Ord"]);
    }
    names
}

fn deprecated(annotation: &Deprecated) -> TokenStream {
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
        (None, "") => quote!(#[deprecated]),
        (None, note) => quote!(#[deprecated(note = #note)]),
        (Some(since), "") => quote!(#[deprecated(since = #since)]),
        (Some(since), note) => quote!(#[deprecated(since = #since, note = #note)]),
    }
}

/// `1.2.3`: the only form that Rust tools take.
fn is_full_version(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| {
        part.bytes().all(|b| b.is_ascii_digit()) && (part.len() == 1 || !part.starts_with('0'))
    };
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && is_number(part))
}
