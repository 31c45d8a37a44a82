//! Structs, enums, unions and containers: what they are made of, and that they come back.

use super::*;

mod structs {
    use super::*;
    use cases::structs::{
        Empty, Person, Settings, Shipment, ShipmentRequired, Shuffled, Wide, Wrapped,
        WrappedRequired,
    };

    #[test]
    fn new_takes_what_is_required() {
        let person = Person::new("Ada", true);
        assert_eq!(person.name, "Ada");
        assert_eq!(person.title, None);
        assert_eq!(person.age, 18);
        round_trip(&person);
    }

    #[test]
    fn much_that_is_required_has_names() {
        let shipment = Shipment {
            note: Some("fragile".into()),
            ..Shipment::new(ShipmentRequired {
                from: "Bern".into(),
                to: "Oslo".into(),
                parcels: 2,
                grams: 900,
                route: vec!["Kiel".into()],
                sender: Person::new("Ada", true),
                insured: true,
                r#type: 1,
            })
        };
        assert_eq!((shipment.parcels, shipment.attempts), (2, 3));
        round_trip(&shipment);
        let wrapped: Wrapped<u8, String> = Wrapped::new(WrappedRequired {
            a: 1,
            b: 2,
            c: 3,
            d: 4,
            e: 5,
            f: 6,
            g: [("x".to_owned(), vec![7])].into(),
            h: "secret".into(),
        });
        assert_eq!(wrapped.i, None);
        round_trip(&wrapped);
    }

    #[test]
    fn defaults_are_those_of_the_schema() {
        let settings = Settings::default();
        assert_eq!(settings.verbose, None);
        assert_eq!(settings.retries, -3);
        assert_eq!(settings.tags, [""; 0]);
        assert_eq!(settings.owner, Person::new("root", true));
        round_trip(&settings);
        round_trip(&Empty::default());
    }

    #[test]
    fn order_is_that_of_the_ids() {
        let of = |first: &str, third: &str| Shuffled::new(third, first, 0);
        assert!(of("a", "z") < of("b", "a"));
        round_trip(&of("a", "z"));
        round_trip(&Wide {
            a: 1,
            b: 2,
            c: 3,
            d: 4,
            e: 5,
            f: 6,
            g: 7,
            h: 8,
        });
    }
}

mod scalars {
    use super::*;
    use cases::scalars::{All, Maybe};
    use sinew::{Date, Decimal, Duration, Timestamp, Uuid};

    #[test]
    fn every_scalar_comes_back() {
        let decimal = Decimal::new(-1990, 2).expect("the scale is small");
        round_trip(&All {
            flag: true,
            a: i8::MIN,
            b: i16::MIN,
            c: i32::MIN,
            d: i64::MIN,
            e: i128::MIN,
            f: u8::MAX,
            g: u16::MAX,
            h: u32::MAX,
            i: u64::MAX,
            j: u128::MAX,
            k: f32::MIN_POSITIVE,
            l: -0.0,
            m: "snow \u{2603}".into(),
            n: vec![0, 255],
            o: Uuid::from_u128(7),
            p: Timestamp::from_nanos(-1),
            q: Duration::from_nanos(i64::MAX),
            r: decimal,
            s: Date::from_days(-719_162),
        });
        round_trip(&Maybe::default());
        round_trip(&Maybe {
            flag: Some(false),
            text: Some(String::new()),
            price: Some(decimal),
            ..Maybe::default()
        });
    }

    #[test]
    fn headers_may_be_longer_than_a_word() {
        let mut many = cases::headers::Many {
            b1: true,
            b63: true,
            last: true,
            ..decode(&encode(&none()).expect("it can be encoded")).expect("it can be decoded")
        };
        round_trip(&many);
        for across in [Some(true), Some(false), None] {
            many.across = across;
            round_trip(&many);
        }
    }

    fn none() -> cases::headers::Many {
        let bytes = [0_u8; 9];
        let shape = <cases::headers::Many as Message>::shape();
        let peer = sinew::PeerShape::parse(shape.head()).expect("it is a shape");
        let limits = sinew::DecodeLimits::default();
        peer.decode(&bytes, &limits)
            .expect("all is absent or false")
    }
}

mod enums {
    use super::*;
    use cases::enums::{Backwards, Extreme, Hand, Huge, Suit, Ternary};

    #[test]
    fn numbers_and_names_belong_together() {
        assert_eq!(Suit::from(2), Suit::Hearts);
        assert_eq!(Suit::Hearts.as_u32(), 2);
        assert_eq!(Suit::SWORDS, Suit::Spades);
        assert_eq!(Extreme::from(i64::MIN), Extreme::Least);
        assert_eq!(Huge::Top.as_u128(), u128::MAX);
        assert_eq!(Ternary::try_from(-1), Ok(Ternary::No));
    }

    #[test]
    fn unknown_numbers_are_kept_or_refused() {
        let unknown = Suit::from(77);
        assert!(matches!(unknown, Suit::Unrecognized(number) if number.get() == 77));
        assert_eq!(unknown.as_u32(), 77);
        let invalid = Ternary::try_from(5).expect_err("5 has no name");
        assert_eq!(
            invalid.to_string(),
            "5 is not a value of `cases.enums.Ternary`"
        );
    }

