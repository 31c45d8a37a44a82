//! Newtypes, constraints, flags, frozen structs, constants, exceptions and hints.

use super::*;
use sinew::codegen::Exception;

mod newtypes {
    use super::*;
    use cases::newtypes::{Account, Celsius, Consent, Contact, Currency, Digest, Fee, UserId};
    use sinew::Decimal;

    fn account() -> Account {
        let currency = Currency::new("EUR").expect("it is a code");
        Account::new(UserId(7), Consent(true), currency, "word")
    }

    #[test]
    fn a_free_newtype_is_its_inner_value_with_another_name() {
        assert_eq!(u64::from(UserId::from(7)), 7);
        assert_eq!(UserId(7).to_string(), "7");
        let mut account = account();
        account.again = Some(Consent(false));
        account.group = cases::newtypes::Group(vec![UserId(1), UserId(2)]);
        round_trip(&account);
    }

    #[test]
    fn a_constrained_newtype_checks_what_it_is_made_of() {
        assert_eq!(
            Currency::new("EUR").map(Currency::into_inner),
            Ok("EUR".to_owned())
        );
        for wrong in ["EURO", "eur", ""] {
            Currency::new(wrong).expect_err(wrong);
        }
        assert!(Celsius::new(-273.15).is_ok() && Celsius::new(-273.16).is_err());
        assert!(Celsius::new(f64::NAN).is_err());
        assert!(Digest::try_from(vec![1; 4]).is_ok() && Digest::try_from(vec![1; 5]).is_err());
        for right in ["0.1", "0.10", "0.100", "5", "1000", "1000.000"] {
            let fee = right.parse::<Decimal>().map(Fee::new);
            assert!(matches!(fee, Ok(Ok(_))), "{right}");
        }
        for wrong in ["0.09", "0.0999", "1000.01", "-0.1"] {
            let fee = wrong.parse::<Decimal>().map(Fee::new);
            assert!(matches!(fee, Ok(Err(_))), "{wrong}");
        }
        let error = Currency::new("EURO").expect_err("it is too long");
        assert_eq!(
            error.to_string(),
            "`Currency` has length 4, but exactly 3 is required"
        );
    }

    #[test]
    fn fields_are_checked_when_they_are_decoded() {
        assert_eq!(account().validate(), Ok(()));
        let breaks: [fn(&mut Account); 6] = [
            |account| account.quantity = 0,
            |account| account.quantity = 1000,
            |account| account.below = Some(100),
            |account| account.codes = vec!["a".into(), "a".into()],
            |account| account.codes = vec![String::new()],
            |account| account.word = "Word".into(),
        ];
        for (number, break_it) in breaks.into_iter().enumerate() {
            let mut account = account();
            break_it(&mut account);
            account.validate().expect_err(&format!("break {number}"));
            let bytes = encode(&account).expect("it can be encoded");
            let kind = refused::<Account>(&bytes);
            assert!(
                matches!(kind, DecodeErrorKind::Invalid(_)),
                "break {number}: {kind:?}"
            );
        }
    }

    #[test]
    fn the_bound_that_a_decoded_value_breaks_is_named() {
        let said = |break_it: fn(&mut Account)| {
            let mut account = account();
            break_it(&mut account);
            let bytes = encode(&account).expect("it can be encoded");
            let error = decode::<Account>(&bytes).expect_err("it is refused");
            let text = error.to_string();
            let (rule, _) = text.split_once(" at byte ").expect("it says where");
            assert_eq!(error.invalid().map(sinew::Invalid::place), error.place());
            rule.to_owned()
        };
        let range = "the value is out of range";
        assert_eq!(
            said(|account| account.quantity = 1000),
            format!("{range} (at most 999)")
        );
        assert_eq!(
            said(|account| account.quantity = 0),
            format!("{range} (at least 1)")
        );
        assert_eq!(
            said(|account| account.codes = vec!["a".into(), "a".into()]),
            "an element occurs twice"
        );
    }

    #[test]
    fn variants_are_checked_as_well() {
        let bytes = encode(&Contact::Mail {
            address: "x".into(),
        })
        .expect("it can be encoded");
        assert!(matches!(
            refused::<Contact>(&bytes),
            DecodeErrorKind::Invalid(_)
        ));
    }
}

mod flags {
    use super::*;
    use cases::flags::{Access, Entry, Exact, Wide};

    #[test]
    fn flags_are_set_and_taken_away() {
        let mut access = Access::READ;
        access.insert(Access::WRITE);
        assert_eq!(access, Access::ALL);
        access.remove(Access::READ | Access::RUN);
        assert_eq!(access, Access::WRITE);
        access.toggle(Access::ALL);
        assert_eq!(access, Access::READ);
        access.set(Access::RUN, true);
        access.set(Access::READ, false);
        assert_eq!(access, Access::RUN);
        access |= Access::ALL;
        access &= Access::ALL;
        access ^= Access::READ;
        assert_eq!(access, Access::WRITE);
        access -= Access::WRITE;
        assert!(access.is_empty());
    }

