//! Parses `@rust.…` hints. Invalid ones are ignored here; `check` reports them.

use syn::parse::Parser;

use super::code::Code;
use crate::schema::Annotations;

/// `@rust.type`: a type path.
pub(super) fn path(text: &str) -> Option<Code> {
    syn::parse_str(text).ok().map(Code::of_type)
}

/// `@rust.derive`: the path of a derive macro, and the name at its end.
pub(super) fn derive(text: &str) -> Option<(Code, String)> {
    let path = syn::Path::parse_mod_style.parse_str(text).ok()?;
    let name = path.segments.last()?.ident.to_string();
    Some((Code::of_path(path), name))
}

/// Whether `@rust.derive` asks for the trait of this name.
pub(super) fn derives(annotations: &Annotations, name: &str) -> bool {
    let mut hints = annotations.rust.derives.iter();
    hints.any(|hint| derive(&hint.text).is_some_and(|(_, derived)| derived == name))
}

/// `@rust.attr`: an attribute, with or without `#[ ]`.
pub(super) fn attribute(text: &str) -> Option<Code> {
    let text = text.trim();
    let inner = text.strip_prefix("#[").and_then(|t| t.strip_suffix(']'));
    syn::parse_str(inner.unwrap_or(text))
        .ok()
        .map(Code::of_attribute)
}
