//! Resolves the name of a method, and describes what calls of it send and receive.

use std::time::Duration;

use sinew_compiler::diagnostics::nearest;
use sinew_compiler::schema as checked;
use sinew_values::{Schema, Type};

/// What a call needs to know about its method.
pub(crate) struct Method {
    /// Names on the wire.
    pub(crate) service: String,
    pub(crate) name: String,
    pub(crate) request: Type,
    /// `None` if it is `oneway`.
    pub(crate) reply: Option<Type>,
    /// The messages of the client's stream, and of the server's.
    pub(crate) up: Option<Type>,
    pub(crate) down: Option<Type>,
    /// Its `@timeout`.
    pub(crate) timeout: Option<Duration>,
}

impl Method {
    /// Describes `method` of a service with this wire name; `owner` is the full name of the service that declares it.
    pub(crate) fn of(
        service: &str,
        method: &checked::Method,
        owner: &str,
        schema: &Schema,
    ) -> Self {
        let ty = |what: &str| {
            let name = format!("{owner}.{}.{what}", method.name);
            schema.find(&name).ok().cloned()
        };
        Self {
            service: service.to_owned(),
            name: method.wire_name.clone(),
            request: ty("request").expect("each method has a request"),
            reply: ty("reply"),
            up: ty("request.stream"),
            down: ty("reply.stream"),
            timeout: method
                .timeout
                .and_then(|nanos| Some(Duration::from_nanos(nanos.try_into().ok()?))),
        }
    }
}

/// Finds the method with this name: its full name, or an unambiguous end of it such as `Orders.place` or `place`.
pub(crate) fn meant<T: Copy>(name: &str, known: &[(String, T)]) -> Result<T, String> {
    let ending = format!(".{name}");
    let is_meant = |full: &str| full == name || full.ends_with(&ending);
    let meant: Vec<_> = known.iter().filter(|(full, _)| is_meant(full)).collect();
    let exact = meant.iter().find(|(full, _)| full == name);
    match (exact, &meant[..]) {
        (Some((_, it)), _) | (None, [(_, it)]) => Ok(*it),
        (None, []) => Err(unknown(name, known.iter().map(|(full, _)| &full[..]))),
        (None, several) => {
            let names = several.iter().map(|(full, _)| format!("`{full}`"));
            let names = names.collect::<Vec<_>>().join(" or ");
            Err(format!("`{name}` may be {names}: write one of them"))
        }
    }
}

/// Says that there is no such method, and suggests one with a similar name.
fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    // Compares as many components as were written, so that a typo in `Orders.place` suggests `shop.Orders.place`.
    let parts = name.split('.').count();
    let tails: Vec<(&str, &str)> = known
        .map(|full| match full.rmatch_indices('.').nth(parts - 1) {
            Some((dot, _)) => (&full[dot + 1..], full),
            None => (full, full),
        })
        .collect();
    let near = nearest(name, tails.iter().map(|(tail, _)| *tail));
    let full = near
        .iter()
        .find_map(|near| tails.iter().find(|(tail, _)| tail == near));
    match full {
        Some((_, full)) => format!("there is no method `{name}`; did you mean `{full}`?"),
        None => format!("there is no method `{name}`"),
    }
}
