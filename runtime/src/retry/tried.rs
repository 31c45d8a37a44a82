//! The servers that the attempts of one call have gone to, so that a balancer chooses others.

use std::sync::{Arc, Mutex, PoisonError};

/// The addresses of these servers.
#[derive(Default)]
pub(crate) struct Tried(Mutex<Vec<Arc<str>>>);

impl Tried {
    /// Records where an attempt goes.
    pub(crate) fn add(&self, address: Option<&str>) {
        if let Some(address) = address {
            let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            addresses.push(address.into());
        }
    }

    /// The attempt did not go there after all.
    pub(crate) fn take_back(&self, address: &str) {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = addresses.iter().rposition(|tried| **tried == *address) {
            addresses.swap_remove(last);
        }
    }

    /// Whether an attempt has gone there.
    pub(crate) fn contains(&self, address: &str) -> bool {
        let addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.iter().any(|tried| **tried == *address)
    }
}
