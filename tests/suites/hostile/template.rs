//! Templates for long or invisible text: `«1000|list<»` repeats; `⟨FF FE⟩` and `⟨U+202E⟩` are bytes and a character.

/// Expands `template` to bytes.
///
/// In a repetition `#` is its index, from 0, and `#+1` is one more. Repetitions can be nested; `#` belongs to the
/// innermost.
pub(super) fn expand(template: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['«', '⟨']) {
        out.extend(&rest.as_bytes()[..at]);
        rest = match rest[at..].strip_prefix('«') {
            Some(inner) => repeat(inner, &mut out),
            None => character(&rest[at + '⟨'.len_utf8()..], &mut out),
        };
    }
    out.extend(rest.as_bytes());
    out
}

/// Expands the repetition at the start of `template`, and returns the rest.
fn repeat<'t>(template: &'t str, out: &mut Vec<u8>) -> &'t str {
    let end = closing(template);
    let (times, part) = template[..end]
        .split_once('|')
        .expect("`|` is behind the number");
    let times: usize = times.parse().expect("a number is behind `«`");
    let part = expand(part);
    let is_numbered = part.contains(&b'#');
    for number in 0..times {
        if is_numbered {
            out.extend(numbered(&part, number));
        } else {
            out.extend(&part);
        }
    }
    &template[end + '»'.len_utf8()..]
}

/// The offset of the `»` that closes a text.
fn closing(template: &str) -> usize {
    let mut depth = 0;
    for (at, c) in template.char_indices() {
        match c {
            '«' => depth += 1,
            '»' if depth == 0 => return at,
            '»' => depth -= 1,
            _ => {}
        }
    }
    panic!("`«` is not closed: {template}");
}

fn numbered(part: &[u8], number: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(part.len() + 8);
    let mut rest = part;
    while let Some(at) = rest.iter().position(|byte| *byte == b'#') {
        out.extend(&rest[..at]);
        rest = &rest[at + 1..];
        let (more, behind) = match rest.strip_prefix(b"+1") {
            Some(behind) => (1, behind),
            None => (0, rest),
        };
        out.extend((number + more).to_string().bytes());
        rest = behind;
    }
    out.extend(rest);
    out
}

/// Expands the character or bytes at the start of `template`, and returns the rest.
fn character<'t>(template: &'t str, out: &mut Vec<u8>) -> &'t str {
    let (inner, behind) = template.split_once('⟩').expect("`⟨` is closed");
    let number = |digits: &str| u32::from_str_radix(digits, 16).expect("digits of base 16");
    match inner.strip_prefix("U+") {
        Some(digits) => {
            let c = char::from_u32(number(digits)).expect("it is a character");
            out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        None => {
            let bytes = inner.split_whitespace().map(number);
            out.extend(bytes.map(|byte| u8::try_from(byte).expect("two digits")));
        }
    }
    behind
}

#[test]
fn templates_repeat_number_and_encode() {
    assert_eq!(expand("a«3|b»c"), b"abbbc");
    assert_eq!(expand("«2|a#=a#+1;»"), b"a0=a1;a1=a2;");
    assert_eq!(expand("«2|x«2|#»;»"), b"x01;x01;");
    assert_eq!(expand("⟨FF 0⟩⟨U+e9⟩"), [0xFF, 0, 0xC3, 0xA9]);
}
