//! Characters that are invisible or change how text is displayed.

/// Control characters other than tab, and characters that reorder, join or hide text.
pub(crate) fn is_hidden(c: char) -> bool {
    match c {
        '\t' => false,
        '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' => true,
        '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{E0000}'..='\u{E0FFF}' => true,
        other => other.is_control(),
    }
}
