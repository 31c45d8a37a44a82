//! What messages cost in memory, under an allocator that tells. This file has one test, since there is one allocator.

use std::alloc::System;

use sinew::DecodeErrorKind;
use sinew_promises::idl::vectors::{Node, PaymentsEarlier};
use sinew_promises::memory::Meter;
use sinew_promises::subject::named;
use sinew_reference::{Schema, parse_json, write};
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
    assert!(taken.peak <= AHEAD + 60 * consumed, "{taken:?}");
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

/// So many variants of two bytes that `PaymentEarlier` does not have; their payload could have hundreds of fields.
fn long_shape(count: usize) -> Vec<u8> {
    let fields: Vec<String> = (1..=400).map(|id| format!("{id}: u8 f{id};")).collect();
    let text = format!(
        "namespace vectors; struct Large {{ {} }} struct Holder {{ 1: optional Large large; }} \
         union Later {{ 1: cash; 2: Holder holder; }} \
         struct Written {{ 1: Later first; 2: list<Later> others; }}",
        fields.join(" ")
    );
    let schema = Schema::of_text(&text);
    let ty = named(&schema, "Written");
    let others = vec![r#"{"holder":{"large":null}}"#; count].join(",");
    let value = format!(r#"{{"first":{{"cash":{{}}}},"others":[{others}]}}"#);
    let value = parse_json(&schema, ty, &value).expect("it is a value of the type");
    write(&schema, ty, &value)
        .expect("it is not too deep")
        .message
}
