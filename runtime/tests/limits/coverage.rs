//! Makes sure at compile time that every limit has a case.

use sinew::Limits;

use super::TABLES;

/// A limit without a case does not compile.
const _: () = {
    let mut at = 0;
    while at < Limits::NAMES.len() {
        assert!(has_case(Limits::NAMES[at]), "a limit has no case");
        at += 1;
    }
};

const fn has_case(limit: &str) -> bool {
    let (mut table, mut row) = (0, 0);
    while table < TABLES.len() {
        if row == TABLES[table].len() {
            (table, row) = (table + 1, 0);
        } else if same(TABLES[table][row].0, limit) {
            return true;
        } else {
            row += 1;
        }
    }
    false
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}
