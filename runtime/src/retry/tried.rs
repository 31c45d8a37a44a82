//! The servers that the tries of one call have gone to, for the balancer to go elsewhere.

use std::sync::{Arc, Mutex, PoisonError};

/// Addresses of servers.
#[derive(Default)]
pub(crate) struct Tried(Mutex<Vec<Arc<str>>>);

impl Tried {
    /// Notes where a try goes or went.
    pub(crate) fn add(&self, address: Option<&str>) {
        if let Some(address) = address {
            let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            addresses.push(address.into());
        }
    }

    /// A try could not go there after all.
    pub(crate) fn take_back(&self, address: &str) {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = addresses.iter().rposition(|tried| **tried == *address) {
            addresses.swap_remove(last);
        }
    }

    /// Whether a try has gone there.
    pub(crate) fn contains(&self, address: &str) -> bool {
        let addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.iter().any(|tried| **tried == *address)
    }
}
