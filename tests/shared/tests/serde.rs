//! What serde's derives make of generated types: the value types of the language are texts, and what has no name is written and not read.

use sinew::{Bytes, Date, Decimal, Duration, Timestamp, Uuid};
use sinew_shared::idl::cases::enums::Suit;
use sinew_shared::idl::cases::scalars::{All, Maybe};
use sinew_shared::idl::cases::unions::Payment;

/// A struct with a field of each scalar type.
fn all() -> All {
    All {
        flag: true,
        a: -1,
        b: -2,
        c: -3,
        d: i64::MIN,
        e: -5,
        f: 6,
        g: 7,
        h: 8,
        i: u64::MAX,
        j: 10,
        k: 0.5,
        l: 0.25,
        m: "text".into(),
        n: Bytes::from_static(&[1, 2]),
        o: Uuid::from_u128(1),
        p: Timestamp::from_nanos(0),
        q: Duration::from_nanos(1_500_000_000),
        r: Decimal::new(1990, 2).expect("it has a scale"),
        s: Date::from_days(0),
    }
}

#[test]
fn scalars_come_back() {
    let text = serde_json::to_string(&all()).expect("it can be written");
    for part in [
        r#""o":"00000000-0000-0000-0000-000000000001""#,
        r#""p":"1970-01-01T00:00:00Z""#,
        r#""q":"1s500ms""#,
        r#""r":"19.90""#,
        r#""s":"1970-01-01""#,
        r#""m":"text""#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(
        serde_json::from_str::<All>(&text).expect("it can be read"),
        all()
    );

    let none: Maybe = serde_json::from_str("{}").expect("all is optional");
    assert_eq!(none.price, None);
}

#[test]
fn texts_that_are_no_values_are_refused() {
    for (text, why) in [
        (r#"{"at":"yesterday"}"#, "expected a timestamp"),
        (r#"{"price":"1e5"}"#, "expected a decimal"),
        (r#"{"price":19.9}"#, "a decimal as a string"),
        (r#"{"day":"2026-02-30"}"#, "expected a date"),
        (r#"{"id":"1"}"#, "expected a uuid"),
    ] {
        let error = serde_json::from_str::<Maybe>(text)
            .expect_err(text)
            .to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn what_has_no_name_is_written_and_not_read() {
    let named = serde_json::to_string(&Suit::Hearts).expect("it can be written");
    assert_eq!(named, r#""Hearts""#);
    let unnamed = serde_json::to_string(&Suit::from(7)).expect("it can be written");
    assert_eq!(unnamed, r#"{"Unrecognized":7}"#);
    assert_eq!(
        serde_json::from_str::<Suit>(&named).expect("it has a name"),
        Suit::Hearts
    );
    let error = serde_json::from_str::<Suit>(&unnamed).expect_err("it has none");
    assert!(
        error.to_string().contains("a number without a name"),
        "{error}"
    );

    let paid: Payment = serde_json::from_str(r#"{"Voucher":"5.00"}"#).expect("it is a payment");
    assert!(matches!(paid, Payment::Voucher(value) if value.to_string() == "5.00"));
    let error = serde_json::from_str::<Payment>(r#"{"Unrecognized":9}"#);
    assert!(error.is_err());
}