    #[test]
    fn operators_are_those_of_sets() {
        let strange = Access::from_bits(0x80);
        assert_eq!((Access::READ | strange) & strange, strange);
        assert_eq!(Access::ALL ^ Access::SEE, Access::WRITE);
        assert_eq!(Access::ALL - Access::SEE, Access::WRITE);
        // What has no name may have one in another version, so nobody asks for it unseen.
        assert_eq!(!(Access::READ | strange), Access::WRITE | Access::RUN);
        assert_eq!(!Exact::A, Exact::B);
        assert_eq!(!Wide::empty(), Wide::TOP);
    }

    #[test]
    fn each_flag_comes_once_and_what_has_no_name_last() {
        let bits = |access: Access| access.iter().map(Access::bits).collect::<Vec<_>>();
        assert_eq!(bits(Access::ALL | Access::RUN), [1, 2, 4]);
        assert_eq!(bits(Access::from_bits(0x91)), [1, 0x90]);
        assert_eq!(bits(Access::empty()), [0; 0]);
        assert_eq!(Wide::TOP.iter().next(), Some(Wide::TOP));
        let all = Access::from_bits(0xFFFF);
        assert_eq!(all.iter().collect::<Access>(), all);
    }

    #[test]
    fn flags_are_sets_of_bits() {
        let both = Access::READ | Access::WRITE;
        assert_eq!(both, Access::ALL);
        assert!(both.contains(Access::READ) && !Access::READ.contains(both));
        assert_eq!(both & Access::READ, both.without(Access::WRITE));
        assert_eq!(format!("{both:?}"), "Access(READ | WRITE)");
        assert_eq!(
            format!("{:?}", Access::from_bits(0x12)),
            "Access(WRITE | 0x10)"
        );
        assert_eq!(Exact::from_bits(4), None);
        assert_eq!((Exact::all().bits(), Access::all().bits()), (3, 7));
        assert!(Access::empty().is_empty() && !both.is_empty());
        assert!(both.intersects(Access::WRITE) && !both.intersects(Access::RUN));
        let entry = Entry {
            all: vec![Access::from_bits(u16::MAX), Access::empty()],
            wide: Some(Wide::TOP),
            ..Entry::new(Exact::A | Exact::B)
        };
        round_trip(&entry);
    }
}

mod frozen {
    use super::*;
    use cases::frozen::{Bits, Cell, Everything, Index, Map, Point, Sign};
    use sinew::{Date, Decimal, Duration, Timestamp, Uuid};

    #[test]
    fn frozen_structs_come_back() {
        let all = Everything {
            flag: true,
            wide: u128::MAX,
            id: Uuid::from_u128(9),
            at: Timestamp::from_nanos(1),
            took: Duration::from_nanos(-1),
            day: Date::from_days(2),
            price: Decimal::new(5, 1).expect("the scale is small"),
            sign: Sign::Minus,
            bits: Bits::A,
            index: Index(3),
            cell: Cell::new(-1, 1),
            grid: [[1, 2], [3, 4], [5, 6]],
            a: i64::MIN,
            b: u64::MAX,
        };
        round_trip(&Map {
            cells: [
                (Cell::new(2, 1), Point::new(0.5, 1.5)),
                (Cell::new(1, 2), all_zero()),
            ]
            .into(),
            all: Some(all),
            ..Map::new(vec![Point::new(1.0, 2.0), all_zero()])
        });
    }

    fn all_zero() -> Point {
        Point::new(0.0, 0.0)
    }
}

mod consts {
    use super::*;
    use cases::consts as constants;

    #[test]
    fn constants_have_their_values() {
        assert_eq!(constants::LEAST64, i64::MIN);
        assert_eq!(constants::TOP, u128::MAX);
        assert_eq!(constants::TINY.to_bits(), 1);
        assert!(constants::MINUS_ZERO.is_sign_negative());
        assert!(constants::NOT_A_NUMBER.is_nan());
        assert_eq!(constants::NEGATIVE, f64::NEG_INFINITY);
        assert_eq!(constants::TEXT, "tab\t quote\" brace{} \\ snowman \u{2603}");
        assert_eq!(constants::MAGIC, [0xca, 0xfe, 0xba, 0xbe]);
        assert_eq!(
            constants::NIL.to_string(),
            "01234567-89ab-cdef-0123-456789abcdef"
        );
        assert_eq!(constants::VAT.to_string(), "0.19");
        assert_eq!(constants::WORDS, ["a", "b"]);
        assert_eq!(constants::AGES["ada"], 36);
        assert_eq!(constants::BOTH.bits(), 3);
        assert_eq!(*constants::ADA, constants::Person::new("Ada"));
        assert_eq!(
            *constants::BOX,
            constants::Shape::Rectangle {
                width: 2.0,
                height: 1.0
            }
        );
        round_trip(&constants::UNIT_CIRCLE);
    }
}

mod exceptions {
    use super::*;
    use cases::exceptions::{Id, Locked, Plain, Silent, State};
    use sinew::{Fault, Retry};

