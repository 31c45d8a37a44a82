//! What values of enums are called, for people and for command lines.

use super::*;
use cases::enums::{Nothing, Suit, Ternary};

#[test]
fn values_print_and_parse_as_their_names_in_the_schema() {
    assert_eq!(
        (Suit::Hearts.name(), Ternary::Maybe.name()),
        (Some("HEARTS"), "MAYBE")
    );
    assert_eq!(
        format!("{:<8}|{:>4}|", Suit::Clubs, Ternary::No),
        "CLUBS   |  NO|"
    );
    for (name, suit) in Suit::NAMES {
        assert_eq!(name.parse(), Ok(*suit));
    }
    for (name, answer) in Ternary::NAMES {
        assert_eq!((answer.to_string().as_str(), answer.name()), (*name, *name));
        assert_eq!(name.parse(), Ok(*answer));
    }
}

#[test]
fn a_second_name_is_read_and_not_written() {
    assert_eq!("SWORDS".parse(), Ok(Suit::Spades));
    assert_eq!(Suit::SWORDS.to_string(), "SPADES");
    assert_eq!(Suit::NAMES.last(), Some(&("SWORDS", Suit::Spades)));
}

#[test]
fn a_number_stands_for_its_value_and_prints_where_it_has_no_name() {
    let unknown = Suit::from(9);
    assert_eq!(
        (unknown.name(), unknown.to_string()),
        (None, "9".to_owned())
    );
    assert_eq!("9".parse(), Ok(unknown));
    assert_eq!("2".parse(), Ok(Suit::Hearts));
    assert_eq!("-1".parse(), Ok(Ternary::No));
    assert_eq!(
        (Nothing::NAMES, "0".parse()),
        (&[][..], Ok(Nothing::from(0)))
    );
}

#[test]
fn what_is_neither_a_name_nor_a_number_is_refused() {
    for (text, why) in [
        ("hearts", r#""hearts" is not a value of `cases.enums.Suit`"#),
        ("", r#""" is not a value of `cases.enums.Suit`"#),
        (
            "4294967296",
            r#""4294967296" is not a value of `cases.enums.Suit`"#,
        ),
    ] {
        let refused = text.parse::<Suit>().expect_err("it is no suit");
        assert_eq!(refused.to_string(), why);
    }
    let refused = "7".parse::<Ternary>().expect_err("it is closed");
    assert_eq!(
        refused.to_string(),
        "7 is not a value of `cases.enums.Ternary`"
    );
}
