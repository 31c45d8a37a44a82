//! Views: what is seen in a message is what would be read from it, and what is refused is refused alike.

use std::collections::BTreeMap;

use sinew::{DecodeErrorKind, DecodeLimits, Envelope, Look, Message, PeerShape, decode, encode};

use crate::idl::cases::containers::{Everything, Pair};
use crate::idl::cases::shared::{Author, NextNote, Note, Title};
use crate::idl::cases::structs::{Person, Settings, Shuffled};

fn everything() -> Everything {
    Everything {
        numbers: vec![1, -2, 300],
        words: vec![vec!["one".into(), "zwei".into()], vec![]],
        names: ["Ada".to_owned(), "Émilie".to_owned()].into(),
        table: BTreeMap::from([("row".to_owned(), BTreeMap::from([(7, true)]))]),
        bits: vec![true, false, true],
        holes: vec![None, Some("filled".into())],
        rows: BTreeMap::from([("first".to_owned(), vec![Some(1), None])]),
        odd: BTreeMap::new(),
        reals: Some(vec![0.5]),
        hash: [9; 32],
        maybe: [None, Some(true), Some(false)],
        pairs: vec![Pair {
            left: "a text of more than forty bytes, which is read in another way".into(),
            right: 8,
        }],
        mirrored: BTreeMap::new(),
    }
}

#[test]
fn a_view_shows_what_was_written() {
    let value = everything();
    let bytes = encode(&value).expect("it can be encoded");
    let envelope = Envelope::new(&bytes);
    let view = envelope.view::<Everything>().expect("it can be seen");
    assert_eq!(view.numbers, value.numbers);
    assert_eq!(view.words, [vec!["one", "zwei"], vec![]]);
    assert_eq!(view.names, ["Ada", "Émilie"]);
    assert_eq!(view.holes, [None, Some("filled")]);
    assert_eq!(view.maybe, value.maybe);
    assert_eq!(view.pairs[0].left, value.pairs[0].left);
    assert_eq!(view.pairs[0].right, 8);
}

#[test]
fn a_view_borrows_from_the_message() {
    let person = Person::new("Ada", true);
    let bytes = encode(&person).expect("it can be encoded");
    let envelope = Envelope::new(&bytes);
    let view = envelope.view::<Person>().expect("it can be seen");
    assert!(bytes.as_ptr_range().contains(&view.name.as_ptr()));
}

#[test]
fn a_view_takes_what_it_has_of_another_writer() {
    let shuffled = Shuffled {
        third: "skipped".into(),
        first: "kept".into(),
        second: 200,
    };
    let bytes = encode(&shuffled).expect("it can be encoded");
    let envelope = Envelope::new(&bytes);
    let view = envelope.view::<Pair>().expect("a narrower number is read");
    assert_eq!((view.left, view.right), ("kept", 200));

    let pair = Pair::new("left");
    let bytes = encode(&pair).expect("it can be encoded");
    let refused = Envelope::new(&bytes).view::<Shuffled>().map(|_| ());
    let missing = refused.expect_err("there is no third field").kind();
    assert_eq!(missing, DecodeErrorKind::Incompatible);
}

#[test]
fn a_body_on_a_connection_is_seen_by_the_shape_of_its_peer() {
    let limits = DecodeLimits::default();
    let pair = Pair::new("left");
    let mut body = Vec::new();
    sinew::encode_body(&pair, &mut body).expect("it can be encoded");
    let peer = PeerShape::parse(Pair::shape().head()).expect("it is our own");
    let view = peer.view::<Pair>(&body, &limits).expect("it can be seen");
    assert_eq!((view.left, view.right), ("left", 7));
    assert!(peer.view::<Pair>(&body[1..], &limits).is_err());
}

#[test]
fn what_is_refused_is_refused_alike() {
    alike(&everything());
    alike(&Settings::default());
    alike(&Person::new("Ada", true));
}

/// Cuts the message everywhere and changes each of its bytes.
fn alike<T: Message + Look>(value: &T) {
    let bytes = encode(value).expect("it can be encoded");
    for at in 0..bytes.len() {
        same_verdict::<T>(&bytes[..at]);
        for change in [0x01, 0x02, 0x40, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            same_verdict::<T>(&changed);
        }
    }
}

fn same_verdict<T: Message + Look>(bytes: &[u8]) {
    let read = sinew::decode::<T>(bytes).map(|_| ());
    let envelope = Envelope::new(bytes);
    let seen = envelope.view::<T>().map(|_| ());
    assert_eq!(
        read.map_err(|e| e.kind()),
        seen.map_err(|e| e.kind()),
        "{bytes:02x?}"
    );
}

#[test]
fn a_view_keeps_to_the_constraints() {
    let mut note = Note::new(Title::new("On views").expect("it is short"), vec![1, 2]);
    note.language = "de".to_owned();
    let bytes = encode(&note).expect("it can be encoded");
    let envelope = Envelope::new(&bytes);
    let view = envelope.view::<Note>().expect("it can be seen");
    assert_eq!((view.body, view.language), (&[1, 2][..], "de"));
    assert_eq!(view.validate(), Ok(()));

    note.language = "a language".to_owned();
    let bytes = encode(&note).expect("it can be encoded");
    let refused = Envelope::new(&bytes).view::<Note>().map(drop);
    assert_eq!(refused, decode::<Note>(&bytes).map(drop));
    let refused = refused.expect_err("the language is too long");
    assert_eq!(refused.place(), Some("Note.language"));
}

#[test]
fn a_view_takes_the_defaults() {
    let title = Title::new("On views").expect("it is short");
    let next = NextNote::new(title, vec![], Author("Ada".to_owned()));
    let bytes = encode(&next).expect("it can be encoded");
    let envelope = Envelope::new(&bytes);
    let view = envelope.view::<Note>().expect("it is another version");
    let note: Note = decode(&bytes).expect("it is another version");
    assert_eq!((view.language, view.seal), ("en", &[1, 2][..]));
    assert_eq!((view.language, view.seal), (&*note.language, &*note.seal));
    assert!(view.attachments.is_empty() && view.readers.is_empty());
}
