//! A relay that does not know a variant of a union hands it on unharmed.

mod record;
pub mod sample;

use record::record;
use sample::{Payment, Person};
use sinew::codegen::Message;
use sinew::{DecodeError, DecodeErrorKind, DecodeLimits, PeerShape, decode, encode, encode_body};

/// Sends a value as a message and over a connection; both readings must agree.
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
