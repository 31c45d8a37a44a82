//! Servers that are known from the start and stay.

use std::future::pending;

use super::{Endpoint, Source};
use crate::Result;

/// Servers that are known from the start and stay.
///
/// ```
/// use sinew::discover::{Endpoint, List};
///
/// let both = List::new(["10.0.0.1:7000", "10.0.0.2:7000"]);
/// let with_backup = List::new([
///     Endpoint::new("10.0.0.1:7000"),
///     Endpoint::new("10.0.9.1:7000").with_priority(1),
/// ]);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a balancer asks it"]
pub struct List {
    endpoints: Option<Vec<Endpoint>>,
}

impl List {
    /// These servers.
    pub fn new(endpoints: impl IntoIterator<Item = impl Into<Endpoint>>) -> Self {
        let endpoints = endpoints.into_iter().map(Into::into).collect();
        Self {
            endpoints: Some(endpoints),
        }
    }
}

impl Source for List {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        match self.endpoints.take() {
            Some(endpoints) => Ok(endpoints),
            None => pending().await,
        }
    }
}
