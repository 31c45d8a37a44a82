//! Methods of other languages: the result after the parameters, numbers after the name, `rpc`.

use super::protobuf::are_only_options;
use super::{is_name, is_path, is_type};
use crate::parse::words::is_function_word;

/// `Order get(1: Id id);` for `get(1: Id id) -> Order`, `get(1: Id id): Order` or
/// `get(1: Id id) returns (Order)`, with any word in front, or `get: func(1: Id id) -> Order`.
pub(super) fn result_behind(text: &str) -> Option<(usize, String)> {
    let (head, rest) = text.split_once('(')?;
    let (params, rest) = rest.split_once(')')?;
    let params = without_self(params);
    let name = match head.split_once(':') {
        Some((name, _)) => name.trim(),
        None => head.split_whitespace().last()?,
    };
    let words = ["async", "throws"].iter();
    let rest = words.fold(rest.trim_start(), |rest, word| {
        rest.strip_prefix(word).map_or(rest, str::trim_start)
    });
    if rest == ";" && is_name(name) {
        let word = head.trim_end_matches(name).trim();
        let is_known = word.ends_with(": func") || is_function_word(word);
        return is_known.then(|| (text.len(), format!("void {name}({params});")));
    }
    let result = [":", "->", "=>", "returns"]
        .iter()
        .find_map(|sign| rest.strip_prefix(sign));
    let result = result?.strip_suffix(';')?.trim();
    let plain = match result.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')')?.trim(),
        None => result,
    };
    let listed = plain
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'));
    let listed = listed.map(|ty| format!("list<{}>", ty.trim()));
    let streamed = plain.strip_prefix("stream ").map(str::trim);
    let streamed = streamed.map(|ty| format!("stream<{ty}>"));
    let result = listed.or(streamed);
    let result = result.as_deref().unwrap_or(plain);
    (is_name(name) && is_type(result)).then(|| (text.len(), format!("{result} {name}({params});")))
}

/// Methods on lines of their own without `;`, as in GraphQL: `order(id: ID): Order`.
pub(super) fn methods_on_lines(text: &str) -> Option<(usize, String)> {
    let lines = text.lines().map(|line| {
        let method = line.trim();
        let indent = &line[..line.len() - line.trim_start().len()];
        match method.strip_suffix(';').unwrap_or(method) {
            "" => Some(String::new()),
            method => {
                let (_, written) = result_behind(&format!("{method};"))?;
                Some(format!("{indent}{written}"))
            }
        }
    });
    let lines: Vec<String> = lines.collect::<Option<_>>()?;
    Some((text.len(), lines.join("\n")))
}

/// `Order get(1: Id id);` for `get @0 (id :Id) -> (order :Order);`
pub(super) fn numbered_method(text: &str) -> Option<(usize, String)> {
    let (name, rest) = text.strip_suffix(';')?.split_once('@')?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let (params, rest) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
    let result = match rest.trim_start().strip_prefix("->") {
        Some(result) => result.trim().strip_prefix('(')?.strip_suffix(')')?,
        None if rest.trim().is_empty() => "",
        None => return None,
    };
    let result = match names_with_types(result)?[..] {
        [] => "void",
        [(_, ty)] => ty,
        _ => return None,
    };
    let params = (1..).zip(names_with_types(params)?);
    let params: Vec<String> = params
        .map(|(id, (name, ty))| format!("{id}: {ty} {name}"))
        .collect();
    let (name, params) = (name.trim(), params.join(", "));
    is_name(name).then(|| (text.len(), format!("{result} {name}({params});")))
}

/// The parts of `id :Id, at :Place`.
fn names_with_types(list: &str) -> Option<Vec<(&str, &str)>> {
    let parts = list.split(',').map(str::trim);
    let parts = parts.filter(|part| !part.is_empty()).map(|part| {
        let (name, ty) = part.split_once(':')?;
        let (name, ty) = (name.trim(), ty.trim());
        (is_name(name) && is_path(ty)).then_some((name, ty))
    });
    parts.collect()
}

/// `Order get(1: Id request);` for `rpc get(Id) returns (Order) {}`, without its options.
pub(super) fn method_of_rpc(text: &str) -> Option<(usize, String)> {
    let (name, rest) = text.strip_prefix("rpc")?.split_once('(')?;
    let (request, rest) = rest.split_once(')')?;
    let (_, rest) = rest.trim_start().strip_prefix("returns")?.split_once('(')?;
    let (reply, rest) = rest.split_once(')')?;
    let is_end = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ';');
    if !rest.chars().all(is_end) && !are_only_options(rest) {
        return None;
    }
    let reply = message_of_rpc(reply)?.unwrap_or_else(|| "void".to_owned());
    let param = message_of_rpc(request)?.map(|ty| format!("1: {ty} request"));
    let (name, param) = (name.trim(), param.unwrap_or_default());
    is_name(name).then(|| (text.len(), format!("{reply} {name}({param});")))
}

/// The message type in an `rpc`. The inner `None` means no message.
fn message_of_rpc(text: &str) -> Option<Option<String>> {
    let text = text.trim();
    let path = text.strip_prefix("stream ").unwrap_or(text).trim();
    if !is_path(path) {
        return None;
    }
    Some(match path {
        "google.protobuf.Empty" => None,
        _ if path.len() < text.len() => Some(format!("stream<{path}>")),
        _ => Some(path.to_owned()),
    })
}

/// Parameters without a receiver: `id: u64` for `&self, id: u64`
pub(in crate::parse) fn without_self(params: &str) -> &str {
    let receiver = ["&mut self", "&self", "mut self", "self"];
    match receiver.iter().find_map(|word| params.strip_prefix(word)) {
        Some(rest) if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') => {
            rest.trim_start().trim_start_matches(',').trim_start()
        }
        Some(_) | None => params,
    }
}
