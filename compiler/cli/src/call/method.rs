//! A method by the name that people write, and the types of what it sends.

use std::process::ExitCode;
use std::time::Duration;

use sinew_compiler::diagnostics::nearest;
use sinew_compiler::schema as checked;
use sinew_values::{Schema, Type};

use crate::output::Output;

/// What is known of the method of a call.
pub(super) struct Method {
    /// Names on the wire.
    pub(super) service: String,
    pub(super) name: String,
    pub(super) request: Type,
    /// `None` if it is `oneway`.
    pub(super) reply: Option<Type>,
    /// The messages of the client's stream, and of the server's.
    pub(super) up: Option<Type>,
    pub(super) down: Option<Type>,
    /// Its `@timeout`.
    pub(super) timeout: Option<Duration>,
}

impl Method {
    /// The method that `name` means: its service with or without the namespace, and its own name. The error is the exit code.
    pub(super) fn find(
        name: &str,
        checked: &checked::Schema,
        schema: &Schema,
        output: &Output,
    ) -> Result<Self, ExitCode> {
        let mut known = Vec::new();
        for (id, service) in checked.services() {
            let full = checked.full_name(id.decl());
            for (owner, method) in checked.all_methods(id) {
                let declared = checked.full_name(owner.decl());
                known.push((format!("{full}.{}", method.name), service, method, declared));
            }
        }
        let ending = format!(".{name}");
        let is_meant = |full: &str| full == name || full.ends_with(&ending);
        let meant: Vec<_> = known.iter().filter(|(full, ..)| is_meant(full)).collect();
        let exact = meant.iter().find(|(full, ..)| full == name);
        match (exact, &meant[..]) {
            (Some((_, service, method, declared)), _)
            | (None, [(_, service, method, declared)]) => {
                Ok(Self::of(service, method, declared, schema))
            }
            (None, []) => {
                let names = known.iter().map(|(full, ..)| &full[..]);
                Err(output.usage_error(&unknown(name, names)))
            }
            (None, several) => {
                let names = several.iter().map(|(full, ..)| format!("`{full}`"));
                let names = names.collect::<Vec<_>>().join(" or ");
                Err(output.usage_error(&format!("`{name}` may be {names}")))
            }
        }
    }

    fn of(
        service: &checked::Service,
        method: &checked::Method,
        declared: &str,
        schema: &Schema,
    ) -> Self {
        let ty = |what: &str| {
            let name = format!("{declared}.{}.{what}", method.name);
            schema.find(&name).ok().cloned()
        };
        Self {
            service: service.wire_name.clone(),
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

/// That there is no such method, and which is spelled alike.
fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> String {
    // With as many parts as were written, so that a slip in `Orders.place` is found in `shop.Orders.place`.
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
        Some((_, full)) => format!("no method `{name}` is declared; did you mean `{full}`?"),
        None => format!("no method `{name}` is declared"),
    }
}
