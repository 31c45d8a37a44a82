//! The words that Rust keeps for itself.

/// Whether `text` is a keyword of some edition, reserved ones included, that has a raw form.
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

/// Whether `text` is a keyword of some edition of Rust, one that is only reserved included.
pub fn is_keyword(text: &str) -> bool {
    is_raw_keyword(text) || NEVER_RAW.contains(&text)
}

/// Keywords that have no raw form.
pub(super) const NEVER_RAW: [&str; 5] = ["self", "Self", "super", "crate", "_"];
