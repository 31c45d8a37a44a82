//! The golden vectors in `tests/wire/` and the worked examples of the specification, against both readers.

mod kinds;
mod record;
mod reference;
pub mod sample;
mod vectors;

use record::record;
use sinew::codegen::{Message, Wire};
use sinew::{DecodeLimits, PeerShape, decode, encode, encode_body};
use std::fmt::Debug;
use vectors::Vector;

record! {
    Greeting { 1: required text: String, 2: optional title: Option<String>, 5: required loud: bool }
    GreetingLater { 1: required text: String, 3: default times: i32 = 1 }
    Reading { 1: required at: sinew::Timestamp, 2: required values: Vec<i32>, 3: required flags: Vec<Option<bool>> }
    Prices { 1: required prices: std::collections::BTreeMap<String, sinew::Decimal> }
    Track { 1: required points: Vec<sample::Point> }
}

#[test]
fn vectors_hold() {
    let mut count = 0;
    for vector in vectors::all() {
        count += 1;
        println!("{}", vector.place());
        match vector.text("type") {
            "Greeting" => check::<Greeting>(&vector),
            "GreetingLater" => check::<GreetingLater>(&vector),
            "Reading" => check::<Reading>(&vector),
            "Prices" => check::<Prices>(&vector),
            "Track" => check::<Track>(&vector),
            "Payment" => check::<sample::Payment>(&vector),
            "Payments" => check::<kinds::Payments>(&vector),
            "Scalars" => check::<kinds::Scalars>(&vector),
            "Containers" => check::<kinds::Containers>(&vector),
            "Empty" => check::<kinds::Empty>(&vector),
            other => panic!("no type {other}"),
        }
    }
    assert!(count > 30, "{count} vectors were found");
}

fn check<T: Message + Debug>(vector: &Vector) {
    match vector.find("error") {
        Some(error) => refuse::<T>(vector, error),
        None => accept::<T>(vector),
    }
}

fn refuse<T: Message + Debug>(vector: &Vector, error: &str) {
    let read = match vector.find("message") {
        Some(_) => decode::<T>(&vector.hex("message")),
        None => PeerShape::parse(&vector.hex("head")).and_then(|peer| {
            peer.decode(T::shape(), &vector.hex("body"), &DecodeLimits::default())
        }),
    };
    let kind = format!(
        "{:?}",
        read.expect_err("the vector is to be refused").kind()
    );
    assert_eq!(kind, error);
}

fn accept<T: Message + Debug>(vector: &Vector) {
    let message = vector.hex("message");
    let printed = reference::read_message(&message).map(|value| value.to_string());
    assert_eq!(printed.as_deref(), Ok(vector.text("value")));
    let value: T = decode(&message).expect("the vector is to be accepted");
    let again = encode(&value).expect("it was just read");
    if let Some(expected) = vector.find("reads") {
        let printed = reference::read_message(&again).map(|value| value.to_string());
        return assert_eq!(printed.as_deref(), Ok(expected));
    }
    assert_eq!(vectors::spell(&again), vectors::spell(&message));

    let (head, body) = (vector.hex("head"), vector.hex("body"));
    assert_eq!(vectors::spell(T::shape().head()), vectors::spell(&head));
    let printed = reference::read_body(&head, &body).map(|value| value.to_string());
    assert_eq!(printed.as_deref(), Ok(vector.text("value")));
    let peer = PeerShape::parse(&head).expect("our own head");
    let value: T = peer
        .decode(T::shape(), &body, &DecodeLimits::default())
        .expect("the vector is to be accepted");
    assert_eq!(vectors::spell(&body_of(&value)), vectors::spell(&body));
}

fn body_of<T: Wire>(value: &T) -> Vec<u8> {
    let mut body = Vec::new();
    encode_body(value, &mut body).expect("it is not too deep");
    body
}
