//! Servers behind a name: every address that the system's resolver gives for it, asked again and again.

use std::time::Duration;

use super::{Endpoint, Source};
use crate::transport::look_up;
use crate::{Phase, Reached, Result, Status, random};

/// Every address that the operating system's resolver returns for a name. A DNS answer has at most 64 KiB, which is
/// some 4,000 IPv4 addresses or 2,300 IPv6 addresses; names from other sources are bounded by
/// [`Limits::servers`](crate::Limits::servers). A failed look-up is repeated when the balancer asks again, which is
/// soon.
///
/// ```
/// # use std::time::Duration;
/// let source = sinew::discover::Dns::new("orders.example:7000").every(Duration::from_secs(10));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a balancer asks it"]
pub struct Dns {
    name: String,
    every: Duration,
    /// Whether the last look-up gave something, so that the next may wait.
    found: bool,
}

impl Dns {
    /// The addresses of `host:port`, looked up every 30 s.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            every: Duration::from_secs(30),
            found: false,
        }
    }

    /// The time between two look-ups, give or take a tenth. Default 30 s.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }
}

impl Source for Dns {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        if std::mem::take(&mut self.found) {
            tokio::time::sleep(random::about(self.every)).await;
        }
        let found = look_up(&self.name).await;
        let addresses = found.map_err(|error| not_found(&self.name, error))?;
        let endpoints: Vec<_> = addresses
            .map(|address| Endpoint::new(address.to_string()))
            .collect();
        self.found = !endpoints.is_empty();
        Ok(endpoints)
    }
}

fn not_found(name: &str, error: std::io::Error) -> Status {
    Status::unavailable(format!("cannot look up `{name}`: {error}"))
        .with_source(error)
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
