//! What messages cost in memory, under an allocator that tells. This file has one test, since there is one allocator.

use std::alloc::System;

use sinew::{DecodeErrorKind, DecodeLimits, Message, PeerShape};
use sinew_promises::idl::vectors::{Empty, Lists, Maps, Node, PaymentsEarlier, Sets};
use sinew_promises::large::empty;
use sinew_promises::memory::Meter;
use sinew_promises::subject::{WIRE, named, wire};
use sinew_promises::vectors::of_file;
use sinew_promises::{heads, hostile, large};
use sinew_values::{Schema, json, write};
use tracking_allocator::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

/// What a claim alone may cost, in bytes.
const AHEAD: usize = 64 * 1024;

#[test]
fn messages_cost_what_is_promised() {
    let mut meter = Meter::new();
    nested_claims_share_one_allowance(&mut meter);
    kept_variants_share_their_shape(&mut meter);
    full_messages_cost_no_more_than_their_factor(&mut meter);
    values_end_at_the_limit_of_memory(&mut meter);
    passing_over_takes_little(&mut meter);
    many_heads_cost_what_is_kept_for_their_type(&mut meter);
    // No head that takes more is let through, and no message.
    let figures = heads::run(&mut meter, &WIRE[WIRE.len() - 3..]);
    assert!(
        figures.iter().all(|it| it.length > 16 * 1024),
        "{figures:?}"
    );
    let figures = hostile::run(&mut meter, 1, 300);
    assert!(figures.iter().all(|it| it.factor >= 1));
}

/// Sixty lists within each other, each of which claims as many elements as may stand in what is left.
fn nested_claims_share_one_allowance(meter: &mut Meter) {
    let leaf = Node {
        value: 0,
        children: Vec::new(),
        next: None,
    };
    let mut message = sinew::encode(&leaf).expect("it is not too deep");
    message.truncate(message.len() - 3);
    for _ in 0..60 {
        // No `next`, the value 0, and a count of 8,000 in two bytes.
        message.extend([0, 0]);
        message.extend((8_000_u16 << 2 | 1).to_le_bytes());
    }
    let consumed = message.len();
    message.resize(consumed + 24_000, 0xff);
    let _ = sinew::decode::<Node>(&message);
    let mut read = None;
    let taken = meter.measure(|| read = Some(sinew::decode::<Node>(&message)));
    let error = read.and_then(Result::err).expect("no element is there");
    assert_eq!(error.kind(), DecodeErrorKind::SpareBits);
    assert!(taken.largest <= AHEAD, "{taken:?}");
    let factor = sinew::memory_factor::<Node>();
    assert!(taken.peak <= AHEAD + factor * consumed, "{taken:?}");
}

/// Variants of two bytes, the shape of whose payload has hundreds.
fn kept_variants_share_their_shape(meter: &mut Meter) {
    let mut meant = None;
    let message = long_shape(10_000);
    let _ = sinew::decode::<PaymentsEarlier>(&message);
    let taken = meter.measure(|| meant = Some(sinew::decode::<PaymentsEarlier>(&message)));
    let value = meant.and_then(Result::ok).expect("the message is valid");
    assert_eq!(value.others.len(), 10_000);
    let each = taken.peak / 10_000;
    assert!(each <= 300, "{each} bytes for each variant, {taken:?}");
}

/// The values of a message take 64 MiB at most, and what lists need to grow on top of it.
fn values_end_at_the_limit_of_memory(meter: &mut Meter) {
    let limit = sinew::DecodeLimits::default().memory;
    let figures = large::full(meter);
    let [refused, taken]: [Vec<_>; 2] = [true, false].map(|refused| {
        let all = figures.iter();
        all.filter(|it| it.refused.is_some() == refused).collect()
    });
    assert!(taken.iter().all(|it| it.peak <= 3 * limit), "{figures:?}");
    assert!(taken.iter().any(|it| it.peak > limit / 2), "{figures:?}");
    assert!(refused.iter().all(|it| it.peak <= 2 * AHEAD), "{figures:?}");
}

