//! What a side remembers of what its peer has said, or of what it has told the peer, is bounded.

use std::time::Duration;

use sinew::protocol::{Output, Reason};
use sinew::{Limits, Metadata};

use crate::pair::{Pair, Side, Told, frame};

/// Many foreign peers can each hold back a hello for ten seconds: it may have the allowed metadata with its lengths,
/// and 16 KiB.
#[test]
fn a_hello_is_small() {
    let mut limits = Limits::default();
    (limits.metadata, limits.metadata_entries) = (10_000, 10);
    let most = 10_000 + 10 * 8 + (16 << 10);
    // An unknown setting of this many bytes, with its key and length.
    let hello = |size: usize| {
        let length = ((size - 4) << 3 | 3) as u32;
        let setting = [&[99 << 1][..], &length.to_le_bytes()[..3]].concat();
        frame(1, 0, 0, &[setting, vec![0; size - 4]].concat())
    };
    for side in [Side::server, Side::client] {
        let said = |bytes: &[u8]| {
            let mut side = side(&limits);
            side.feed(&[0xf5, b's', b'n', b'w', 1, 1, 0, 0], Duration::ZERO);
            side.feed(bytes, Duration::ZERO);
            let reason = side.core.closed().map(|close| close.reason);
            (side.core.is_open(), reason)
        };
        assert_eq!(said(&hello(most)), (true, None));
        let refused = (false, Some(Reason::Excess));
        // The header is enough, whatever the frame is.
        assert_eq!(said(&hello(most + 1)[..8]), refused);
        assert_eq!(said(&frame(10, 0, 0, &vec![0; most + 1])[..8]), refused);
    }
}

/// A client's metadata about itself must be within the limits for calls, and in the same form.
#[test]
fn a_hello_with_too_much_metadata_goes_over_a_limit_and_one_with_none_that_can_be_breaks_a_rule() {
    let mut limits = Limits::default();
    limits.metadata_value = 3;
    let said = |key: &[u8], value: &[u8]| {
        let text = |text: &[u8]| [&[(text.len() as u8) << 1], text].concat();
        let entry = [&[1 << 1, 0][..], &text(key), &text(value)].concat();
        let settings = [&[5 << 1][..], &text(&entry)].concat();
        let mut server = Side::server(&limits);
        server.feed(&[0xf5, b's', b'n', b'w', 1, 1, 0, 0], Duration::ZERO);
        server.feed(&frame(1, 0, 0, &settings), Duration::ZERO);
        server.core.closed().map(|close| close.reason)
    };
    assert_eq!(said(b"key", b"123"), None);
    assert_eq!(said(b"key", b"1234"), Some(Reason::Excess));
    assert_eq!(said(b"Key", b"123"), Some(Reason::Protocol));
}

/// A client may define one method again and again, and be told the shape of its replies each time.
#[test]
fn shapes_that_a_client_was_told_take_as_much_as_those_that_it_said() {
    let mut limits = Limits::default();
    limits.method_bytes = 1000;
    let mut pair = Pair::open(&Limits::default(), &limits);
    let mut told = |method: &str| {
        let id = pair.call(method, b"").expect("a call");
        pair.exchange();
        let put = |_: &mut Output| Ok::<(), ()>(());
        let core = &mut pair.server.core;
        core.reply(id, &[7; 400], &Metadata::new(), pair.now, put)
            .expect("it is sent");
        match &pair.exchange().0[..] {
            [Told::Done { shape, .. }] => shape.as_ref().map(Vec::len),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!([told("a"), told("a")], [Some(400), None]);
    assert_eq!([told("b"), told("b")], [Some(400), None]);
    // There is no room to remember this one, so it is sent each time.
    assert_eq!([told("c"), told("c")], [Some(400), Some(400)]);
    assert_eq!(told("a"), None);
}
