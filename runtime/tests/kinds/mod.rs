//! Types that hold every kind of value, and values of them at the ends of their ranges.

#![allow(dead_code, reason = "each suite uses a part")]

use crate::record::record;
use crate::sample::{Payment, Person, Point, Suit};
use sinew::{Date, Decimal, Duration, Timestamp, Uuid};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

record! {
    Scalars {
        1: required a: bool,
        2: required b: u8,
        3: required c: i8,
        4: required d: u16,
        5: required e: i16,
        6: required f: u32,
        7: required g: i32,
        8: required h: u64,
        9: required i: i64,
        10: required j: u128,
        11: required k: i128,
        12: required l: f32,
        13: required m: f64,
        14: required n: String,
        15: required o: Vec<u8>,
        16: required p: Uuid,
        17: required q: Timestamp,
        18: required r: Duration,
        19: required s: Date,
        20: required t: Decimal,
        21: required u: Suit,
        22: required v: Point,
    }
    Containers {
        1: required a: Vec<bool>,
        2: required b: Vec<u32>,
        3: required c: Vec<i64>,
        4: required d: Vec<Suit>,
        5: required e: Vec<Option<bool>>,
        6: required f: Vec<Option<String>>,
        7: required g: BTreeSet<String>,
        8: required h: BTreeMap<i32, bool>,
        9: required i: BTreeMap<bool, Option<u16>>,
        10: required j: [bool; 3],
        11: required k: [u32; 2],
        12: optional l: Option<Vec<Vec<u16>>>,
        13: required m: Vec<Point>,
        14: required n: Vec<f64>,
        15: required o: Vec<Empty>,
        16: required p: HashMap<String, u8>,
        17: required q: HashSet<u64>,
        18: required r: Box<Person>,
        19: required s: BTreeSet<u64>,
    }
    Empty {}
    Payments { 1: required first: Payment, 2: required others: Vec<Payment> }
    Tiny { 1: required a: u8 }
}

pub(crate) fn scalars(edge: bool) -> Scalars {
    let pick = |low: i64, high: i64| if edge { low } else { high };
    Scalars {
        a: edge,
        b: pick(0, 255) as u8,
        c: pick(-128, 127) as i8,
        d: pick(0, 65_535) as u16,
        e: pick(-32_768, 32_767) as i16,
        f: pick(0, u32::MAX.into()) as u32,
        g: pick(i32::MIN.into(), i32::MAX.into()) as i32,
        h: pick(0, -1) as u64,
        i: pick(i64::MIN, i64::MAX),
        j: u128::MAX * u128::from(edge),
        k: if edge { i128::MIN } else { i128::MAX },
        l: if edge { -0.0 } else { f32::INFINITY },
        m: if edge { f64::MIN_POSITIVE } else { f64::MAX },
        n: if edge {
            String::new()
        } else {
            "grün \u{10ffff}".into()
        },
        o: if edge { Vec::new() } else { vec![0, 255] },
        p: Uuid::from_u128(u128::MAX * u128::from(edge)),
        q: Timestamp::from_nanos(pick(i64::MIN, i64::MAX)),
        r: Duration::from_nanos(pick(0, -1)),
        s: Date::from_days(pick(i32::MIN.into(), i32::MAX.into()) as i32),
        t: Decimal::new(if edge { i128::MIN } else { 0 }, 28).expect("28 is allowed"),
        u: Suit::from(pick(2, 900) as u32),
        v: Point {
            x: 1.5,
            y: -2.5,
            color: [0, 255],
        },
    }
}

pub(crate) fn person() -> Person {
    Person {
        name: "Ada".into(),
        title: Some("Dr".into()),
        known: true,
    }
}

pub(crate) fn containers() -> Containers {
    Containers {
        a: vec![true, false, true, true, false, true, true, true, true],
        b: vec![1, 70_000],
        c: vec![-1, i64::MIN],
        d: vec![Suit::Hearts, Suit::from(300)],
        e: vec![None, Some(true), Some(false)],
        f: vec![None, Some("x".into())],
        g: BTreeSet::from(["a".into(), "b".into()]),
        h: BTreeMap::from([(-1, true), (1, false)]),
        i: BTreeMap::from([(false, None), (true, Some(3))]),
        j: [true, false, true],
        k: [0, u32::MAX],
        l: Some(vec![vec![], vec![1, 2]]),
        m: vec![Point {
            x: 0.0,
            y: 1.0,
            color: [1, 2],
        }],
        n: vec![0.5, f64::INFINITY],
        o: vec![Empty {}, Empty {}],
        p: HashMap::from([("k".into(), 1), ("l".into(), 2)]),
        q: HashSet::from([5, 9]),
        r: Box::new(person()),
        s: BTreeSet::from([256, 257]),
    }
}

pub(crate) fn payments() -> Payments {
    let wire = Payment::Wire {
        iban: "DE".into(),
        fast: Some(true),
    };
    Payments {
        first: Payment::Split(vec![wire, Payment::Cash]),
        others: vec![Payment::Person(person()), Payment::Cash],
    }
}
