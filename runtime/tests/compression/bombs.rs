//! Invalid compressed frames: each ends its connection or its call, and nothing is allocated for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sinew::layer::{Begun, Observe};
use sinew::protocol::Reason;
use sinew::{Code, Compression, Limits, Server};
use tokio::io::AsyncWriteExt;
use tokio::task::yield_now;

use crate::agreed::pair;
use crate::pair::{Pair, Side, Told, frame};
use crate::seeded::Seeded;

const PACKED: u8 = 12;
const CALL: u8 = 2 << 4;
const DONE: u8 = 5 << 4;

fn both() -> Pair {
    let compression = Some(Compression::lz4().or(Compression::zstd()));
    pair(compression.clone(), compression)
}

/// The payload of a PACKED.
fn packed(codec: u8, what: u8, size: u64, bytes: &[u8]) -> Vec<u8> {
    let more = (1..4).filter(|more| size >> (7 * more) > 0).count();
    let number = (size << (more + 1) | ((1 << more) - 1)).to_le_bytes();
    [&[codec, what][..], &number[..=more], bytes].concat()
}

/// 100,000 bytes that become about 4,000.
fn text() -> Vec<u8> {
    (0_u32..25_000)
        .flat_map(|n| (n / 100).to_le_bytes())
        .collect()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0; lz4_flex::block::get_maximum_output_size(bytes.len())];
    let size = lz4_flex::block::compress_into(bytes, &mut packed).expect("it fits");
    packed.truncate(size);
    packed
}

#[test]
fn what_is_malformed_ends_the_connection() {
    let good = lz4(&text());
    let cases = [
        ("empty", vec![], Reason::Protocol),
        ("no size", vec![1, CALL], Reason::Protocol),
        (
            "unknown compression",
            packed(3, CALL, 100_000, &good),
            Reason::Protocol,
        ),
        (
            "too short",
            packed(1, CALL, 100_001, &good),
            Reason::Protocol,
        ),
        ("too long", packed(1, CALL, 99_999, &good), Reason::Protocol),
        (
            "cut",
            packed(1, CALL, 100_000, &good[..good.len() - 1]),
            Reason::Protocol,
        ),
        (
            "no zstandard",
            packed(2, CALL, 20_000, &good),
            Reason::Protocol,
        ),
        (
            "packed twice",
            packed(1, 12 << 4, 100_000, &good),
            Reason::Protocol,
        ),
        (
            "a hello",
            packed(1, 1 << 4, 100_000, &good),
            Reason::Protocol,
        ),
        (
            "a ping",
            packed(1, 8 << 4, 100_000, &good),
            Reason::Protocol,
        ),
        (
            "a credit",
            packed(1, 6 << 4, 100_000, &good),
            Reason::Protocol,
        ),
        (
            "a bomb",
            packed(2, CALL, 4 << 20, &[0; 1000]),
            Reason::Excess,
        ),
        (
            "a bomb of nothing",
            packed(1, CALL, 1 << 17, &[]),
            Reason::Excess,
        ),
        (
            "far too large",
            packed(1, CALL, 9 << 20, &good),
            Reason::Excess,
        ),
    ];
    for (case, payload, reason) in cases {
        let mut pair = both();
        pair.server.feed(&frame(PACKED, 0, 0, &payload), pair.now);
        let closed = pair
            .server
            .core
            .closed()
            .unwrap_or_else(|| panic!("{case}"));
        assert_eq!(closed.reason, reason, "{case}: {closed}");
    }
    let mut pair = both();
    pair.server.feed(&frame(PACKED, 1, 0, &good), pair.now);
    assert!(pair.server.core.closed().is_some(), "flags");
}

#[test]
fn a_message_that_would_be_too_large_ends_its_call() {
    let mut pair = both();
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    let reply = packed(1, DONE, 5 << 20, &[0; 100_000]);
    let told = pair.client.feed(&frame(PACKED, 0, 0, &reply), pair.now);
    let [
        Told::Done {
            id: done, result, ..
        },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    let status = result.as_ref().expect_err("too large");
    assert_eq!((*done, status.code()), (id, Code::ResourceExhausted));
    assert!(pair.client.core.closed().is_none());
}

#[test]
fn who_has_not_asked_takes_none() {
    let mut pair = pair(None, None);
    let good = packed(1, CALL, 100_000, &lz4(&text()));
    pair.server.feed(&frame(PACKED, 0, 0, &good), pair.now);
    assert_eq!(
        pair.server.core.closed().expect("closed").reason,
        Reason::Protocol
    );
}

#[test]
fn nothing_that_is_packed_breaks_the_receiver() {
    let mut random = Seeded::new(7);
    for round in 0..4000 {
        let mut pair = both();
        let codec = round % 2;
        let plain = [round as u8; 2000];
        let mut bytes = match codec {
            0 => lz4(&plain),
            _ => zstd::bulk::compress(&plain, 1).expect("there is memory"),
        };
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            bytes[at] = random.below(256) as u8;
        }
        let what = random.below(256) as u8;
        let payload = packed(
            codec as u8 + 1,
            what,
            random.below(2100) as u64 + 1024,
            &bytes,
        );
        pair.server.feed(&frame(PACKED, 0, 0, &payload), pair.now);
    }
}

/// Counts calls.
struct Count(Arc<AtomicUsize>);

impl Observe for Count {
    fn begin(&self, _: &Begun<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Decompressing large data takes time, however few bytes it was: other tasks of the thread get turns in between.
#[tokio::test]
async fn calls_that_become_large_take_turns_with_others() {
    const CALLS: usize = 20;
    let mut random = Seeded::new(3);
    let mut request = vec![0; 4_000_000];
    request[0] = 0; // the first method
    request[1] = 100 << 1; // and so many microseconds
    request[2..25_000].fill_with(|| random.below(256) as u8);
    let call = packed(1, CALL, request.len() as u64, &lz4(&request));
    let hello = Side::client(&Limits::default()).take(Default::default());
    // A hello that accepts LZ4, and a call that defines an unknown method.
    let settings = [&hello[16..], &[6 << 1, 1 << 1, 1]].concat();
    let define = [2, b'x', 2, b'y', 2, 0x30, 200, 2];
    let mut said = [
        &hello[..8],
        &frame(1, 0, 0, &settings),
        &frame(2, 1, 0, &define),
    ]
    .concat();
    for id in 1..CALLS as u32 {
        said.extend(frame(PACKED, 0, id, &call));
    }
    let (mut ours, theirs) = tokio::io::duplex(said.len());
    ours.write_all(&said).await.expect("there is room");
    let begun = Arc::<AtomicUsize>::default();
    let server = Server::new().compress(Compression::lz4());
    let serving = server
        .observe(Count(begun.clone()))
        .serve_connection(theirs);
    let serving = tokio::spawn(serving);
    let mut seen = 0;
    while seen < CALLS {
        yield_now().await;
        let now = begun.load(Ordering::SeqCst);
        assert!(now - seen <= 2, "{} calls in one turn", now - seen);
        seen = now;
        assert!(!serving.is_finished(), "after {seen} calls");
    }
}
