//! Connections whose transport ends without a GOAWAY.

use sinew::Limits;
use sinew::protocol::Reason;

use crate::pair::{Pair, Side};

/// A program that ends sends nothing on its connections. Without calls nobody misses anything.
#[test]
fn a_client_that_hangs_up_between_two_calls_is_not_lost() {
    let limits = Limits::default();
    let hung_up = |prepare: fn(&mut Pair)| {
        let mut pair = Pair::open(&limits, &limits);
        prepare(&mut pair);
        pair.server.core.hung_up();
        pair.client.core.hung_up();
        let reason = |side: &Side| side.core.closed().expect("it is over").reason;
        (reason(&pair.server), reason(&pair.client))
    };
    let answered = |pair: &mut Pair| {
        let call = pair.call("a", b"1").unwrap();
        pair.exchange();
        pair.reply(call, b"one");
        pair.exchange();
    };
    assert_eq!(hung_up(answered), (Reason::Shutdown, Reason::Lost));
    let in_flight = |pair: &mut Pair| {
        pair.call("a", b"1").unwrap();
        pair.exchange();
    };
    assert_eq!(hung_up(in_flight).0, Reason::Lost);
    let unread = |pair: &mut Pair| {
        let call = pair.call("a", b"1").unwrap();
        pair.exchange();
        pair.reply(call, b"one");
    };
    assert_eq!(hung_up(unread).0, Reason::Lost);
    let cut = |pair: &mut Pair| {
        pair.call("a", b"1").unwrap();
        let call = pair.client.take(pair.now);
        pair.server.feed(&call[..9], pair.now);
    };
    assert_eq!(hung_up(cut).0, Reason::Lost);

    let mut unknown = Side::server(&limits);
    unknown.core.hung_up();
    assert_eq!(unknown.core.closed().unwrap().reason, Reason::Lost);
}
