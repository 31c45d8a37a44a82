//! Types as the compiler generates them, hand-written: one of each kind.

#![allow(missing_docs, reason = "the schema of each type stands above it")]

use sinew::codegen::{
    self, Decoder, Encoder, Field, Fields, Frozen, FrozenReader, Layout, Message, Plan,
    ReadPayload, Record, Result, Room, Sequence, Shape, ShapeCell, Type, Union, Variant, Wire,
    choose,
};
use sinew::{UnknownValue, UnknownVariant};

/// `struct Person { 1: string name; 2: optional string title; 3: bool known; }`
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub name: String,
    pub title: Option<String>,
    pub known: bool,
}

impl Record for Person {
    const NAME: &'static str = "sample.Person";
    const FIELDS: &'static [Field] = &[
        Field::new::<String>(1, "name"),
        Field::new::<Option<String>>(2, "title"),
        Field::new::<bool>(3, "known"),
    ];

    const HEADER: u32 = 2;

    fn read(&mut self, fields: &mut Fields<'_, '_, '_>) {
        fields.fill(&mut self.name, 1, "Person.name");
        fields.fill_optional(&mut self.title, 2, "Person.title");
        fields.fill(&mut self.known, 3, "Person.known");
    }
}

impl Wire for Person {
    const MIN: u32 = 16;

    codegen::record!();

    fn blank() -> Self {
        Self {
            name: codegen::blank(),
            title: codegen::blank(),
            known: codegen::blank(),
        }
    }

    fn put(&self, out: &mut Encoder) {
        out.header(
            2,
            codegen::bits(&self.title) | codegen::bits(&self.known) << 1,
        );
        out.put(&self.name);
        out.put(&self.title);
        out.put(&self.known);
    }
}

impl Message for Person {
    fn shape() -> &'static Shape {
        static SHAPE: ShapeCell = ShapeCell::new();
        SHAPE.of::<Self>()
    }
}

/// `enum Suit { CLUBS = 0; HEARTS = 2; }`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Suit {
    Clubs,
    Hearts,
    Unrecognized(UnknownValue<u32>),
}

impl Suit {
    pub const fn as_u32(self) -> u32 {
        match self {
            Self::Clubs => 0,
            Self::Hearts => 2,
            Self::Unrecognized(value) => value.get(),
        }
    }
}

impl From<u32> for Suit {
    fn from(value: u32) -> Self {
        match value {
            0 => Self::Clubs,
            2 => Self::Hearts,
            value => Self::Unrecognized(codegen::unknown_value(value)),
        }
    }
}

impl Wire for Suit {
    const MIN: u32 = 8;
    const SEQUENCE: Sequence = <u32 as Wire>::SEQUENCE;

    fn ty() -> Type {
        <u32 as Wire>::ty()
    }

    fn blank() -> Self {
        Self::Clubs
    }

    fn put(&self, out: &mut Encoder) {
        out.put(&self.as_u32());
    }

    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        <u32 as Wire>::get(input, bits).map(Self::from)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        <u32 as Wire>::get_planned(input, plan, bits).map(Self::from)
    }

    fn word(&self) -> u64 {
        self.as_u32().word()
    }

    fn from_word(word: u64, input: &mut Decoder<'_>) -> Result<Self> {
        <u32 as Wire>::from_word(word, input).map(Self::from)
    }
}

/// `frozen struct Point { f32 x; f32 y; array<u8, 2> color; }`
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Point {
    pub x: f32,
    pub y: f32,
    pub color: [u8; 2],
}

impl Frozen for Point {
    const LAYOUT: Layout = Layout::Struct(&[
        <f32 as Frozen>::LAYOUT,
        <f32 as Frozen>::LAYOUT,
        <[u8; 2] as Frozen>::LAYOUT,
    ]);

    fn store(&self, out: &mut Room<'_>) {
        out.put(self.x);
        out.put(self.y);
        out.put(self.color);
    }

    fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
        Ok(Self {
            x: input.get("Point.x")?,
            y: input.get("Point.y")?,
            color: input.get("Point.color")?,
        })
    }
}

impl Wire for Point {
    const MIN: u32 = 80;

    fn ty() -> Type {
        Type::frozen::<Self>()
    }

    fn blank() -> Self {
        Self {
            x: codegen::blank(),
            y: codegen::blank(),
            color: codegen::blank(),
        }
    }

    fn put(&self, out: &mut Encoder) {
        out.frozen(self);
    }

    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        input.frozen()
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, _: u64) -> Result<Self> {
        input.frozen_planned(plan)
    }

    fn put_all(values: &[Self], out: &mut Encoder) {
        out.frozen_all(values);
    }

    fn fill_all(values: &mut Vec<Self>, input: &mut Decoder<'_>, count: usize) -> Result<()> {
        input.frozen_all(values, count)
    }
}

/// `union Payment { 1: cash; 2: Person person; 3: wire { 1: string iban; 2: optional bool fast; } 4: list<Payment> split; }`
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Payment {
    Cash,
    Person(Person),
    Wire { iban: String, fast: Option<bool> },
    Split(Vec<Payment>),
    Unrecognized(UnknownVariant),
}

impl Union for Payment {
    const NAME: &'static str = "sample.Payment";
    const VARIANTS: &'static [Variant] = &[
        Variant::unit(1, "cash"),
        Variant::new::<Person>(2, "person"),
        Variant::record(
            3,
            "wire",
            &[
                Field::new::<String>(1, "iban"),
                Field::new::<Option<bool>>(2, "fast"),
            ],
        ),
        Variant::new::<Vec<Payment>>(4, "split"),
    ];
    const NESTED: bool = true;

    fn choose(&mut self, id: u16) -> bool {
        match id {
            1 => choose(self, || Self::Cash),
            2 => choose(self, || Self::Person(codegen::blank())),
            3 => choose(self, || Self::Wire {
                iban: codegen::blank(),
                fast: codegen::blank(),
            }),
            4 => choose(self, || Self::Split(codegen::blank())),
            _ => choose(self, || Self::Unrecognized(UnknownVariant::blank())),
        }
    }

    fn read(&mut self, payload: ReadPayload<'_, '_>) -> Result<()> {
        match self {
            Self::Cash => payload.unit(),
            Self::Person(value) => payload.fill(value, "Payment.person"),
            Self::Wire { iban, fast } => payload.fields("Payment.wire", 2, |fields| {
                fields.fill(iban, 1, "Payment.wire.iban");
                fields.fill_optional(fast, 2, "Payment.wire.fast");
            }),
            Self::Split(value) => payload.fill(value, "Payment.split"),
            Self::Unrecognized(unknown) => payload.keep(unknown),
        }
    }
}

impl Wire for Payment {
    const MIN: u32 = 16;

    codegen::union!();

    fn blank() -> Self {
        Self::Unrecognized(UnknownVariant::blank())
    }

    fn put(&self, out: &mut Encoder) {
        out.nested(|out| match self {
            Self::Cash => out.unit::<Self>(1),
            Self::Person(value) => out.variant::<Self, _>(2, value),
            Self::Wire { iban, fast } => out.variant_with::<Self>(3, |out| {
                out.header(2, codegen::bits(fast));
                out.put(iban);
                out.put(fast);
            }),
            Self::Split(value) => out.variant::<Self, _>(4, value),
            Self::Unrecognized(unknown) => out.unrecognized(unknown),
        });
    }
}

impl Message for Payment {
    fn shape() -> &'static Shape {
        static SHAPE: ShapeCell = ShapeCell::new();
        SHAPE.of::<Self>()
    }
}