/// A connection keeps all heads that its peer has said; how to read them is kept for the type of the reader only.
fn many_heads_cost_what_is_kept_for_their_type(meter: &mut Meter) {
    const KEPT: usize = 2 << 20;
    let heads: Vec<Vec<u8>> = (4_000..4_100).map(heads::numbers).collect();
    let count = meter.count();
    let mut kept = Vec::new();
    for head in &heads {
        let peer = PeerShape::parse(head).expect("it is a head");
        let read = peer.decode::<Empty>(&[], &DecodeLimits::default());
        assert!(read.is_err(), "there are no numbers");
        kept.push(peer);
    }
    let (live, said) = (count.live(), heads.concat().len());
    assert!(live <= KEPT + 2 * said, "{live} bytes for {said}");
}

/// Whatever is passed over, and however deep: it needs a stack of at most 4,096 entries.
fn passing_over_takes_little(meter: &mut Meter) {
    let empty = wire("Empty").expect("it is listed");
    let mut most = 0;
    for vector in [of_file("evolution.txt"), of_file("refused.txt")].concat() {
        if vector.text("type") == empty.name && vector.find("message").is_some() {
            let message = vector.hex("message");
            // The head is worked out once.
            let _ = (empty.read)(&message);
            let taken = meter.measure(|| _ = (empty.read)(&message));
            if !matches!(vector.find("error"), Some(error) if error.starts_with("Shape")) {
                most = most.max(taken.peak);
            }
        }
    }
    assert!((64 * 1024..512 * 1024).contains(&most), "{most}");
}

/// Lists, sets and maps of the smallest elements, each long and each alone in many: the most memory for the least bytes.
fn full_messages_cost_no_more_than_their_factor(meter: &mut Meter) {
    const COUNT: usize = 50_000;
    let mut lists = empty::<Lists>(12);
    lists.h = vec![Empty {}; COUNT];
    holds(meter, &lists);
    let mut lists = empty::<Lists>(12);
    lists.b = vec![None; COUNT];
    holds(meter, &lists);
    let mut lists = empty::<Lists>(12);
    lists.d = vec![None; COUNT];
    holds(meter, &lists);
    let mut lists = empty::<Lists>(12);
    lists.l = vec![[(1, true)].into(); COUNT];
    holds(meter, &lists);
    let mut lists = empty::<Lists>(12);
    lists.c = vec!["a".into(); COUNT];
    holds(meter, &lists);
    let mut sets = empty::<Sets>(13);
    sets.m = (0..COUNT as u64).collect();
    sets.g = (0..COUNT as i32).map(sinew::Date::from_days).collect();
    holds(meter, &sets);
    let mut maps = empty::<Maps>(11);
    maps.c = (0..COUNT as i32).map(|key| (key, true)).collect();
    maps.i = (0..COUNT).map(|key| (key.to_string(), 0)).collect();
    holds(meter, &maps);
}

fn holds<T: Message>(meter: &mut Meter, value: &T) {
    let message = sinew::encode(value).expect("it is not too deep");
    let promised = sinew::memory_factor::<T>() * message.len() + AHEAD;
    let mut read = None;
    let taken = meter.measure(|| read = Some(sinew::decode::<T>(&message).map(drop)));
    let name = std::any::type_name::<T>();
    let length = message.len();
    println!("{name}: {length} bytes took {} of {promised}", taken.peak);
    assert_eq!(read, Some(Ok(())), "{name}");
    assert!(
        taken.peak <= promised,
        "{name}: {length} bytes, {taken:?}, {promised}"
    );
}

/// So many variants of two bytes that `PaymentEarlier` does not have; their payload could have hundreds of fields.
fn long_shape(count: usize) -> Vec<u8> {
    let fields: Vec<String> = (1..=400).map(|id| format!("{id}: u8 f{id};")).collect();
    let text = format!(
        "namespace vectors; struct Large {{ {} }} struct Holder {{ 1: optional Large large; }} \
         union Later {{ 1: cash; 2: Holder holder; }} \
         struct Written {{ 1: Later first; 2: list<Later> others; }}",
        fields.join(" ")
    );
    let schema = Schema::of_text(&text).expect("it has no errors");
    let ty = named(&schema, "Written");
    let others = vec![r#"{"holder":{"large":null}}"#; count].join(",");
    let value = format!(r#"{{"first":{{"cash":{{}}}},"others":[{others}]}}"#);
    let value = json::parse(&schema, ty, &value).expect("it is a value of the type");
    write(&schema, ty, &value)
        .expect("it is not too deep")
        .message
}
