//! Reads `@rust.…` hints as Rust; what does not parse is no hint.

use syn::parse::Parser;

use super::code::Code;
use crate::schema::Hint;

/// `@rust.type`: a type path.
pub(super) fn path(hint: &Hint) -> Option<Code> {
    syn::parse_str(&hint.text).ok().map(Code::of_type)
}

/// `@rust.derive`: the path of a derive macro, and the name at its end.
pub(super) fn derive(hint: &Hint) -> Option<(Code, String)> {
    let path = syn::Path::parse_mod_style.parse_str(&hint.text).ok()?;
    let name = path.segments.last()?.ident.to_string();
    Some((Code::of_path(path), name))
}

/// `@rust.attr`: an attribute, with or without `#[ ]`.
pub(super) fn attribute(hint: &Hint) -> Option<Code> {
    let text = hint.text.trim();
    let inner = text.strip_prefix("#[").and_then(|t| t.strip_suffix(']'));
    syn::parse_str(inner.unwrap_or(text))
        .ok()
        .map(Code::of_attribute)
}
