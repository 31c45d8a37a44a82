//! What is said about calls whose connection has ended.

use sinew::protocol::Reason;
use sinew::{Limits, Reached};

use crate::pair::{Pair, Side, Told, calls, frame};

#[test]
fn calls_on_a_lost_connection_know_how_far_they_came() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let sent = pair.call("a", b"1").unwrap();
    pair.client.take(pair.now);
    let unsent = pair.call("a", b"2").unwrap();

    pair.client.core.lost("gone");

    assert_eq!(pair.client.core.reached(sent), Reached::Maybe);
    assert_eq!(pair.client.core.reached(unsent), Reached::No);
    assert_eq!(pair.client.core.closed().unwrap().reason, Reason::Lost);
}

/// Callers are told at once, so their calls must not be sent after that.
#[test]
fn calls_that_have_not_left_when_their_client_ends_the_connection_never_do() {
    let limits = Limits::default();
    let mut pair = Pair::open(&limits, &limits);
    let sent = pair.call("a", b"1").unwrap();
    let before = pair.client.take(pair.now);
    let unsent = pair.call("a", b"2").unwrap();
    pair.client.feed(&frame(0, 0, 0, b""), pair.now);
    let after = pair.client.take(pair.now);
    let reached = [sent, unsent].map(|id| pair.client.core.reached(id));
    assert_eq!(reached, [Reached::Maybe, Reached::No]);
    assert_eq!(calls(&pair.server.feed(&before, pair.now)), [sent]);
    // After the header of the GOAWAY: how many have.
    assert_eq!(after[8], 1 << 1);
    let told = pair.server.feed(&after, pair.now);
    assert!(matches!(told[..], [Told::Goaway(_)]), "{told:?}");

    let (mut hasty, mut server) = (Side::client(&limits), Side::server(&limits));
    std::mem::swap(&mut pair.client, &mut hasty);
    let ahead = pair.call("a", b"3").unwrap();
    pair.client.core.drain(Reason::Shutdown, "done", pair.now);
    assert_eq!(pair.client.core.reached(ahead), Reached::Maybe);
    let all = pair.client.take(pair.now);
    assert_eq!(calls(&server.feed(&all, pair.now)), [ahead]);
}
