//! A relay that does not know a variant of a union passes it on unchanged.

mod record;
pub mod sample;

use record::record;
use sample::{Payment, Person};
use sinew::codegen::Message;
use sinew::{
    DecodeError, DecodeErrorKind, DecodeLimits, PeerShape, decode, decode_with, encode, encode_body,
};

/// Sends a value as a message and over a connection; both results must agree.
fn read<W: Message, R: Message + PartialEq + std::fmt::Debug>(
    value: &W,
) -> Result<R, DecodeErrorKind> {
    let message = encode(value).expect("it is not too deep");
    let alone: Result<R, DecodeError> = decode(&message);
    let mut body = Vec::new();
    encode_body(value, &mut body).expect("it is not too deep");
    let peer = PeerShape::parse(W::shape().head()).expect("our own heads are valid");
    let connected: Result<R, DecodeError> = peer.decode(&body, &DecodeLimits::default());
    let kind = |error: DecodeError| error.kind();
    let (alone, connected) = (alone.map_err(kind), connected.map_err(kind));
    assert_eq!(alone, connected);
    alone
}

/// The same union, before any variant but `cash` was added.
#[allow(missing_docs, reason = "a test type")]
pub mod before {
    use sinew::UnknownVariant;
    use sinew::codegen::*;

    #[derive(Clone, Debug, PartialEq)]
    pub enum Payment {
        Cash,
        Unrecognized(UnknownVariant),
    }

    impl Union for Payment {
        const NAME: &'static str = "sample.Payment";
        const VARIANTS: &'static [Variant] = &[Variant::unit(1, "cash")];

        fn choose(&mut self, id: u16) -> bool {
            match id {
                1 => choose(self, || Self::Cash),
                _ => choose(self, || Self::Unrecognized(UnknownVariant::blank())),
            }
        }

        fn read(&mut self, payload: ReadPayload<'_, '_>) -> Result<()> {
            match self {
                Self::Cash => payload.unit(),
                Self::Unrecognized(unknown) => payload.keep(unknown),
            }
        }
    }

    impl Wire for Payment {
        const MIN: u32 = 16;

        union!();

        fn blank() -> Self {
            Self::Cash
        }

        fn put(&self, out: &mut Encoder) {
            match self {
                Self::Cash => out.unit::<Self>(1),
                Self::Unrecognized(unknown) => out.unrecognized(unknown),
            }
        }
    }
}

#[test]
fn unknown_variants_pass_through_a_relay() {
    record! {
        Today { 1: required payments: Vec<Payment> }
        Yesterday { 1: required payments: Vec<before::Payment> }
    }
    let person = Person {
        name: "n".into(),
        title: Some("t".into()),
        known: false,
    };
    let wire = Payment::Wire {
        iban: "i".into(),
        fast: Some(true),
    };
    let today = Today {
        payments: vec![
            Payment::Cash,
            Payment::Person(person.clone()),
            Payment::Split(vec![wire.clone(), Payment::Person(person)]),
            wire,
        ],
    };
    let relayed: Yesterday = read(&today).unwrap();
    assert_eq!(relayed.payments[0], before::Payment::Cash);
    let ids = relayed.payments.iter().map(|payment| match payment {
        before::Payment::Cash => 1,
        before::Payment::Unrecognized(unknown) => unknown.id(),
    });
    assert_eq!(ids.collect::<Vec<_>>(), [1, 2, 4, 3]);
    assert_eq!(read(&relayed), Ok(today));
    assert_eq!(read(&relayed), Ok(relayed.clone()));
}

/// A message of a `Payment` that is split into payments by wire, all relayed by a program that does not know them.
/// Their heads differ, because their writers had other fields after the known ones.
fn passed_on(count: u16, heads: u16) -> Vec<u8> {
    let mut body = vec![4 << 1];
    body.extend_from_slice(&(u32::from(count) << 3 | 3).to_le_bytes()[..3]);
    for at in 0..count {
        let [a, b, c, d] = [0, 3, 6, 9].map(|shift| (((at % heads) >> shift) as u8 & 7) | 8);
        // A struct with a string and, this many ids and 4096 later, a bool.
        let head = [0x83, 0xd0 | a, b << 4 | c, d << 4 | 1, 0x40];
        let payload = [0, 0];
        body.extend_from_slice(&[0, 3 << 1, 5 << 1]);
        body.extend_from_slice(&head);
        body.push(2 << 1);
        body.extend_from_slice(&payload);
    }
    // A union of which only the variant 4 occurs, a list of the same.
    let head = [0xbd, 0x29, 0xf7, 0x00];
    [&[4 << 1], &head[..], &body].concat()
}

/// To compute how a payload is read takes longer than to write the payload. So it is computed once for each head, and
/// charged to the budget: 4,096 different heads take more of it than as many equal ones.
#[test]
fn how_to_read_a_payload_is_worked_out_once_for_each_head() {
    let count = 20_000;
    let limits = DecodeLimits::default().with_memory(3 << 20);
    let read = |heads| decode_with::<Payment>(&passed_on(count, heads), &limits);
    let Ok(Payment::Split(payments)) = read(1) else {
        panic!("they are all alike");
    };
    let wire = |payment: &Payment| matches!(payment, Payment::Wire { fast: None, .. });
    assert!(payments.len() == count.into() && payments.iter().all(wire));
    let refused = read(4096).expect_err("each head counts");
    assert_eq!(refused.kind(), DecodeErrorKind::Budget);
    assert!(decode::<Payment>(&passed_on(count, 4096)).is_ok());
}
