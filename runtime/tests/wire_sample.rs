//! Hand-written copies of generated code work with the runtime: round trips, and old and new readers.

pub mod sample;

use sample::{Payment, Person, Point, Suit};
use sinew::codegen::{Message, Wire, shape_of};
use sinew::{DecodeLimits, PeerShape, decode, encode, encode_body};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Sends a value over a connection between equal peers.
fn round_trip<T: Wire + PartialEq + std::fmt::Debug>(value: &T) {
    let mut body = Vec::new();
    encode_body(value, &mut body).expect("it is not too deep");
    let shape = shape_of::<T>();
    let peer = PeerShape::parse(shape.head()).expect("our own heads are valid");
    let read: Result<T, _> = peer.decode_as(shape, &body, &DecodeLimits::default());
    assert_eq!(read.as_ref(), Ok(value));
}

fn person() -> Person {
    Person {
        name: "Ada".into(),
        title: Some("Countess".into()),
        known: true,
    }
}

fn payments() -> Vec<Payment> {
    let wire = |fast| Payment::Wire {
        iban: "DE00".into(),
        fast,
    };
    vec![
        Payment::Cash,
        Payment::Person(person()),
        wire(None),
        wire(Some(true)),
        Payment::Split(vec![Payment::Cash, Payment::Split(vec![wire(Some(false))])]),
    ]
}

#[test]
fn values_come_back() {
    round_trip(&person());
    round_trip(&payments());
    round_trip(&vec![Suit::Clubs, Suit::from(7), Suit::Hearts]);
    round_trip(&vec![
        Point {
            x: 1.0,
            y: -0.0,
            color: [1, 2]
        };
        3
    ]);
    round_trip(&[Some(true), None, Some(false)]);
    round_trip(&BTreeSet::from([0_u32, 70_000, u32::MAX]));
    round_trip(&BTreeMap::from([(true, Some(-1_i64)), (false, None)]));
    round_trip(&HashMap::<String, u16>::from([
        ("b".into(), 1),
        ("a".into(), 2),
    ]));
    round_trip(&vec![true; 13]);
    round_trip(
        &(0..100)
            .map(|bit| u64::MAX >> (bit % 64))
            .collect::<Vec<_>>(),
    );
    round_trip(&Some(Box::new([i64::MIN, -1, 0, 1, i64::MAX])));
    round_trip(&"-12.50".parse::<sinew::Decimal>().unwrap());
}

#[test]
fn messages_come_back() {
    let message = encode(&person()).unwrap();
    assert_eq!(decode(&message), Ok(person()));
    for payment in payments() {
        let message = encode(&payment).unwrap();
        assert_eq!(decode(&message), Ok(payment));
    }
}

#[test]
fn shapes_are_told_once() {
    assert_eq!(Person::shape().head(), [0x83, 0xc3, 0x40]);
}
