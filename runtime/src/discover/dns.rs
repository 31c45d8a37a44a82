//! Servers behind a DNS name: every address that the system's resolver returns, looked up periodically.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

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
    /// How long to keep an address that is no longer returned.
    keep: Duration,
    /// When each address was last returned.
    given: BTreeMap<SocketAddr, Instant>,
    /// Whether the last look-up returned anything, so that the next one may wait.
    found: bool,
}

impl Dns {
    /// The addresses of `host:port`, looked up every 30 s.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            every: Duration::from_secs(30),
            keep: Duration::ZERO,
            given: BTreeMap::new(),
            found: false,
        }
    }

    /// The time between two look-ups, give or take a tenth. Default 30 s.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// Keeps an address for this long after it was last returned, up to 4,096 such addresses: for names whose DNS
    /// server returns a different subset of many addresses each time. Default 0: each look-up replaces everything.
    ///
    /// A server that is gone for good is dialed now and then until that time is over, in the background as long as
    /// there are others.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let source = sinew::discover::Dns::new("orders.example:7000").keep(Duration::from_secs(600));
    /// ```
    pub fn keep(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// The servers after a look-up has returned `found`.
    fn with_kept(
        &mut self,
        found: impl Iterator<Item = SocketAddr>,
        now: Instant,
    ) -> Vec<Endpoint> {
        let found: Vec<_> = found.map(|address| (address, now)).collect();
        self.given.retain(|_, given| now - *given < self.keep);
        self.given.extend(found);
        let mut by_age: Vec<_> = self.given.iter().map(|(at, given)| (*given, *at)).collect();
        by_age.sort_by(|a, b| b.cmp(a));
        let kept = by_age.iter().filter(|(given, _)| *given != now);
        for (_, address) in kept.skip(MOST_KEPT) {
            self.given.remove(address);
        }
        let addresses = self.given.keys();
        addresses.map(|at| Endpoint::new(at.to_string())).collect()
    }
}

impl Source for Dns {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        if std::mem::take(&mut self.found) {
            tokio::time::sleep(random::about(self.every)).await;
        }
        let found = look_up(&self.name).await;
        let addresses = found.map_err(|error| not_found(&self.name, error))?;
        let found: Vec<_> = addresses.collect();
        self.found = !found.is_empty();
        // A name without addresses is a failure, even if addresses are being kept.
        Ok(match self.found {
            true => self.with_kept(found.into_iter(), Instant::now()),
            false => Vec::new(),
        })
    }
}

/// How many addresses are kept that were not returned again.
const MOST_KEPT: usize = 4_096;

fn not_found(name: &str, error: std::io::Error) -> Status {
    Status::unavailable(format!("cannot look up `{name}`: {error}"))
        .with_source(error)
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn addresses(numbers: impl Iterator<Item = u16>) -> impl Iterator<Item = SocketAddr> {
        numbers.map(|number| ([10, 0, 0, 1], number).into())
    }

    #[test]
    fn an_address_stays_for_as_long_as_was_said() {
        let begun = Instant::now();
        let mut dns = Dns::new("many:1").keep(10 * MINUTE);
        let mut known = |at: u32, numbers| dns.with_kept(addresses(numbers), begun + MINUTE * at);
        assert_eq!(known(0, 0..8).len(), 8);
        assert_eq!(known(5, 4..12).len(), 12);
        // The oldest are gone, except for those that were returned again.
        let left = known(10, 4..5);
        assert_eq!(left.len(), 8);
        assert_eq!(left[0].address(), "10.0.0.1:4");
        assert_eq!(known(15, 20..21).len(), 2);
    }

    #[test]
    fn without_that_a_look_up_says_all() {
        let mut dns = Dns::new("many:1");
        for first in [0, 8, 16] {
            let now = Instant::now();
            let found = dns.with_kept(addresses(first..first + 8), now);
            assert_eq!(found.len(), 8);
            assert_eq!(found[0].address(), format!("10.0.0.1:{first}"));
        }
    }

    #[test]
    fn only_so_many_are_kept() {
        let begun = Instant::now();
        let mut dns = Dns::new("many:1").keep(MINUTE);
        for round in 0..4 {
            let (first, now) = (round * 4_000, begun + MINUTE * u32::from(round) / 10);
            let found = dns.with_kept(addresses(first..first + 4_000), now);
            assert!(found.len() <= 4_000 + MOST_KEPT, "{}", found.len());
        }
    }
}
