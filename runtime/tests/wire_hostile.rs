//! Whatever the bytes are, decoding ends in a value or an error, on a small stack; and what is accepted is the one
//! encoding of its value.

mod kinds;
mod record;
mod reference;
pub mod sample;

use kinds::{Empty, Tiny, containers, payments, scalars};
use sample::Payment;
use sinew::codegen::{Message, Wire, shape_of};
use sinew::{DecodeError, DecodeErrorKind, DecodeLimits, PeerShape, decode, encode, encode_body};
use std::fmt::Debug;

/// Runs a test on a stack as small as those of embedded threads.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    let thread = thread.spawn(test).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Reads bytes as all that we have; returns whether they were a `T`, and then checks that they are its encoding.
fn try_all<T: Message + PartialEq + Debug>(bytes: &[u8]) -> bool {
    let _ = decode::<Tiny>(bytes);
    let read = decode::<T>(bytes);
    let head_end = bytes.first().map_or(0, |len| 1 + usize::from(len >> 1));
    agree(
        read.as_ref().err(),
        reference::read_message(bytes).err(),
        head_end,
    );
    let Ok(value) = read else {
        return false;
    };
    let head_len = usize::from(bytes[0] >> 1);
    let own_head = encode(&value).expect("it was just read");
    if own_head.get(..head_len + 1) == bytes.get(..head_len + 1) {
        assert_eq!(
            own_head, bytes,
            "another encoding of {value:?} was accepted"
        );
    }
    true
}

/// The second reader, which knows no types, must take all that the first one takes, and must refuse all that the
/// first one refuses for a reason that lies in the bytes alone.
fn agree(ours: Option<&DecodeError>, reference: Option<reference::Refused>, head_end: usize) {
    let Some(error) = ours else {
        return assert_eq!(reference, None, "only the reference refuses");
    };
    let by_type = match error.kind() {
        DecodeErrorKind::OutOfRange
        | DecodeErrorKind::Utf8
        | DecodeErrorKind::UnknownValue(_)
        | DecodeErrorKind::UnknownVariant(_)
        | DecodeErrorKind::Missing
        | DecodeErrorKind::Incompatible
        | DecodeErrorKind::Order
        | DecodeErrorKind::Duplicate
        | DecodeErrorKind::Budget
        | DecodeErrorKind::Escaped(_)
        | DecodeErrorKind::Invalid(_) => true,
        // A payload in the form for unknown variants is opaque to the reference.
        DecodeErrorKind::Shape(_) => error.offset() > head_end,
        _ => false,
    };
    assert!(
        by_type || reference.is_some(),
        "only the reference accepts: {error}"
    );
}

/// All truncations, all changes of one byte, all pairs of neighbours set to the ends of their range.
fn mutate<T: Message + PartialEq + Debug>(value: &T) {
    let message = encode(value).expect("it is not too deep");
    assert!(try_all::<T>(&message));
    for end in 0..message.len() {
        assert!(!try_all::<T>(&message[..end]), "cut at {end}");
    }
    let mut changed = message.clone();
    for at in 0..message.len() {
        for byte in 0..=255 {
            changed[at] = byte;
            try_all::<T>(&changed);
        }
        changed[at] = message[at];
        for ends in [[0xff, 0xff], [0, 0], [0xff, 0], [0x7f, 0xff]] {
            let area = at..(at + 2).min(message.len());
            changed[area.clone()].copy_from_slice(&ends[..area.len()]);
            try_all::<T>(&changed);
            changed[area.clone()].copy_from_slice(&message[area]);
        }
    }
    for at in 0..=message.len() {
        for extra in [0, 1, 0xff] {
            let mut longer = message.clone();
            longer.insert(at, extra);
            try_all::<T>(&longer);
        }
    }
}

#[test]
fn changed_messages_of_scalars_are_values_or_errors() {
    on_small_stack(|| mutate(&scalars(true)));
}

#[test]
fn changed_messages_of_other_scalars_are_values_or_errors() {
    on_small_stack(|| mutate(&scalars(false)));
}

#[test]
fn changed_messages_of_containers_are_values_or_errors() {
    on_small_stack(|| mutate(&containers()));
}

#[test]
fn changed_messages_of_unions_are_values_or_errors() {
    on_small_stack(|| {
        mutate(&payments());
        mutate(&Empty {});
        mutate(&Payment::Cash);
    });
}

/// The same, for bodies on a connection whose shape is ours.
#[test]
fn changed_bodies_are_values_or_errors() {
    fn mutate<T: Wire + Debug>(value: &T) {
        let shape = shape_of::<T>();
        let peer = PeerShape::parse(shape.head()).expect("our own heads are valid");
        let mut body = Vec::new();
        encode_body(value, &mut body).expect("it is not too deep");
        let read = |bytes: &[u8]| {
            let read: Result<T, DecodeError> = peer.decode(shape, bytes, &DecodeLimits::default());
            agree(
                read.as_ref().err(),
                reference::read_body(shape.head(), bytes).err(),
                0,
            );
            let Ok(value) = read else {
                return false;
            };
            let mut again = Vec::new();
            encode_body(&value, &mut again).expect("it was just read");
            assert_eq!(again, bytes, "another encoding of {value:?} was accepted");
            true
        };
        assert!(read(&body));
        for end in 0..body.len() {
            assert!(!read(&body[..end]), "cut at {end}");
        }
        let mut changed = body.clone();
        for at in 0..body.len() {
            for byte in 0..=255 {
                changed[at] = byte;
                read(&changed);
            }
            changed[at] = body[at];
        }
    }
    on_small_stack(|| {
        mutate(&scalars(true));
        mutate(&scalars(false));
        mutate(&containers());
        mutate(&payments());
        mutate(&vec![Some(Some(true)), None]);
        mutate(&true);
    });
}
