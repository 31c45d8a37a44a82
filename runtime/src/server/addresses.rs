//! Counts connections by client address, if there is a limit.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Peer;
use crate::protocol::{Close, Reason};

/// The connections of a server, counted by client address.
pub(super) struct Addresses {
    limit: Option<usize>,
    counts: Counts,
}

/// Sorted by address.
type Counts = Arc<Mutex<Vec<(Network, usize)>>>;

/// A client address, or a whole IPv6 network, as an IPv6 number.
type Network = u128;

impl Addresses {
    pub(super) fn new(limit: Option<usize>) -> Self {
        let counts = Counts::default();
        Self { limit, counts }
    }

    /// Counts a connection, if it must be counted.
    ///
    /// # Errors
    /// There are too many from its address.
    pub(super) fn take(&self, peer: &Peer) -> Result<Option<Seat>, Close> {
        let (Some(limit), Some(origin)) = (self.limit, peer.ip().map(counted)) else {
            return Ok(None);
        };
        let mut counts = lock(&self.counts);
        match place(&counts, origin) {
            Ok(place) if counts[place].1 >= limit => return Err(too_many(limit)),
            Ok(place) => counts[place].1 += 1,
            Err(_) if limit == 0 => return Err(too_many(limit)),
            Err(place) => counts.insert(place, (origin, 1)),
        }
        drop(counts);
        let counts = self.counts.clone();
        Ok(Some(Seat { origin, counts }))
    }
}

/// Counts a connection until it is dropped.
pub(super) struct Seat {
    origin: Network,
    counts: Counts,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        if let Ok(place) = place(&counts, self.origin) {
            counts[place].1 -= 1;
            if counts[place].1 == 0 {
                counts.remove(place);
            }
        }
    }
}

fn lock(counts: &Counts) -> MutexGuard<'_, Vec<(Network, usize)>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The index of an address, or where to insert it.
fn place(counts: &[(Network, usize)], origin: Network) -> Result<usize, usize> {
    counts.binary_search_by_key(&origin, |(known, _)| *known)
}

/// For IPv6, the network of 64 bits: whoever has one address in it has them all.
fn counted(ip: IpAddr) -> Network {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits() >> 64 << 64,
    }
}

fn too_many(limit: usize) -> Close {
    Close::new(
        Reason::Excess,
        format!(
            "too many connections from this address, the limit `connections_per_ip` is {limit}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_as_one_address() {
        let one = |ip: &str| counted(ip.parse().unwrap());
        assert_eq!(one("::ffff:192.0.2.1"), one("192.0.2.1"));
        assert_ne!(one("192.0.2.1"), one("192.0.2.2"));
        assert_eq!(one("2001:db8:0:1::1"), one("2001:db8:0:1:ffff::2"));
        assert_ne!(one("2001:db8:0:1::1"), one("2001:db8:0:2::1"));
    }
}
