//! Reads `@rust.…` hints as Rust; what does not parse is no hint.

use crate::schema::Hint;
use syn::parse::Parser;

/// `@rust.type`: a type path.
pub(super) fn path(hint: &Hint) -> Option<syn::TypePath> {
    syn::parse_str(&hint.text).ok()
}

/// `@rust.derive`: the path of a derive macro.
pub(super) fn derive(hint: &Hint) -> Option<syn::Path> {
    syn::Path::parse_mod_style.parse_str(&hint.text).ok()
}

/// `@rust.attr`: an attribute, with or without `#[ ]`.
pub(super) fn attribute(hint: &Hint) -> Option<syn::Meta> {
    let text = hint.text.trim();
    let inner = text.strip_prefix("#[").and_then(|t| t.strip_suffix(']'));
    syn::parse_str(inner.unwrap_or(text)).ok()
}
