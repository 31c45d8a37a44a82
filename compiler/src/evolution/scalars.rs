//! Scalar types: which of them can read values of which others.

use super::effect::{Effect, Harm};
use crate::diagnostics::Code;
use crate::schema::Scalar;

/// How many values of a scalar a reader of another one understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Every value.
    All,
    /// Those that fit.
    Fitting,
    /// None: the encodings differ.
    Nothing,
}

/// The change from `old` to `new`, if there is one: its code, effect and reason.
pub(super) fn change(old: Scalar, new: Scalar) -> Option<(Code, Effect, String)> {
    if old == new {
        return None;
    }
    let (o, n) = (old.word(), new.word());
    let backward = match reads(new, old) {
        Reading::All => Harm::Nothing,
        Reading::Fitting | Reading::Nothing => Harm::Breaks,
    };
    let forward = match reads(old, new) {
        Reading::All => Harm::Nothing,
        Reading::Fitting => Harm::Limits,
        Reading::Nothing => Harm::Breaks,
    };
    let effect = Effect::on_wire(backward, forward).and_source();
    let differs = effect
        .and(Effect::on_wire(Harm::Differs, Harm::Differs))
        .in_json(Harm::Breaks, Harm::Breaks);
    Some(match (old, new) {
        (Scalar::String, Scalar::Bytes) => {
            let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source();
            let effect = effect.in_json(Harm::Breaks, Harm::Corrupts);
            (
                Code::TextToBytes,
                effect,
                "old code refuses bytes that are not UTF-8".to_owned(),
            )
        }
        (Scalar::Bytes, Scalar::String) => {
            let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
            let effect = effect.in_json(Harm::Corrupts, Harm::Breaks);
            (
                Code::BytesToText,
                effect,
                "new code refuses bytes that are not UTF-8".to_owned(),
            )
        }
        (_, _) => match widths(old, new) {
            Some((before, after)) if before < after => {
                (Code::WiderInteger, effect, why("old", old, new))
            }
            Some(_) => (Code::NarrowerInteger, effect, why("new", new, old)),
            None if kind(old) == kind(new) => (
                Code::OtherMeaning,
                differs,
                format!("`{o}` and `{n}` have the same bytes"),
            ),
            None => (
                Code::OtherScalar,
                effect,
                format!("`{o}` and `{n}` are written in different ways"),
            ),
        },
    })
}

/// The widths of two integer types, if both or neither are signed.
fn widths(old: Scalar, new: Scalar) -> Option<(u32, u32)> {
    let (old, new) = (old.integer()?, new.integer()?);
    (old.0 == new.0).then_some((old.1, new.1))
}

fn reads(reader: Scalar, writer: Scalar) -> Reading {
    match (kind(reader), kind(writer)) {
        (read, written) if read == written => match bits(reader) >= bits(writer) {
            true => Reading::All,
            false => Reading::Fitting,
        },
        (Kind::U16 | Kind::Uint | Kind::U128, Kind::U8)
        | (Kind::Uint | Kind::U128, Kind::U16)
        | (Kind::U128, Kind::Uint)
        | (Kind::I16 | Kind::Int | Kind::I128, Kind::I8)
        | (Kind::Int | Kind::I128, Kind::I16)
        | (Kind::I128, Kind::Int) => Reading::All,
        (_, _) => Reading::Nothing,
    }
}

/// How a scalar is encoded. Scalars of one kind differ in their width only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    U8,
    U16,
    Uint,
    U128,
    I8,
    I16,
    Int,
    I128,
    F32,
    F64,
    String,
    Bytes,
    Uuid,
    Decimal,
}

fn kind(scalar: Scalar) -> Kind {
    match scalar {
        Scalar::Bool => Kind::Bool,
        Scalar::I8 => Kind::I8,
        Scalar::I16 => Kind::I16,
        Scalar::I32 | Scalar::I64 | Scalar::Timestamp | Scalar::Duration | Scalar::Date => {
            Kind::Int
        }
        Scalar::I128 => Kind::I128,
        Scalar::U8 => Kind::U8,
        Scalar::U16 => Kind::U16,
        Scalar::U32 | Scalar::U64 => Kind::Uint,
        Scalar::U128 => Kind::U128,
        Scalar::F32 => Kind::F32,
        Scalar::F64 => Kind::F64,
        Scalar::String => Kind::String,
        Scalar::Bytes => Kind::Bytes,
        Scalar::Uuid => Kind::Uuid,
        Scalar::Decimal => Kind::Decimal,
    }
}

/// Whether values of two scalars have the same size and encoding in a frozen struct.
pub(super) fn is_same_size(old: Scalar, new: Scalar) -> bool {
    kind(old) == kind(new) && bits(old) == bits(new)
}

/// The width in bits among scalars of the same kind.
fn bits(scalar: Scalar) -> u32 {
    match scalar {
        Scalar::I32 | Scalar::U32 | Scalar::Date => 32,
        _ => 64,
    }
}

/// Why the version with the narrower type cannot read all values of the wider one.
fn why(version: &str, narrow: Scalar, wide: Scalar) -> String {
    let (n, w) = (narrow.word(), wide.word());
    match reads(narrow, wide) {
        Reading::All | Reading::Fitting => {
            format!("{version} code refuses numbers that do not fit `{n}`")
        }
        Reading::Nothing => {
            format!("{version} code refuses every `{w}`: it is written in another way than `{n}`")
        }
    }
}
