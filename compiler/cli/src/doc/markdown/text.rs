//! Text that means itself, whatever is in it.

/// `text` such that nothing of it is markup, on one line.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            c => {
                // At the start these begin a heading, a list, a quote or a line.
                let begins = out.is_empty() && "#+-=>.)".contains(c);
                if begins || "\\`*_[]<>&~$!".contains(c) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    // `1. ` and `1) ` begin a list.
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && out[digits..].starts_with(['.', ')']) {
        out.insert(digits, '\\');
    }
    out
}

/// `text` as code in a line; nothing for nothing.
pub(super) fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    match text {
        "" => String::new(),
        text if text.starts_with('`') || text.ends_with('`') => format!("{fence} {text} {fence}"),
        text => format!("{fence}{text}{fence}"),
    }
}

/// `text` as it stands in a cell of a table.
pub(super) fn in_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// `text` as lines of code.
pub(super) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!(
        "{fence}{language}\n{}\n{fence}",
        text.trim_end_matches('\n')
    )
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}