    #[test]
    fn order_is_that_of_the_numbers() {
        assert!(Suit::from(1) < Suit::Hearts && Suit::Clubs < Suit::from(1));
        assert!(Backwards::First < Backwards::Last);
    }

    #[test]
    fn enums_travel_in_containers() {
        let hand = Hand {
            suits: vec![Suit::Spades, Suit::from(u32::MAX)],
            counts: [(Suit::from(9), 1), (Suit::Clubs, 2)].into(),
            answers: [Ternary::Yes, Ternary::No].into(),
            maybe: Some(Ternary::Maybe),
            ..Hand::new(
                Suit::Hearts,
                Vec::new(),
                Default::default(),
                Default::default(),
            )
        };
        assert_eq!(hand.trump, Suit::Spades);
        round_trip(&hand);
    }
}

mod containers {
    use super::*;
    use cases::containers::{Everything, Pair};

    #[test]
    fn containers_nest() {
        round_trip(&Everything {
            numbers: vec![i32::MIN, 0, i32::MAX],
            words: vec![vec![], vec!["a".into(), String::new()]],
            names: ["b".into(), "a".into()].into(),
            table: [("x".into(), [(1, true), (2, false)].into())].into(),
            bits: vec![true; 9],
            holes: vec![None, Some("x".into()), None],
            rows: [("r".into(), vec![Some(-1), None])].into(),
            odd: [(vec![1, 2], [3, -3].into()), (vec![], [].into())].into(),
            reals: Some(vec![1.5, f64::INFINITY]),
            hash: [7; 32],
            maybe: [None, Some(true), Some(false)],
            pairs: vec![Pair::new("left")],
            mirrored: [(Pair::new("a"), Pair::new("b"))].into(),
        });
    }
}

mod unions {
    use super::*;
    use cases::unions::{Answer, Card, Order, Payment, Swapped};

    #[test]
    fn every_kind_of_variant_comes_back() {
        let transfer = Payment::Transfer {
            iban: "DE00".into(),
            bic: None,
            urgent: true,
        };
        let card = Payment::Card(Card::new("1", true));
        let split = Payment::Split(vec![Payment::Cash, transfer.clone(), card.clone()]);
        for payment in [Payment::Cash, transfer, card, split] {
            round_trip(&payment);
            round_trip(&Order {
                answer: Some(Answer::YesOrNo(true)),
                answers: [(Swapped::Both { b: 1, a: 2 }, Answer::Other("x".into()))].into(),
                tried: [payment.clone(), Payment::Cash].into(),
                ..Order::new(payment)
            });
        }
    }

    #[test]
    fn order_is_that_of_the_ids() {
        let small = Swapped::Both { b: 9, a: 1 };
        let large = Swapped::Both { b: 1, a: 2 };
        assert!(Swapped::One < Swapped::Two && Swapped::Two < small && small < large);
        assert!(Payment::Voucher(decimal()) < Payment::Split(vec![]));
    }

    fn decimal() -> sinew::Decimal {
        sinew::Decimal::new(1, 0).expect("the scale is small")
    }
}

mod recursion {
    use super::*;
    use cases::recursion::{Branch, Expr, Maybe, Node, Same};

    #[test]
    fn types_may_contain_themselves() {
        let leaf = Node::new("leaf");
        let node = Node {
            next: Some(Box::new(leaf.clone())),
            children: vec![leaf],
            ..Node::new("root")
        };
        round_trip(&node);
        round_trip(&Expr::Sum {
            left: Box::new(Expr::Number(1)),
            right: Box::new(Expr::Negated(Box::new(Expr::Product(vec![Expr::Number(
                2,
            )])))),
        });
    }

    #[test]
    fn arrays_and_generic_types_may_come_back_to_the_type_around_them() {
        let leaf = || {
            let (graft, twin) = (Maybe { value: None }, Same { value: None });
            Branch::new([None, None], graft, twin)
        };
        let branch = Branch::new(
            [None, Some(leaf())],
            Maybe {
                value: Some(leaf()),
            },
            Same {
                value: Some(leaf()),
            },
        );
        round_trip(&branch);
    }

    #[test]
    fn values_that_are_too_deep_are_refused() {
        let deep = (0..100).fold(Expr::Number(0), |inner, _| Expr::Negated(Box::new(inner)));
        assert_eq!(encode(&deep), Err(sinew::EncodeError::Depth));
    }
}

mod generics {
    use super::*;
    use cases::generics::{Outcome, Page, Pair, Tree, Uses};

    #[test]
    fn arguments_bring_their_header_bits() {
        for (first, second) in [(true, Some(false)), (false, None), (true, Some(true))] {
            round_trip(&Pair {
                first,
                second,
                third: true,
            });
        }
        round_trip(&Pair::<_, u8>::new("text".to_owned(), false));
        round_trip(&Outcome::<u32, String>::Both {
            ok: 1,
            err: Some("x".into()),
        });
    }

    #[test]
    fn generic_types_nest() {
        let page = Page {
            items: vec!["a".to_owned()],
            next: None,
        };
        let uses = Uses::new(
            page,
            Pair::new(true, false),
            Pair::new("deep".into(), true),
            Outcome::Err("no".into()),
            Tree {
                mirror: Some(Box::new(Tree::new(None))),
                ..Tree::new(Some(1))
            },
            Page::new(vec![]),
        );
        round_trip(&uses);
    }
}
