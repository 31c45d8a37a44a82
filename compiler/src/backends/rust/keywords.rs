//! Keywords of Rust.

/// Whether `text` is a keyword of any edition, reserved ones included, that can be written with `r#`.
pub(super) fn is_raw_keyword(text: &str) -> bool {
    matches!(
        text,
        "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "static"
            | "struct"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

/// Whether `text` is a keyword of any edition of Rust, reserved ones included.
pub fn is_keyword(text: &str) -> bool {
    is_raw_keyword(text) || NEVER_RAW.contains(&text)
}

/// Keywords that cannot be written with `r#`.
pub(super) const NEVER_RAW: [&str; 5] = ["self", "Self", "super", "crate", "_"];
