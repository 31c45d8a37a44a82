//! The types of a checked schema in terms of the wire format: without aliases and newtypes, with generics instantiated,
//! and with constraints at the types where they are checked.

mod build;
mod constrained;
mod defaults;
mod methods;
mod names;
mod recursion;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sinew_compiler::diagnostics::render::{Format, Options, render};
use sinew_compiler::schema::Number;
use sinew_compiler::source::MemoryLoader;

pub use constrained::Constraint;
pub use names::NoType;

use crate::value::Value;

/// All types that structs, exceptions, unions and methods of a schema use.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Structs, exceptions, parameters of methods, and the fields of struct variants.
    pub records: Vec<Record>,
    /// Unions, and replies of methods.
    pub unions: Vec<Union>,
    /// The types that can be messages, by full name.
    names: BTreeMap<String, Type>,
    /// The kinds of all other declarations, by full name.
    others: BTreeMap<String, &'static str>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`
    Bool,
    /// Unsigned integers, by bytes.
    Unsigned(usize),
    /// Signed integers, by bytes.
    Signed(usize),
    /// `timestamp`: nanoseconds since 1970.
    Timestamp,
    /// `duration`: nanoseconds.
    Duration,
    /// `date`: days since 1970.
    Date,
    /// An enum or flags.
    Enum(Arc<Enum>),
    /// Floats, by bytes.
    Float(usize),
    /// `string`
    Text,
    /// `bytes`
    Bytes,
    /// `uuid`
    Uuid,
    /// `decimal`
    Decimal,
    /// `optional T`
    Optional(Box<Type>),
    /// `list<T>`
    List(Box<Type>),
    /// `set<T>`
    Set(Box<Type>),
    /// `map<K, V>`
    Map(Box<Type>, Box<Type>),
    /// `array<T, N>`
    Array(u32, Box<Type>),
    /// A frozen struct.
    Frozen(Arc<Frozen>),
    /// The struct with this number.
    Record(usize),
    /// The union with this number.
    Union(usize),
    /// A type with constraints on its values.
    Constrained(Box<Type>, Arc<[Constraint]>),
}

/// An enum or flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// `namespace.Name`
    pub name: String,
    /// The integer type of its values.
    pub base: Type,
    /// Whether unknown numbers are refused.
    pub closed: bool,
    /// Whether its values are bits that can be combined.
    pub flags: bool,
    /// Names and numbers as declared. If two names have one number, the first is printed.
    pub values: Vec<(String, Number)>,
}

/// A frozen struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// `namespace.Name`
    pub name: String,
    /// Names and types of its members, in order of declaration.
    pub members: Vec<(String, Type)>,
}

/// A struct.
#[derive(Clone, Debug)]
pub struct Record {
    /// `namespace.Name`, and the variant or method if it belongs to one.
    pub name: String,
    /// Its fields by ascending id.
    pub fields: Vec<Field>,
    /// Whether its values count towards the nesting limit.
    pub recursive: bool,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its id.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The value for a reader if the writer does not have the field.
    pub default: Option<Value>,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// `namespace.Name`, or the method if it is a reply.
    pub name: String,
    /// Whether unknown variants are refused.
    pub closed: bool,
    /// Its variants by ascending id.
    pub variants: Vec<Variant>,
    /// Whether its values count towards the nesting limit.
    pub recursive: bool,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its id.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Its payload; a struct for variants with fields of their own or none.
    pub ty: Type,
}

/// Why a schema is invalid: a line for each error and warning, `schema.idl:3:8: error[E0201]: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSchema(String);

impl fmt::Display for BadSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadSchema {}

impl Schema {
    /// The variant of a value of the union `ty`, and its payload. `None` for unknown variants and for other types.
    pub fn variant<'v>(&'v self, ty: &Type, value: &'v Value) -> Option<(&'v Variant, &'v Value)> {
        let (Type::Union(union), Value::Variant(id, inner)) = (ty, value) else {
            return None;
        };
        let variants = &self.unions.get(*union)?.variants;
        let variant = variants.iter().find(|variant| variant.id == *id)?;
        Some((variant, inner))
    }

    /// Compiles a schema that imports nothing.
    ///
    /// # Errors
    /// If the text has errors: the compiler's messages.
    pub fn of_text(text: &str) -> Result<Self, BadSchema> {
        let mut loader = MemoryLoader::default();
        loader.insert("schema.idl", text);
        let checked = sinew_compiler::check(&loader, &["schema.idl".to_owned()]);
        let checked = checked.map_err(|error| BadSchema(error.to_string()))?;
        match checked.schema {
            Some(schema) => Ok(Self::of(&schema)),
            None => {
                let options = Options {
                    format: Format::Short,
                    ..Options::default()
                };
                let said = render(&checked.sources, &checked.diagnostics, &options);
                Err(BadSchema(said.trim_end().to_owned()))
            }
        }
    }

    /// A type as the language spells it, with full names.
    pub fn spell<'s>(&'s self, ty: &'s Type) -> impl fmt::Display + 's {
        Spelled { schema: self, ty }
    }
}

