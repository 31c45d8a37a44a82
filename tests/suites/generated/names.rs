//! What values of enums and flags are called, for people and for command lines.

use super::*;
use cases::enums::{Nothing, Suit, Ternary};
use cases::flags::{Access, Exact, Wide};

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

#[test]
fn flags_print_and_parse_as_their_names_with_what_has_none() {
    for (flags, text) in [
        (Access::READ, "READ"),
        (Access::ALL, "READ | WRITE"),
        (Access::RUN, "EXECUTE"),
        (Access::empty(), "0x0"),
        (Access::from_bits(0x80), "0x80"),
        (Access::READ | Access::from_bits(0x8080), "READ | 0x8080"),
        (
            Access::from_bits(u16::MAX),
            "READ | WRITE | EXECUTE | 0xfff8",
        ),
    ] {
        assert_eq!(
            (flags.to_string().as_str(), text.parse()),
            (text, Ok(flags))
        );
        assert_eq!(format!("{flags:?}"), format!("Access({text})"));
    }
    assert_eq!(
        (Exact::NONE.to_string().as_str(), "NONE".parse()),
        ("NONE", Ok(Exact::NONE))
    );
    assert_eq!(
        (Wide::TOP.to_string().as_str(), "TOP".parse()),
        ("TOP", Ok(Wide::TOP))
    );
    assert_eq!(
        format!("{:<8}|{:>3}|", Access::READ, Exact::A),
        "READ    |  A|"
    );
}

#[test]
fn flags_are_read_as_people_write_them() {
    for text in [
        "WRITE|READ",
        " READ  | WRITE ",
        "ALL",
        "SEE | ALL",
        "3",
        "0x1 | WRITE",
        "READ | 2",
    ] {
        assert_eq!(text.parse(), Ok(Access::ALL), "{text}");
    }
    let names: Vec<&str> = Access::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["READ", "WRITE", "ALL", "SEE", "EXECUTE"]);
}

#[test]
fn flags_that_there_are_not_are_refused() {
    for text in [
        "",
        "read",
        "READ |",
        "READ,WRITE",
        "65536",
        "0x10000",
        "-1",
        "0x",
        "340282366920938463463374607431768211456",
    ] {
        let refused = text.parse::<Access>().expect_err("these are no flags");
        assert_eq!(
            refused.to_string(),
            format!("{text:?} is not a value of `cases.flags.Access`")
        );
    }
    let refused = "A | 0x4".parse::<Exact>().expect_err("they are closed");
    assert_eq!(
        refused.to_string(),
        "5 is not a value of `cases.flags.Exact`"
    );
}
