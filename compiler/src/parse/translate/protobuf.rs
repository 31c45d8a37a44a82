//! Options of protobuf: what they say is for other programs, and most of it means nothing here.

use super::is_path;

/// Bytes of options, at most, that are looked through for their end.
const MOST: usize = 64 * 1024;

/// Names and values of `[deprecated = true, (api.rule) = REQUIRED]`, which the text begins with, and how long that is.
pub(in crate::parse) fn options(text: &str) -> Option<(Vec<(&str, &str)>, usize)> {
    let inside = text.strip_prefix('[')?;
    let (mut options, mut start) = (Vec::new(), 0);
    loop {
        let end = start + end_of_part(&inside[start..], &[',', ']'])?;
        let (name, value) = inside[start..end].split_once('=')?;
        if !is_option(name.trim()) {
            return None;
        }
        options.push((name.trim(), value.trim()));
        if inside[end..].starts_with(']') {
            return Some((options, "[".len() + end + "]".len()));
        }
        start = end + ",".len();
    }
}

/// `deprecated`, `(api.rule)` or `(api.rule).required`
fn is_option(name: &str) -> bool {
    match name.strip_prefix('(').and_then(|name| name.split_once(')')) {
        Some((path, "")) => is_path(path),
        Some((path, field)) => is_path(path) && field.strip_prefix('.').is_some_and(is_path),
        None => is_path(name),
    }
}

/// Whether there is nothing but `option (api.http) = { get: "/v1/orders" };` between the braces of a `rpc`, and
/// nothing that somebody has written for people.
pub(super) fn are_only_options(body: &str) -> bool {
    let inside = body.trim().trim_end_matches(';').trim_end();
    let Some(inside) = inside.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
        return false;
    };
    let mut left = inside.trim_start();
    while let Some(option) = left.strip_prefix("option") {
        match end_of_part(option, &[';']) {
            Some(end) => left = option[end..].trim_start_matches(';').trim_start(),
            None => return false,
        }
    }
    left.is_empty()
}

/// Where the first of these signs is that is in no bracket and no string; nothing if a comment is in front of it.
pub(in crate::parse) fn end_of_part(text: &str, signs: &[char]) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut chars = text.char_indices().take_while(|(at, _)| *at < MOST);
    while let Some((at, c)) = chars.next() {
        match (c, quote) {
            ('\\', Some(_)) => _ = chars.next(),
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            (c, None) if depth == 0 && signs.contains(&c) => return Some(at),
            ('/', None) => return None,
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.checked_sub(1)?,
            (_, None) => {}
        }
    }
    None
}
