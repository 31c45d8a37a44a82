//! Old and new readers and writers of one schema understand each other as the rules of evolution promise.

mod record;
pub mod sample;

use record::record;
use sample::{Payment, Person};
use sinew::codegen::{Message, Wire};
use sinew::{DecodeError, DecodeErrorKind, DecodeLimits, PeerShape, decode, encode, encode_body};
use std::collections::{BTreeMap, BTreeSet};

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

record! {
    Old {
        1: required id: u32,
        2: required name: String,
        4: optional note: Option<String>,
        5: required flags: bool,
    }
    // Field 4 is gone, 3, 6 and 7 are new, 5 is renamed.
    New {
        1: required id: u64,
        2: required label: String,
        3: optional inner: Option<Inner>,
        5: required is_set: bool,
        6: default level: i32 = 7,
        7: optional more: Option<Vec<Inner>>,
    }
    Inner {
        1: required x: f64,
        2: required y: Vec<Option<bool>>,
    }
}

fn old() -> Old {
    Old {
        id: 17,
        name: "seventeen".into(),
        note: Some("gone".into()),
        flags: true,
    }
}

fn new() -> New {
    let inner = Inner {
        x: -0.5,
        y: vec![None, Some(true), Some(false)],
    };
    New {
        id: 18,
        label: "eighteen".into(),
        inner: Some(inner.clone()),
        is_set: false,
        level: -1,
        more: Some(vec![inner.clone(), inner]),
    }
}

#[test]
fn fields_are_added_removed_and_renamed() {
    let expected = New {
        id: 17,
        label: "seventeen".into(),
        inner: None,
        is_set: true,
        level: 7,
        more: None,
    };
    assert_eq!(read(&old()), Ok(expected));
    let expected = Old {
        id: 18,
        name: "eighteen".into(),
        note: None,
        flags: false,
    };
    assert_eq!(read(&new()), Ok(expected));
}

record! {
    Nothing {}
    WithRequired { 1: required value: u32 }
    WithOptional { 1: optional value: Option<u32> }
    WithDefault { 1: default value: u32 = 5 }
    WithSigned { 1: required value: i32 }
    WithText { 1: required value: String }
    WithBool { 1: required value: bool }
    WithOptionalBool { 1: optional value: Option<bool> }
}

#[test]
fn presence_can_change() {
    let required = WithRequired { value: 3 };
    let some = WithOptional { value: Some(3) };
    let none = WithOptional { value: None };
    assert_eq!(read(&required), Ok(some.clone()));
    assert_eq!(read(&required), Ok(WithDefault { value: 3 }));
    assert_eq!(read(&WithDefault { value: 3 }), Ok(required.clone()));
    assert_eq!(read(&some), Ok(required));
    assert_eq!(read(&none), Ok(WithDefault { value: 5 }));
    assert_eq!(
        read::<_, WithRequired>(&none),
        Err(DecodeErrorKind::Missing)
    );
    assert_eq!(
        read(&WithBool { value: true }),
        Ok(WithOptionalBool { value: Some(true) })
    );
    assert_eq!(
        read(&WithOptionalBool { value: Some(false) }),
        Ok(WithBool { value: false })
    );
}

#[test]
fn all_fields_can_come_and_go() {
    assert_eq!(read(&Nothing {}), Ok(WithDefault { value: 5 }));
    assert_eq!(read(&Nothing {}), Ok(WithOptional { value: None }));
    assert_eq!(
        read::<_, WithRequired>(&Nothing {}),
        Err(DecodeErrorKind::Missing)
    );
    assert_eq!(read(&new()), Ok(Nothing {}));
    assert_eq!(read(&WithBool { value: true }), Ok(Nothing {}));
}

#[test]
fn other_kinds_are_refused_when_they_occur() {
    assert_eq!(
        read::<_, WithSigned>(&WithRequired { value: 3 }),
        Err(DecodeErrorKind::Incompatible)
    );
    assert_eq!(
        read::<_, WithText>(&WithOptional { value: Some(3) }),
        Err(DecodeErrorKind::Incompatible)
    );
    assert_eq!(
        read::<_, WithText>(&WithOptional { value: None }),
        Err(DecodeErrorKind::Missing)
    );
}

record! {
    Narrow {
        1: required a: u8,
        2: required b: Vec<u16>,
        3: required c: Option<i8>,
        4: required d: BTreeMap<u8, i16>,
        5: required e: [u8; 3],
        6: required f: u64,
        7: required g: Vec<u32>,
        8: required h: String,
        9: required i: Vec<i32>,
    }
    Wide {
        1: required a: u64,
        2: required b: Vec<u32>,
        3: required c: Option<i64>,
        4: required d: BTreeMap<u16, i32>,
        5: required e: [u16; 3],
        6: required f: u128,
        7: required g: Vec<u128>,
        8: required h: Vec<u8>,
        9: required i: Vec<Option<i32>>,
    }
}

