//! Finds types by name.

use std::fmt;

use sinew_compiler::diagnostics::nearest;

use super::{Schema, Type};

/// Why a name does not stand for a type that can be a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoType {
    /// No declaration has the name; these are similar.
    Unknown(Vec<String>),
    /// Declarations in several namespaces have it.
    Ambiguous(Vec<String>),
    /// It names another kind of declaration, given here.
    Other(&'static str),
}

impl Schema {
    /// Finds a type that can be a message: a struct, exception or union without type parameters, the request or reply
    /// of a method such as `shop.Orders.place.request`, or a stream message such as `shop.Orders.watch.reply.stream`.
    /// The namespace may be omitted if the name is unambiguous.
    ///
    /// # Errors
    /// Why there is no such type.
    pub fn find(&self, name: &str) -> Result<&Type, NoType> {
        if let Some(ty) = self.names.get(name) {
            return Ok(ty);
        }
        if let Some(word) = self.others.get(name) {
            return Err(NoType::Other(word));
        }
        let ending = format!(".{name}");
        let matching = self
            .names
            .iter()
            .filter(|(full, _)| full.ends_with(&ending));
        match &matching.collect::<Vec<_>>()[..] {
            [(_, ty)] => Ok(ty),
            [] => Err(self.missing(name, &ending)),
            several => {
                let names = several.iter().map(|(name, _)| (*name).clone());
                Err(NoType::Ambiguous(names.collect()))
            }
        }
    }

    fn missing(&self, name: &str, ending: &str) -> NoType {
        let mut others = self.others.iter();
        if let Some((_, word)) = others.find(|(full, _)| full.ends_with(ending)) {
            return NoType::Other(word);
        }
        // Compares as many components as were written, so that a typo in `Order` suggests `shop.Order`.
        let parts = name.split('.').count();
        let tail = |full: &str| {
            let parts: Vec<&str> = full.rsplitn(parts + 1, '.').take(parts).collect();
            parts.into_iter().rev().collect::<Vec<_>>().join(".")
        };
        let tails: Vec<(String, &str)> = self
            .names
            .keys()
            .map(|full| (tail(full), &full[..]))
            .collect();
        let near = nearest(name, tails.iter().map(|(tail, _)| &tail[..]));
        let full = |near: &&str| tails.iter().find(|(tail, _)| tail == near);
        let near = near
            .iter()
            .filter_map(full)
            .map(|(_, full)| (*full).to_owned());
        NoType::Unknown(near.collect())
    }

    /// All types that can be messages, with their full names.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Type)> {
        self.names.iter().map(|(name, ty)| (name.as_str(), ty))
    }
}

impl fmt::Display for NoType {
    /// Continues the name: `is not declared; did you mean …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(" or ")
        };
        match self {
            Self::Unknown(near) if near.is_empty() => f.write_str("is not declared"),
            Self::Unknown(near) => write!(f, "is not declared; did you mean {}?", quoted(near)),
            Self::Ambiguous(names) => write!(f, "may be {}", quoted(names)),
            Self::Other("service") => f.write_str(
                "is a service; add a method and `request` or `reply`, as in `Orders.place.request`",
            ),
            Self::Other(word) => write!(
                f,
                "names this: {word}; messages are structs, exceptions and unions without type parameters"
            ),
        }
    }
}
