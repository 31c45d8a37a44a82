//! Prints items as rustfmt would, with prettyplease.

use proc_macro2::TokenStream;

use super::plain;

/// Appends the items of `tokens`, indented by `indent`, a blank line between two.
pub(super) fn print(tokens: TokenStream, indent: usize, out: &mut String) {
    let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) else {
        return plain::print(tokens, indent, out);
    };
    for (at, item) in file.items.into_iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let file = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: vec![item],
        };
        for line in prettyplease::unparse(&file).lines() {
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent));
                out.push_str(line);
            }
            out.push('\n');
        }
    }
}
