//! The limits of decoding: depth, heads, memory and counts, on a small stack.

mod record;
pub mod sample;

use record::record;
use sample::Payment;
use sinew::codegen::{Message, shape_of};
use sinew::{
    DecodeErrorKind, DecodeLimits, EncodeError, PeerShape, ShapeFault, decode, decode_with, encode,
    encode_body,
};
use std::collections::BTreeMap;

/// Runs a test on a stack as small as on embedded threads.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    let thread = thread.spawn(test).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

record! {
    Mixed {
        1: required a: Vec<Option<bool>>,
        2: required b: BTreeMap<String, u32>,
        3: required c: Payment,
        4: required d: [i64; 2],
    }
    Empty {}
}

/// Pseudo-random numbers from a seed.
fn noise(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb) >> 16
    })
}

#[test]
fn any_head_is_a_shape_or_an_error() {
    on_small_stack(|| {
        let mut accepted = 0;
        for seed in 0..30_000 {
            let mut noise = noise(seed);
            let len = noise.next().expect("it never ends") % 24;
            let head: Vec<u8> = noise
                .by_ref()
                .take(len as usize)
                .map(|word| word as u8)
                .collect();
            let body: Vec<u8> = noise
                .take(40)
                .map(|word| word as u8 & word as u8 >> 3)
                .collect();
            let Ok(peer) = PeerShape::parse(&head) else {
                continue;
            };
            accepted += 1;
            let limits = DecodeLimits::default();
            let _ = peer.decode::<Mixed>(&body, &limits);
            let _ = peer.decode::<Payment>(&body, &limits);
            let _ = peer.decode::<Empty>(&body, &limits);
        }
        assert!(accepted > 100, "{accepted} heads were shapes");
    });
}

fn split(depth: usize) -> Payment {
    (1..depth).fold(Payment::Cash, |inner, _| Payment::Split(vec![inner]))
}

#[test]
fn depth_ends_at_64_on_every_way() {
    record! {
        Holder { 1: required deep: Payment, 2: required last: u8 }
        Skipping { 2: required last: u8 }
    }
    on_small_stack(|| {
        let holder = |depth| Holder {
            deep: split(depth),
            last: 1,
        };
        let fits = encode(&holder(64)).expect("64 levels are allowed");
        assert_eq!(decode(&fits), Ok(holder(64)));
        assert_eq!(decode(&fits), Ok(Skipping { last: 1 }));
        assert_eq!(encode(&holder(65)), Err(EncodeError::Depth));
        let mut out = vec![7];
        assert_eq!(encode_body(&holder(65), &mut out), Err(EncodeError::Depth));
        assert_eq!(out, [7]);

        let mut body = Vec::new();
        encode_body(&holder(64), &mut body).expect("64 levels are allowed");
        let mut deeper = [4 << 1, 1 << 1].repeat(2);
        deeper.extend(&body);
        let peer = PeerShape::parse(Holder::shape().head()).expect("our own heads are valid");
        let limits = DecodeLimits::default();
        let known = peer.decode::<Holder>(&deeper, &limits);
        assert_eq!(
            known.map_err(|error| error.kind()),
            Err(DecodeErrorKind::Depth)
        );
        let skipped = peer.decode::<Skipping>(&deeper, &limits);
        assert_eq!(
            skipped.map_err(|error| error.kind()),
            Err(DecodeErrorKind::Depth)
        );
    });
}

