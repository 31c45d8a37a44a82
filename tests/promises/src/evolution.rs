//! Twelve versions of one schema: every reader with every writer.

use std::collections::BTreeMap;
use std::fmt;

use sinew::DecodeError;
use sinew_values::{Schema, Type, Value, read_body, read_message, write};

use crate::dice::Dice;
use crate::random;
use crate::subject::{Subject, VERSIONS, named};

const TEXTS: [&str; 12] = [
    include_str!("../../evolution/v01.idl"),
    include_str!("../../evolution/v02.idl"),
    include_str!("../../evolution/v03.idl"),
    include_str!("../../evolution/v04.idl"),
    include_str!("../../evolution/v05.idl"),
    include_str!("../../evolution/v06.idl"),
    include_str!("../../evolution/v07.idl"),
    include_str!("../../evolution/v08.idl"),
    include_str!("../../evolution/v09.idl"),
    include_str!("../../evolution/v10.idl"),
    include_str!("../../evolution/v11.idl"),
    include_str!("../../evolution/v12.idl"),
];

/// The results of all pairs of versions.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Pairs of reader and writer.
    pub pairs: u64,
    /// Values that were read, each in both modes.
    pub values: u64,
    /// Values of an older or equal writer that were refused; there must be none.
    pub refused_old: u64,
    /// Values of a newer writer that were refused, by kind of error.
    pub refused_new: BTreeMap<String, u64>,
    /// Common fields that were compared.
    pub fields: u64,
    /// Defaults of readers that were compared.
    pub defaults: u64,
    /// Values that were relayed by an older version.
    pub relayed: u64,
    /// Unknown variants in them that came out unchanged.
    pub kept: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} pairs, {} values in both modes: {} known fields and {} defaults as they must be, {} values of older \
             writers refused, {:?} of newer ones; {} values through older relays, {} unknown variants kept",
            self.pairs,
            self.values,
            self.fields,
            self.defaults,
            self.refused_old,
            self.refused_new,
            self.relayed,
            self.kept
        )
    }
}

struct Version {
    schema: Schema,
    ty: Type,
    subject: &'static Subject,
}

/// Lets every version read `values` random values of every version.
///
/// # Panics
/// A value is lost or wrong, or one that must be readable is refused.
pub fn run(seed: u64, values: u64) -> Report {
    let versions = TEXTS.iter().zip(VERSIONS).map(|(text, subjects)| {
        let schema = Schema::of_text(text).expect("it has no errors");
        let ty = named(&schema, "Ticket").clone();
        let subject = &subjects[0];
        Version {
            schema,
            ty,
            subject,
        }
    });
    let versions: Vec<Version> = versions.collect();
    let mut report = Report::default();
    for (writer_at, writer) in versions.iter().enumerate() {
        for (reader_at, reader) in versions.iter().enumerate() {
            report.pairs += 1;
            let mut dice = Dice::new(seed ^ (writer_at * 16 + reader_at) as u64);
            for _ in 0..values {
                let newer = writer_at > reader_at;
                one(&mut report, &mut dice, writer, reader, newer);
            }
        }
    }
    report
}

fn one(report: &mut Report, dice: &mut Dice, writer: &Version, reader: &Version, newer: bool) {
    let value = random::value(&writer.schema, &writer.ty, dice, 30);
    let Some(written) = write(&writer.schema, &writer.ty, &value) else {
        return;
    };
    report.values += 1;
    // Written by the writer's own runtime.
    let sent = (writer.subject.body)(&written.head, &written.body).expect("its own value");
    assert_eq!(sent.message, written.message);

    let read = read_message(&reader.schema, &reader.ty, &sent.message);
    let on_connection = read_body(&reader.schema, &reader.ty, &written.head, &sent.body);
    assert_eq!(read.as_ref().ok(), on_connection.as_ref().ok());
    let ours = (reader.subject.message)(&sent.message);
    let connected = (reader.subject.body)(&written.head, &sent.body);
    assert_eq!(kind(&ours), kind(&connected), "both modes agree");
    match (read, ours) {
        (Ok(read), Ok(ours)) => {
            let read = read.value;
            let expected = write(&reader.schema, &reader.ty, &read).expect("it is not too deep");
            assert_eq!(ours.message, expected.message, "of {value:?}");
            compare(report, writer, reader, &value, &read);
            if newer {
                relay(report, writer, reader, &value, &ours.message);
            }
        }
        (Err(_), Err(error)) if newer => {
            assert!(error.place().is_some(), "no type and field: {error}");
            let kind = format!("{:?}", error.kind());
            let kind = kind.split('(').next().unwrap_or_default();
            *report.refused_new.entry(kind.to_owned()).or_default() += 1;
        }
        (read, ours) => panic!(
            "the second reader: {:?}, the runtime: {:?} of {value:?}",
            read.err(),
            ours.err()
        ),
    }
}