#[test]
fn integers_widen_everywhere() {
    let narrow = Narrow {
        a: 255,
        b: vec![1, 65_535],
        c: Some(-128),
        d: BTreeMap::from([(1, -2), (200, 3)]),
        e: [1, 2, 255],
        f: u64::MAX,
        g: vec![1, 1 << 31],
        h: "text".into(),
        i: vec![-1, i32::MAX],
    };
    let wide = Wide {
        a: 255,
        b: vec![1, 65_535],
        c: Some(-128),
        d: BTreeMap::from([(1, -2), (200, 3)]),
        e: [1, 2, 255],
        f: u64::MAX.into(),
        g: vec![1, 1 << 31],
        h: b"text".to_vec(),
        i: vec![Some(-1), Some(i32::MAX)],
    };
    assert_eq!(read(&narrow), Ok(wide.clone()));
    assert_eq!(read::<_, Narrow>(&wide), Err(DecodeErrorKind::Incompatible));
}

record! {
    Long { 1: required value: u64, 2: required list: Vec<i64> }
    Short { 1: required value: u32, 2: required list: Vec<i32> }
}

#[test]
fn a_number_that_does_not_fit_is_an_error() {
    let fits = Long {
        value: 9,
        list: vec![-3],
    };
    assert_eq!(
        read(&fits),
        Ok(Short {
            value: 9,
            list: vec![-3]
        })
    );
    for (value, number) in [(1 << 32, 0), (0, 1 << 31)] {
        let long = Long {
            value,
            list: vec![number],
        };
        assert_eq!(read::<_, Short>(&long), Err(DecodeErrorKind::OutOfRange));
    }
}

record! {
    Bag { 1: required items: Vec<u32> }
    Unique { 1: required items: BTreeSet<u32> }
    WideBag { 1: required items: Vec<u8> }
}

#[test]
fn a_list_is_a_set_if_it_is_one() {
    let bag = |items: &[u32]| Bag {
        items: items.to_vec(),
    };
    let unique = Unique {
        items: BTreeSet::from([1, 2]),
    };
    assert_eq!(read(&bag(&[1, 2])), Ok(unique.clone()));
    assert_eq!(read(&unique), Ok(bag(&[1, 2])));
    assert_eq!(
        read::<_, Unique>(&bag(&[1, 1])),
        Err(DecodeErrorKind::Duplicate)
    );
    assert_eq!(
        read::<_, Unique>(&bag(&[2, 1])),
        Err(DecodeErrorKind::Order)
    );
    let narrow = WideBag { items: vec![7, 7] };
    assert_eq!(read::<_, Unique>(&narrow), Err(DecodeErrorKind::Duplicate));
}

/// Deeply nested data of a newer writer is skipped, whatever its kinds.
#[test]
fn unknown_fields_of_every_kind_are_skipped() {
    record! {
        Rich {
            1: required first: u8,
            2: required numbers: Vec<u64>,
            3: required bools: Vec<bool>,
            4: required texts: Vec<String>,
            5: required map: BTreeMap<String, Vec<Option<Inner>>>,
            6: required arrays: [[i16; 2]; 3],
            7: required payments: Vec<Payment>,
            8: required id: sinew::Uuid,
            9: required price: sinew::Decimal,
            10: required points: Vec<sample::Point>,
            11: optional bit: Option<bool>,
            12: required people: [Option<Person>; 2],
            30: required last: u8,
        }
        Poor { 1: required first: u8, 30: required last: u8 }
    }
    let inner = Inner {
        x: 1.0,
        y: vec![Some(true)],
    };
    let person = Person {
        name: "n".into(),
        title: None,
        known: true,
    };
    let rich = Rich {
        first: 1,
        numbers: vec![1, 1 << 40],
        bools: vec![true; 11],
        texts: vec![String::new(), "x".into()],
        map: BTreeMap::from([("k".into(), vec![None, Some(inner)])]),
        arrays: [[1, 2], [3, 4], [5, 6]],
        payments: vec![
            Payment::Split(vec![Payment::Person(person.clone())]),
            Payment::Cash,
        ],
        id: sinew::Uuid::NIL,
        price: "-1.5".parse().unwrap(),
        points: vec![
            sample::Point {
                x: 0.0,
                y: 1.0,
                color: [0; 2]
            };
            2
        ],
        bit: Some(true),
        people: [None, Some(person)],
        last: 2,
    };
    assert_eq!(read(&rich), Ok(rich.clone()));
    assert_eq!(read(&rich), Ok(Poor { first: 1, last: 2 }));
}

#[test]
fn errors_name_the_field() {
    let message = encode(&WithOptional { value: None }).unwrap();
    let error = decode::<WithRequired>(&message).unwrap_err();
    assert_eq!(error.place(), Some("WithRequired.value"));
    let text = "a required field is missing at byte 4, in `WithRequired.value`";
    assert_eq!(error.to_string(), text);
}

#[test]
fn least_sizes_are_those_of_real_values() {
    assert_eq!(<Person as Wire>::MIN, 16);
    assert_eq!(<Inner as Wire>::MIN, 72);
    assert_eq!(<[Option<bool>; 9] as Wire>::MIN, 24);
}
