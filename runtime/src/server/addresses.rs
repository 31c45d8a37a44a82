//! How many connections each address has. Knows nothing if there is no limit.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use tokio::task::Id;

use crate::Peer;
use crate::protocol::{Close, Reason};

/// The connections of a server by address.
pub(super) struct Addresses {
    limit: Option<usize>,
    counts: HashMap<IpAddr, usize>,
    /// Where the connections in the counts come from, by their tasks.
    origins: HashMap<Id, IpAddr>,
}

impl Addresses {
    pub(super) fn new(limit: Option<usize>) -> Self {
        Self {
            limit,
            counts: HashMap::new(),
            origins: HashMap::new(),
        }
    }

    /// Where a connection comes from, if that is to be counted.
    ///
    /// # Errors
    /// Why no more are taken from there.
    pub(super) fn origin(&self, peer: &Peer) -> Result<Option<IpAddr>, Close> {
        let Some(limit) = self.limit else {
            return Ok(None);
        };
        let Some(origin) = peer.ip().map(counted) else {
            return Ok(None);
        };
        match self.counts.get(&origin) {
            Some(count) if *count >= limit => Err(too_many(limit)),
            None if limit == 0 => Err(too_many(limit)),
            Some(_) | None => Ok(Some(origin)),
        }
    }

    /// Counts a connection until its task ends.
    pub(super) fn add(&mut self, task: Id, origin: IpAddr) {
        self.origins.insert(task, origin);
        *self.counts.entry(origin).or_default() += 1;
    }

    /// The task of a connection has ended, whether it was counted or not.
    pub(super) fn remove(&mut self, task: Id) {
        let Some(origin) = self.origins.remove(&task) else {
            return;
        };
        if let Some(count) = self.counts.get_mut(&origin) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&origin);
            }
        }
    }
}

/// What counts as one address: of IPv6 a network of 64 bits, since whoever has one address there has them all.
fn counted(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
    }
}

fn too_many(limit: usize) -> Close {
    Close::new(
        Reason::Excess,
        format!("too many connections from this address, the limit is {limit}"),
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