    #[test]
    fn exceptions_say_what_happened() {
        let locked = Locked::new(Id(5), State::Open, "ha");
        assert_eq!(locked.to_string(), "order 5 is Open: {locked} \"ha\"");
        assert_eq!(
            Silent::default().to_string(),
            "nothing to say about {braces}"
        );
        let plain = Plain::new("because");
        assert_eq!(plain.to_string(), "Plain { why: \"because\", code: None }");
        let error: Box<dyn std::error::Error> = Box::new(plain.clone());
        assert!(error.source().is_none());
        round_trip(&locked);
        round_trip(&plain);
    }

    #[test]
    fn exceptions_have_a_class() {
        assert_eq!(
            (Locked::FAULT, Locked::RETRY),
            (Fault::Client, Retry::Never)
        );
        assert_eq!((Plain::FAULT, Plain::RETRY), (Fault::Server, Retry::Safe));
    }
}

mod calls {
    use super::*;
    use cases::shared::notes::KeepError;
    use cases::shared::{Note, Notes, NotesClient, NotesServer, Title};
    use sinew::{Channel, Code, Ctx, Server};

    struct Keeper;

    impl Notes for Keeper {
        async fn keep(&self, _: Ctx, note: Note) -> Result<Note, KeepError> {
            Ok(note)
        }

        async fn title(&self, _: Ctx, of: String) -> Result<String, Status> {
            Ok(of)
        }
    }

    #[tokio::test]
    async fn constraints_are_checked_where_a_request_is_read() {
        let title = Title::new("On rules").expect("it is short");
        let mut note = Note::new(title, Vec::new());
        note.language = "too long a word".to_owned();
        let (here, there) = tokio::io::duplex(1 << 16);
        let server = Server::new().add(NotesServer::new(Keeper));
        tokio::spawn(server.serve_connection(there));
        let apart = NotesClient::new(Channel::over(here));
        match apart.keep(note.clone()).await {
            Err(KeepError::Status(status)) => assert_eq!(status.code(), Code::InvalidArgument),
            other => panic!("{other:?}"),
        }
        let within = NotesClient::new(NotesServer::new(Keeper));
        assert_eq!(
            within.keep(note.clone()).await.expect("nothing is read"),
            note
        );
    }
}

mod hints {
    use super::*;
    use crate::own::Own;
    use cases::hints::{Credential, Custom, Hidden, Login, Renamed};

    #[test]
    fn names_derives_and_types_are_those_of_the_hints() {
        let renamed = Renamed { kind: 1, hidden: 2 };
        let copied = renamed;
        assert_eq!(copied, renamed);
        let custom = Custom {
            shared: "text".into(),
            hashed: [("a".to_owned(), 1)].into(),
            numbers: [3, 1, 2].into(),
        };
        round_trip(&custom);
    }

    #[test]
    fn constraints_hold_for_types_of_a_crate() {
        use cases::replaced::{Choice, Rules};
        let rules = Rules {
            digest: Some(Own(vec![1, 2])),
            grade: Some(Own(9)),
            ..Rules::default()
        };
        round_trip(&rules);
        let broken: [fn(&mut Rules); 6] = [
            |rules| rules.name = Own("abcdef".to_owned()),
            |rules| rules.name = Own("A".to_owned()),
            |rules| rules.digest = Some(Own(vec![1, 2, 3])),
            |rules| rules.grade = Some(Own(10)),
            |rules| rules.numbers = Own(vec![1, 1]),
            |rules| rules.numbers = Own(vec![0]),
        ];
        for breaks in broken {
            let mut rules = rules.clone();
            breaks(&mut rules);
            rules.validate().expect_err("it breaks a rule");
        }
        let named = |name: &str| Choice::Named {
            name: Some(name.into()),
            unit: name.into(),
        };
        assert!(named("abc").validate().is_ok() && named("abcd").validate().is_err());
    }

    #[test]
    fn an_order_that_is_promised_is_that_of_the_wire() {
        use cases::replaced::{Key, Keys};
        let key = |first: &str, second| Key {
            first: Own(first.to_owned()),
            second: Own(second),
        };
        let [one, two] = [key("a", 2), key("b", 1)];
        assert!(one < two);
        round_trip(&Keys {
            counts: [(two.clone(), 1), (one.clone(), 2)].into(),
            keys: [two.clone(), one.clone()].into(),
            hashed: [vec![two], vec![one]].into(),
        });
    }

    #[test]
    fn what_is_sensitive_in_place_is_not_shown() {
        use cases::derives::{Pin, Seed};
        let shown = format!("{:?} {:?}", Pin::new(1234, 3), Seed::new(56));
        assert_eq!(
            shown,
            "Pin { code: [redacted], tries: 3 } Seed { number: [redacted] }"
        );
    }

    #[test]
    fn what_is_sensitive_is_not_shown() {
        let mut login = Login::new("ada", "secret word");
        login.hidden = Some(Hidden::new("secret text"));
        let pair = Credential::Pair {
            user: "ada".into(),
            password: "secret word".into(),
        };
        let shown = format!("{login:?} {pair:?}");
        assert!(
            shown.contains("ada") && shown.contains("[redacted]"),
            "{shown}"
        );
        assert!(!shown.contains("secret"), "{shown}");
    }
}