impl Type {
    /// The type without its constraints.
    pub fn unconstrained(&self) -> &Self {
        match self {
            Self::Constrained(ty, _) => ty.unconstrained(),
            ty => ty,
        }
    }
}

impl Enum {
    /// Whether a number, or a combination of bits, is allowed.
    pub fn allows(&self, number: Number) -> bool {
        match (self.closed, self.flags) {
            (false, _) => true,
            (true, true) => number.bits() & !self.bits() == 0,
            (true, false) => self.values.iter().any(|(_, known)| *known == number),
        }
    }

    /// The name of a number; the first one if there are several.
    pub fn name_of(&self, number: Number) -> Option<&str> {
        let mut values = self.values.iter();
        let value = values.find(|(_, known)| *known == number);
        value.map(|(name, _)| name.as_str())
    }

    /// A number as a value of this type.
    pub fn value(&self, number: Number) -> Value {
        match (&self.base, number) {
            (Type::Signed(_), Number::Int(number)) => Value::Signed(number),
            (_, number) => Value::Unsigned(number.bits()),
        }
    }

    /// The names of the flags that are set in a number, and the bits that have no name.
    pub(crate) fn split(&self, number: Number) -> (Vec<&str>, u128) {
        let mut rest = number.bits();
        let mut names = Vec::new();
        for (name, bit) in &self.values {
            let bit = bit.bits();
            if bit.is_power_of_two() && rest & bit != 0 {
                rest &= !bit;
                names.push(name.as_str());
            }
        }
        (names, rest)
    }

    /// All bits that have names.
    pub fn bits(&self) -> u128 {
        let numbers = self.values.iter().map(|(_, number)| number.bits());
        numbers.fold(0, |bits, number| bits | number)
    }
}

struct Spelled<'s> {
    schema: &'s Schema,
    ty: &'s Type,
}

impl fmt::Display for Spelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spell = |ty| Spelled {
            schema: self.schema,
            ty,
        };
        match self.ty {
            Type::Bool => f.write_str("bool"),
            Type::Unsigned(size) => write!(f, "u{}", 8 * size),
            Type::Signed(size) => write!(f, "i{}", 8 * size),
            Type::Float(size) => write!(f, "f{}", 8 * size),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::Date => f.write_str("date"),
            Type::Text => f.write_str("string"),
            Type::Bytes => f.write_str("bytes"),
            Type::Uuid => f.write_str("uuid"),
            Type::Decimal => f.write_str("decimal"),
            Type::Optional(inner) => write!(f, "optional {}", spell(inner)),
            Type::List(item) => write!(f, "list<{}>", spell(item)),
            Type::Set(item) => write!(f, "set<{}>", spell(item)),
            Type::Map(key, value) => write!(f, "map<{}, {}>", spell(key), spell(value)),
            Type::Array(count, item) => write!(f, "array<{}, {count}>", spell(item)),
            Type::Enum(it) => f.write_str(&it.name),
            Type::Frozen(it) => f.write_str(&it.name),
            Type::Record(number) => f.write_str(&self.schema.records[*number].name),
            Type::Union(number) => f.write_str(&self.schema.unions[*number].name),
            Type::Constrained(ty, _) => write!(f, "{}", spell(ty)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_errors_is_no_schema() {
        let text = "namespace a;\nstruct A { 1: strin b; }\n";
        let said = Schema::of_text(text)
            .map(|_| ())
            .map_err(|error| error.to_string());
        let said = said.expect_err("there is no such type");
        assert!(
            said.starts_with("schema.idl:2:15: error[E0201]: cannot find type `strin`"),
            "{said}"
        );
        assert!(Schema::of_text("namespace a;\n").is_ok());
    }
}