fn kind<T>(result: &Result<T, DecodeError>) -> String {
    format!("{:?}", result.as_ref().err().map(DecodeError::kind))
}

/// Common fields are equal; the others have their defaults.
fn compare(report: &mut Report, writer: &Version, reader: &Version, sent: &Value, read: &Value) {
    let (Value::Record(sent), Value::Record(read)) = (sent, read) else {
        panic!("a ticket is a struct");
    };
    let Type::Record(number) = reader.ty else {
        panic!("a ticket is a struct");
    };
    for (field, (id, value)) in reader.schema.records[number].fields.iter().zip(read) {
        let written = sent
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, value)| value);
        let default = field.default.clone().unwrap_or(Value::Absent);
        match written {
            Some(Value::Absent) | None => {
                assert_eq!(*value, default, "field {id}");
                report.defaults += 1;
            }
            Some(written) if is_plain(written) => {
                assert_eq!(value, written, "field {id}");
                report.fields += 1;
            }
            // Composite values may have more or fewer parts; their bytes were compared.
            Some(written) => {
                assert_eq!(
                    parts(value),
                    parts(written),
                    "field {id} of {}",
                    writer.subject.name
                );
                report.fields += 1;
            }
        }
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().all(is_plain),
        Value::Map(..) | Value::Record(_) | Value::Variant(..) | Value::Unknown(..) => false,
        _ => true,
    }
}

/// The number of parts and the variant.
fn parts(value: &Value) -> (usize, u16) {
    match value {
        Value::List(items) => (items.len(), 0),
        Value::Map(entries) => (entries.len(), 0),
        Value::Variant(id, _) | Value::Unknown(id, ..) => (0, *id),
        _ => (0, 0),
    }
}

/// A value that an older version has read and written again: variants that it does not know are unchanged.
fn relay(report: &mut Report, writer: &Version, relay: &Version, sent: &Value, message: &[u8]) {
    report.relayed += 1;
    let relayed = read_message(&relay.schema, &relay.ty, message).expect("its own message");
    let last = |value: &Value| match value {
        Value::Record(fields) => fields
            .iter()
            .find(|(id, _)| *id == 8)
            .map(|(_, value)| value.clone()),
        _ => None,
    };
    let (Some(before), Some(passed)) = (last(sent), last(&relayed.value)) else {
        panic!("a ticket has its last event");
    };
    if !matches!((&before, &passed), (Value::Variant(..), Value::Unknown(..))) {
        return;
    }
    // The newer version reads the field alone, because around it fields were lost that the relay does not know.
    let Type::Union(_) = field(writer, 8) else {
        panic!("the last event is a union");
    };
    let event = field(writer, 8);
    let own = field(relay, 8);
    let written = write(&relay.schema, own, &passed).expect("it is not too deep");
    let again = read_message(&writer.schema, event, &written.message);
    let again = again.map(|read| read.value);
    assert_eq!(again, Ok(before), "through a relay");
    report.kept += 1;
}

fn field(version: &Version, id: u16) -> &Type {
    let Type::Record(number) = version.ty else {
        panic!("a ticket is a struct");
    };
    let mut fields = version.schema.records[number].fields.iter();
    let field = fields.find(|field| field.id == id);
    &field.expect("every version has the field").ty
}
