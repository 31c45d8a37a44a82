//! Turns names into identifiers: converts their style and escapes keywords.
//!
//! Leading and trailing underscores are kept, and keywords of all editions are escaped.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

use crate::backends::rust::keywords::{NEVER_RAW, is_raw_keyword};

/// Whether `text` is valid for `@rust.name`.
pub(in crate::backends::rust) fn is_usable(text: &str) -> bool {
    let plain = text.strip_prefix("r#").unwrap_or(text);
    if NEVER_RAW.contains(&plain) || PRIMITIVES.contains(&plain) {
        return false;
    }
    is_raw_keyword(plain) || syn::parse_str::<Ident>(plain).is_ok_and(|ident| ident == plain)
}

/// The identifier without `r#`.
pub(in crate::backends::rust) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

pub(super) fn upper_camel(name: &str) -> Ident {
    ident(&keep_underscores(name, name.to_upper_camel_case()))
}

pub(super) fn snake(name: &str) -> Ident {
    match is_snake(name) {
        true => ident(name),
        false => ident(&keep_underscores(name, name.to_snake_case())),
    }
}

/// Whether `name` already is snake case, as most fields are.
fn is_snake(name: &str) -> bool {
    let is_word = |word: &str| {
        let is_lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        !word.is_empty() && word.bytes().all(is_lower)
    };
    name.split('_').all(is_word)
}

pub(super) fn shouty(name: &str) -> Ident {
    ident(&keep_underscores(name, name.to_shouty_snake_case()))
}

pub(super) fn module(name: &str) -> Ident {
    let ident = snake(name);
    match PRIMITIVES.contains(&plain(&ident).as_str()) {
        true => with_suffix(&ident, "_"),
        false => ident,
    }
}

/// The name of a type beside `base`. `Self_` becomes `SelfClient`, without the underscore.
pub(super) fn beside(base: &Ident, suffix: &str) -> Ident {
    let base = plain(base);
    let base = match base.trim_end_matches('_') {
        "" => &base,
        trimmed => trimmed,
    };
    ident(&format!("{base}{suffix}"))
}

pub(super) fn with_suffix(base: &Ident, suffix: &str) -> Ident {
    ident(&format!("{}{suffix}", plain(base)))
}

/// `converted` with the leading and trailing underscores of `name`.
fn keep_underscores(name: &str, converted: String) -> String {
    let core = name.trim_matches('_');
    if core.is_empty() {
        return name.to_owned();
    }
    let front = &name[..name.len() - name.trim_start_matches('_').len()];
    let back = &name[name.trim_end_matches('_').len()..];
    format!("{front}{converted}{back}")
}

/// `text` as an identifier, escaped if it is a keyword.
pub(super) fn ident(text: &str) -> Ident {
    if NEVER_RAW.contains(&text) {
        return Ident::new(&format!("{text}_"), Span::call_site());
    }
    match is_raw_keyword(text) {
        true => Ident::new_raw(text, Span::call_site()),
        false => Ident::new(text, Span::call_site()),
    }
}

/// Types that a module with the same name would shadow.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(spell: fn(&str) -> Ident, names: &[(&str, &str)]) {
        for (name, rust) in names {
            assert_eq!(spell(name).to_string(), *rust, "{name}");
        }
    }

    #[test]
    fn fields_are_snake_case_and_escaped() {
        spelled(
            snake,
            &[
                ("orderId", "order_id"),
                ("HTTPPort", "http_port"),
                ("_hidden", "_hidden"),
                ("__x_", "__x_"),
                ("a_1", "a_1"),
                ("type", "r#type"),
                ("gen", "r#gen"),
                ("self", "self_"),
                ("Self", "self_"),
                ("crate", "crate_"),
                ("_", "__"),
                ("_1", "_1"),
            ],
        );
    }

    #[test]
    fn types_and_values_are_upper_camel_case() {
        spelled(
            upper_camel,
            &[
                ("CARD_TYPE", "CardType"),
                ("order", "Order"),
                ("self", "Self_"),
                ("_X", "_X"),
                ("Option", "Option"),
            ],
        );
    }

    #[test]
    fn names_of_hints_are_checked() {
        for good in ["Foo", "r#type", "type", "_x"] {
            assert!(is_usable(good), "{good}");
        }
        for bad in ["", "a b", "1x", "a::b", "Self", "u32", "x; fn evil() {}"] {
            assert!(!is_usable(bad), "{bad}");
        }
    }
}
