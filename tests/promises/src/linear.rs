//! Checks that decoding time is linear in the length of a message. Timings are noisy: what seems to grow is measured
//! again, and the least times count.

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};

use sinew_values::{Schema, Type, Value, write};

use crate::dice::Dice;
use crate::random;
use crate::subject::{named, wire, wire_schema};

/// The growing lists, sets and maps: type, field, and the type that reads it.
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

/// How much longer a byte may take in 4 MiB than in 64 KiB.
pub const MOST_GROWTH: f64 = 2.0;
/// How often a shape is measured at most.
const ATTEMPTS: usize = 20;

/// Nanoseconds per byte of a message.
#[derive(Clone, Debug)]
pub struct Figures {
    /// What grows, and its reader.
    pub name: String,
    /// Length and nanoseconds per byte, from short to long.
    pub times: Vec<(usize, f64)>,
    /// Nanoseconds per byte for just copying the longest message, whose memory comes from the system.
    pub copied: f64,
}

impl Figures {
    /// The time per byte of the longest message minus that of copying it, divided by the time per byte at 64 KiB.
    pub fn growth(&self) -> f64 {
        let long = self.times.last().map_or(0.0, |(_, time)| *time);
        let long = (long - self.copied).max(0.0);
        let short = self.times.iter().find(|(len, _)| *len >= 64 * 1024);
        long / short.map_or(1.0, |(_, time)| *time)
    }

    /// The most nanoseconds per byte at any length.
    pub fn slowest(&self) -> f64 {
        self.times.iter().map(|(_, time)| *time).fold(0.0, f64::max)
    }
}

/// Reads messages of about 1 KiB to 4 MiB.
///
/// # Panics
/// If one is refused.
pub fn run(seed: u64) -> Vec<Figures> {
    let schema = wire_schema();
    let figures = SHAPES.map(|(writer, field, reader)| {
        let mut dice = Dice::new(seed);
        let lengths = (0..7).map(|step| 1024 << (2 * step));
        let messages: Vec<Vec<u8>> = lengths
            .map(|len| message(&schema, writer, field, len, &mut dice))
            .collect();
        measure(format!("{writer}.{field} as {reader}"), reader, &messages)
    });
    figures.into()
}

/// Messages of all shapes with about the maximum length, by contents and reader.
pub(crate) fn longest(seed: u64) -> Vec<(String, &'static str, Vec<u8>)> {
    let schema = wire_schema();
    let longest = SHAPES.map(|(writer, field, reader)| {
        let message = message(&schema, writer, field, 4 << 20, &mut Dice::new(seed));
        (format!("{writer}.{field} as {reader}"), reader, message)
    });
    longest.into()
}

fn measure(name: String, reader: &str, messages: &[Vec<u8>]) -> Figures {
    let subject = wire(reader).expect("it is listed");
    let read = |message: &[u8]| (subject.read)(message).expect("it is a value");
    let times = messages.iter().map(|message| (message.len(), f64::MAX));
    let longest = messages.last().expect("there are messages");
    let mut figures = Figures {
        name,
        times: times.collect(),
        copied: f64::MAX,
    };
    for _ in 0..ATTEMPTS {
        for ((_, least), message) in figures.times.iter_mut().zip(messages) {
            *least = least.min(time(message, read));
        }
        let copy = |message: &[u8]| drop(black_box(message.to_vec()));
        figures.copied = figures.copied.min(time(longest, copy));
        if figures.growth() <= MOST_GROWTH {
            break;
        }
    }
    figures
}

/// The CPU time of this thread in nanoseconds.
fn worked() -> i128 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
}

/// Nanoseconds per byte: the least of a few measurements.
fn time(message: &[u8], run: impl Fn(&[u8])) -> f64 {
    let mut best = i128::MAX;
    for _ in 0..5 {
        let start = worked();
        run(message);
        best = best.min(worked() - start);
    }
    best as f64 / message.len() as f64
}

/// A message of about `len` bytes, most of them in one field.
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
