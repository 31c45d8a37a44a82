//! Windows that grow: what a stream has in a round trip, and who gets no more than that.

use sinew::Limits;
use sinew::protocol::CallId;

use crate::flows::FlowPair;
use crate::streams::streaming;

const WINDOW: usize = 16 << 10;
const GROWN: usize = 256 << 10;
/// Bytes of a message with its length, which stands in two.
const MESSAGE: usize = 1 << 10;

/// A stream whose window may grow, with so many bytes to send.
fn stream(bytes: usize) -> (FlowPair, CallId) {
    let mut limits = Limits::default();
    (limits.stream_window, limits.max_stream_window) = (WINDOW, GROWN);
    let (mut pair, id) = streaming(&limits);
    push(&mut pair, id, bytes);
    (pair, id)
}

fn push(pair: &mut FlowPair, id: CallId, bytes: usize) {
    for _ in 0..bytes / MESSAGE {
        pair.server
            .push(&mut pair.pair.server, id, &[7; MESSAGE - 2]);
    }
}

#[test]
fn a_window_doubles_in_each_round_trip_for_which_its_sender_waits() {
    let (mut pair, id) = stream(8 * GROWN);
    let mut came = Vec::new();
    while pair.server.unsent() > 0 {
        pair.exchange();
        came.push(pair.client.held() / WINDOW);
        pair.client.read(&mut pair.pair.client, id);
    }
    // That its sender has waited is said with what comes next.
    assert_eq!(came[..7], [1, 1, 2, 4, 8, 16, 16]);
    assert!(came.iter().all(|came| *came <= GROWN / WINDOW), "{came:?}");
    assert_eq!(pair.client.read[&id].len(), 8 * GROWN / MESSAGE);
}

#[test]
fn a_reader_who_lags_is_sent_no_more_than_at_the_beginning() {
    let (mut pair, id) = stream(8 * GROWN);
    while pair.server.unsent() > 0 {
        pair.exchange();
        assert!(pair.client.held() <= WINDOW);
        let held = pair.client.held.get_mut(&id).expect("it has messages");
        let used = held.pop();
        pair.pair.client.core.used(id, used);
    }
}

#[test]
fn a_sender_who_never_waits_leaves_the_window_as_it_is() {
    let (mut pair, id) = stream(0);
    for _ in 0..100 {
        push(&mut pair, id, WINDOW / 4);
        pair.exchange();
        pair.client.read(&mut pair.pair.client, id);
    }
    push(&mut pair, id, GROWN);
    pair.exchange();
    assert!(pair.client.held() <= WINDOW);
}

/// The receiver waits for a message that its window has no room for, so what it has not read does not count against it.
#[test]
fn a_window_grows_while_somebody_waits_for_the_rest_of_a_message() {
    let (mut pair, id) = stream(0);
    for _ in 0..40 {
        pair.server
            .push(&mut pair.pair.server, id, &vec![7; 128 << 10]);
    }
    let mut rounds = 0;
    while pair.server.unsent() > 0 {
        pair.exchange();
        pair.client.read(&mut pair.pair.client, id);
        rounds += 1;
    }
    assert!(rounds < 80, "{rounds}");
}
