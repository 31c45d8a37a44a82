//! Whether time grows with the length of a message and nothing else.

use std::time::{Duration, Instant};

use sinew_reference::{Schema, Type, Value, write};

use crate::dice::Dice;
use crate::random;
use crate::subject::{named, wire, wire_schema};

/// The lists, sets and maps that grow: type, field, and the type that reads it.
const SHAPES: [(&str, &str, &str); 14] = [
    ("Lists", "a", "Lists"),
    ("Lists", "b", "Lists"),
    ("Lists", "c", "Lists"),
    ("Lists", "g", "Lists"),
    ("Lists", "i", "Lists"),
    ("Lists", "l", "Lists"),
    ("Blocks", "c", "Blocks"),
    ("Numbers", "b", "Numbers"),
    ("Sets", "c", "Sets"),
    ("Maps", "a", "Maps"),
    ("Payments", "others", "Payments"),
    ("Payments", "others", "PaymentsEarlier"),
    ("Order", "lines", "Order"),
    ("Order", "lines", "Empty"),
];

/// Nanoseconds for each byte of a message.
#[derive(Clone, Debug)]
pub struct Figures {
    /// What grew, and who read it.
    pub name: String,
    /// Length of the message and nanoseconds for each of its bytes, from short to long.
    pub times: Vec<(usize, f64)>,
}

impl Figures {
    /// The time of a byte of the longest message, by that of one of 64 KiB.
    pub fn growth(&self) -> f64 {
        let long = self.times.last().map_or(0.0, |(_, time)| *time);
        let short = self.times.iter().find(|(len, _)| *len >= 64 * 1024);
        long / short.map_or(1.0, |(_, time)| *time)
    }
}

/// Reads messages of about 1 KiB to 4 MiB.
///
/// # Panics
/// If one is refused for another reason than its need of memory.
pub fn run(seed: u64) -> Vec<Figures> {
    let schema = wire_schema();
    let figures = SHAPES.map(|(writer, field, reader)| {
        let mut dice = Dice::new(seed);
        let times = (0..7).map(|step| {
            let message = message(&schema, writer, field, 1024 << (2 * step), &mut dice);
            (message.len(), time(reader, &message))
        });
        Figures {
            name: format!("{writer}.{field} as {reader}"),
            times: times.collect(),
        }
    });
    figures.into()
}

fn time(reader: &str, message: &[u8]) -> f64 {
    let subject = wire(reader).expect("it is listed");
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        (subject.read)(message).expect("it is a value");
        best = best.min(start.elapsed());
    }
    best.as_nanos() as f64 / message.len() as f64
}

/// A message of about `len` bytes, of which one field has most.
fn message(schema: &Schema, name: &str, field: &str, len: usize, dice: &mut Dice) -> Vec<u8> {
    let ty = named(schema, name);
    let Type::Record(number) = ty else {
        panic!("{name} is a struct");
    };
    let fields = &schema.records[*number].fields;
    let value = random::value(schema, ty, dice, 0);
    let at = fields.iter().position(|known| known.name == field);
    let at = at.expect("the field is there");
    let grown = |count, dice: &mut Dice| {
        let items = (0..count).map(|number| item(schema, &fields[at].ty, number, dice));
        let value = with(&value, at, &fields[at].ty, items.collect());
        write(schema, ty, &value)
            .expect("it is not too deep")
            .message
    };
    let some = grown(64, dice).len();
    grown(len * 64 / some + 1, dice)
}

/// A struct with these elements or entries in one of its fields.
fn with(value: &Value, at: usize, ty: &Type, items: Vec<(Value, Option<Value>)>) -> Value {
    let Value::Record(fields) = value else {
        panic!("a struct has fields");
    };
    let mut fields = fields.clone();
    let entry = |(key, value): (Value, Option<Value>)| (key, value.expect("a map has values"));
    fields[at].1 = match ty {
        Type::Map(..) => Value::Map(items.into_iter().map(entry).collect()),
        _ => Value::List(items.into_iter().map(|(item, _)| item).collect()),
    };
    Value::Record(fields)
}

/// An element of a list, a set (in order), or an entry of a map.
fn item(schema: &Schema, ty: &Type, number: usize, dice: &mut Dice) -> (Value, Option<Value>) {
    match ty {
        Type::List(item) => (random::value(schema, item, dice, 12), None),
        Type::Set(_) => (Value::Text(format!("key {number:012}")), None),
        _ => (
            Value::Text(format!("key {number:012}")),
            Some(Value::Text("value".into())),
        ),
    }
}
