//! Shows cycles as a chain of names, abbreviated if long.

/// How many members of a cycle are shown. A report points at no more places.
pub(crate) const MAX_SHOWN: usize = 8;

/// `A → B → A`. Of a long cycle, the first names and the number of others.
pub(crate) fn show_cycle(names: &[&str]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(MAX_SHOWN)
        .map(|n| n.to_string())
        .collect();
    let more = names.len() - shown.len();
    if more > 0 {
        shown.push(format!("… ({more} more)"));
    }
    shown.extend(names.first().map(|first| first.to_string()));
    shown.join(" → ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cycle_is_shortened() {
        assert_eq!(show_cycle(&["A"]), "A → A");
        assert_eq!(show_cycle(&["A", "B"]), "A → B → A");
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let shown = "a → b → c → d → e → f → g → h → … (2 more) → a";
        assert_eq!(show_cycle(&names), shown);
    }
}