fn fault(head: &[u8]) -> Option<ShapeFault> {
    match PeerShape::parse(head).err()?.kind() {
        DecodeErrorKind::Shape(fault) => Some(fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn heads_are_bounded() {
    on_small_stack(|| {
        assert_eq!(fault(&[0x99; 31]), Some(ShapeFault::Truncated));
        assert_eq!(fault(&[0x99; 33]), Some(ShapeFault::Depth));
        assert_eq!(fault(&[0x88; 20_000]), Some(ShapeFault::Depth));
        assert_eq!(fault(&[0x11; 40_000]), Some(ShapeFault::Size));
        assert_eq!(fault(&[]), Some(ShapeFault::Truncated));
        assert_eq!(
            fault(&[0x11]),
            Some(ShapeFault::Trailing),
            "the half byte left over"
        );
        assert_eq!(fault(&[0x10, 0x00]), Some(ShapeFault::Trailing));
        assert_eq!(fault(&[0x00]), Some(ShapeFault::Kind));
        assert_eq!(fault(&[0xf2, 0x00]), Some(ShapeFault::Reference));
        assert_eq!(fault(&[0x8f, 0x20, 0x00]), Some(ShapeFault::Infinite));
        assert_eq!(
            fault(&[0x8d, 0x80, 0x10]),
            Some(ShapeFault::Number),
            "a number with a zero in front"
        );
        assert_eq!(
            fault(&[0xf6, 0x01]),
            Some(ShapeFault::Number),
            "an array of nothing"
        );
        assert_eq!(fault(&[0x8c, 0xf2, 0x00]), None, "a chain that may end");
    });
}

/// A chain of structs by reference is as deep as one that is written out.
#[test]
fn long_chains_of_references_are_refused() {
    on_small_stack(|| {
        // A union whose payloads are structs, each of which contains the previous one.
        let mut halves = vec![0xb, 0x8, 0x1, 0x0];
        for number in 0..200_u32 {
            halves.extend([0x8, 0xf, 0x2]);
            let mut rest = number;
            while rest > 7 {
                halves.push(8 | (rest & 7) as u8);
                rest >>= 3;
            }
            halves.extend([rest as u8, 0x0]);
        }
        halves.push(0);
        halves.resize(halves.len().next_multiple_of(2), 0);
        let head: Vec<u8> = halves
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect();
        assert_eq!(fault(&head), Some(ShapeFault::Depth));
    });
}

#[test]
fn types_too_deep_for_a_head_are_not_written() {
    type Deep<T> = Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<T>>>>>>>>;
    type Deeper<T> = Deep<Deep<Deep<Deep<T>>>>;
    record! {
        Fits { 1: required lists: Deep<Deeper<u8>> }
        Exceeds { 1: required lists: Deeper<Deeper<u8>> }
    }
    let fits = encode(&Fits { lists: Vec::new() }).expect("42 kinds are nested");
    assert!(decode::<Fits>(&fits).is_ok());
    let refused = encode(&Exceeds { lists: Vec::new() }).expect_err("66 kinds are nested");
    assert_eq!(
        refused.to_string(),
        "the types are nested too deep for a head"
    );
}

#[test]
fn memory_is_bounded_by_the_budget() {
    record! {
        Lists { 1: required lists: Vec<Option<Vec<u8>>> }
    }
    let message = encode(&Lists {
        lists: vec![None; 100_000],
    })
    .expect("it is not too deep");
    assert!(message.len() < 13_000);
    assert!(decode::<Lists>(&message).is_ok());
    let limits = DecodeLimits::default().with_memory(1_000_000);
    let error = decode_with::<Lists>(&message, &limits).expect_err("2.4 MB are needed");
    assert_eq!(error.kind(), DecodeErrorKind::Budget);
}

#[test]
fn counts_are_checked_before_anything_else() {
    on_small_stack(|| {
        let shape = shape_of::<Vec<Vec<u64>>>();
        let peer = PeerShape::parse(shape.head()).expect("our own heads are valid");
        for count in [
            3,
            1 << 20,
            1 << 31,
            (1 << 31) - 1,
            1 << 32,
            1 << 55,
            u64::MAX >> 8,
        ] {
            let mut body = (count << 8 | 0x7f).to_le_bytes().to_vec();
            body.extend([0, 0]);
            let read = peer.decode_as::<Vec<Vec<u64>>>(shape, &body, &DecodeLimits::default());
            let kind = read.expect_err("there are only two bytes").kind();
            let expected = [DecodeErrorKind::Count, DecodeErrorKind::NotMinimal];
            assert!(expected.contains(&kind), "{kind:?}");
        }
    });
}
