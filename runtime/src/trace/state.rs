//! `tracestate`: vendor-specific data of tracing systems. It is checked and passed on, but not interpreted.

/// How many entries a list may have.
const MOST: usize = 32;
/// The length limit of a key or a value.
const LONGEST: usize = 256;

/// Whether the values, joined to one list, conform to the standard. Otherwise they are not passed on.
pub(crate) fn is_trace_state<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let members = values.flat_map(|value| value.split(','));
    let members = members.map(|member| member.trim_matches([' ', '\t']));
    let mut keys: Vec<&str> = Vec::new();
    for member in members.filter(|member| !member.is_empty()) {
        let Some((key, value)) = member.split_once('=') else {
            return false;
        };
        if keys.len() == MOST || keys.contains(&key) || !is_key(key) || !is_value(value) {
            return false;
        }
        keys.push(key);
    }
    true
}

/// A name, or `tenant@name`.
fn is_key(key: &str) -> bool {
    let is_first = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
    let is_next = |byte: u8| is_first(byte) || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@');
    key.len() <= LONGEST && key.bytes().next().is_some_and(is_first) && key.bytes().all(is_next)
}

fn is_value(value: &str) -> bool {
    let is_in = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'=';
    (1..=LONGEST).contains(&value.len()) && value.bytes().all(is_in)
}
