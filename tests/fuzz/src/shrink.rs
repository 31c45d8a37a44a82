//! Minimises inputs.

/// How many tests one input gets at most.
const MAX_TESTS: usize = 4_000;

/// A part of `input` for which `fails` still holds: leaves out halves, quarters and so on as long as possible.
pub fn shrink(input: &[u8], fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut bytes = input.to_vec();
    let mut tests = 0;
    let mut size = bytes.len().div_ceil(2);
    while size > 0 && tests < MAX_TESTS {
        let before = bytes.len();
        let mut at = 0;
        while at < bytes.len() && tests < MAX_TESTS {
            let end = (at + size).min(bytes.len());
            let shorter = [&bytes[..at], &bytes[end..]].concat();
            tests += 1;
            if fails(&shorter) {
                bytes = shorter;
            } else {
                at = end;
            }
        }
        if bytes.len() == before {
            size /= 2;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn what_is_not_needed_is_left_out() {
        let text = b"a long text, and deep in it a bug and something else";
        let has_bug = |bytes: &[u8]| bytes.windows(3).any(|part| part == b"bug");
        assert_eq!(shrink(text, has_bug), b"bug");
    }
}
