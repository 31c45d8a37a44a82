//! Services and their methods.

use super::Comparison;
use super::fields::{Both, Owner};
use crate::schema::{Method, Service};

impl Comparison<'_> {
    /// Compares the methods of two services, by what they are called on the wire.
    pub(super) fn services(&mut self, old: &Service, new: &Service) {
        for before in &old.methods {
            let mut methods = new.methods.iter();
            if let Some(now) = methods.find(|now| now.wire_name == before.wire_name) {
                self.methods(before, now);
            }
        }
    }

    fn methods(&mut self, old: &Method, new: &Method) {
        let owners = Both {
            old: owner(old),
            new: owner(new),
        };
        self.fields(&owners, &old.params, &new.params);
    }
}

fn owner(method: &Method) -> Owner<'_> {
    Owner {
        name: &method.name,
        span: method.span,
        params: &[],
        keeper: None,
        callers: true,
    }
}
