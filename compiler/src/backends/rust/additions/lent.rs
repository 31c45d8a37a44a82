//! Methods whose handlers borrow their requests instead of owning them.

use std::sync::Arc;

use super::BadAddition;
use super::named::{full_names, is_match};
use crate::backends::rust::views::Views;
use crate::schema::{DeclKind, Method, Schema};

/// Marks the methods that a pattern selects. Must run after all other additions.
///
/// # Errors
/// If there is no such method, or none of them has anything to borrow.
pub(super) fn lend(schema: &mut Schema, pattern: &str) -> Result<(), BadAddition> {
    let names = full_names(schema);
    let mut found = false;
    for (decl, name) in schema.decls.iter_mut().zip(&names) {
        if let DeclKind::Service(service) = &mut decl.kind {
            for method in &mut service.methods {
                if stands_for(pattern, name, method) {
                    Arc::make_mut(&mut method.annotations).rust.lent = true;
                    found = true;
                }
            }
        }
    }
    match found {
        true if lends_something(schema, pattern, &names) => Ok(()),
        true => Err(nothing_to_borrow(pattern)),
        false => Err(matches_nothing(pattern)),
    }
}

fn lends_something(schema: &Schema, pattern: &str, names: &[String]) -> bool {
    let views = Views::of(schema, false);
    schema.decls.iter().zip(names).any(|(decl, name)| {
        let DeclKind::Service(service) = &decl.kind else {
            return false;
        };
        let mut methods = service.methods.iter();
        methods.any(|method| stands_for(pattern, name, method) && views.lends(method))
    })
}

/// Whether a pattern selects a method of the service `service`, by the name of either.
fn stands_for(pattern: &str, service: &str, method: &Method) -> bool {
    let pattern: Vec<&str> = pattern.split('.').collect();
    let service: Vec<&str> = service.split('.').collect();
    let method = [&service[..], &[&method.name]].concat();
    is_match(&pattern, &service) || is_match(&pattern, &method)
}

fn matches_nothing(pattern: &str) -> BadAddition {
    BadAddition {
        message: format!(
            "nothing is lent to `{pattern}`, as no service or method is called so; check the spelling, or remove it"
        ),
    }
}

fn nothing_to_borrow(pattern: &str) -> BadAddition {
    BadAddition {
        message: format!(
            "nothing is lent to `{pattern}`, as there is nothing to look at: no text, no bytes and no struct with some \
             among its parameters, or it has streams; remove it"
        ),
    }
}
