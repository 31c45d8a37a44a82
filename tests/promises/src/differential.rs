//! Compares the runtime with the second reader: for any bytes both get the same value, or both refuse.

use std::fmt;

use sinew::{DecodeError, DecodeErrorKind};
use sinew_values::{
    Head, Message, Reading, Refused, Schema, Type, Value, read_body, read_message, write,
};

use crate::dice::Dice;
use crate::mutate;
use crate::random;
use crate::shown::Shown;
use crate::subject::{Again, Subject, WIRE, named, wire_schema};

/// What was compared.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Pairs of readings, by what was read.
    pub values: u64,
    /// Bytes that were changed.
    pub changed: u64,
    /// Messages of generated schemas.
    pub schemas: u64,
    /// Inputs that both accepted.
    pub accepted: u64,
    /// Inputs that both refused.
    pub refused: u64,
    /// Views of accepted inputs, which show the same.
    pub views: u64,
    /// Accepted inputs whose value has another encoding too.
    pub two_encodings: u64,
}

impl Report {
    /// All pairs of readings.
    pub fn cases(&self) -> u64 {
        self.accepted + self.refused
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cases ({} values, {} changed, {} of made-up schemas): {} accepted, {} refused, by both; \
             {} views show the same; {} second encodings accepted",
            self.cases(),
            self.values,
            self.changed,
            self.schemas,
            self.accepted,
            self.refused,
            self.views,
            self.two_encodings
        )
    }
}

/// Compares at least `cases` readings.
///
/// # Panics
/// If the readers disagree.
pub fn run(seed: u64, cases: u64) -> Report {
    let schema = wire_schema();
    let mut compared = Compared {
        schema: &schema,
        report: Report::default(),
    };
    let mut dice = Dice::new(seed);
    let mut other = Vec::new();
    while compared.report.cases() < cases {
        let subject = dice.pick(WIRE);
        let size = dice.roll(60);
        let ty = named(&schema, subject.name);
        let value = random::value(&schema, ty, &mut dice, size);
        let Some(written) = write(&schema, ty, &value) else {
            continue;
        };
        compared.value(subject, ty, &value, &written);
        for _ in 0..8 {
            let message = mutate::bytes(&mut dice, &written.message, &other);
            compared.message(subject, ty, &message);
            let body = mutate::bytes(&mut dice, &written.body, &other);
            compared.body(subject, ty, &written.head, &body);
            compared.report.changed += 2;
        }
        let head = mutate::bytes(&mut dice, &written.head, &other);
        compared.body(subject, ty, &head, &written.body);
        let reader = dice.pick(WIRE);
        let reader_ty = named(&schema, reader.name);
        compared.message(reader, reader_ty, &written.message);
        compared.made_up(&mut dice, subject, ty);
        other = written.message;
    }
    compared.report
}

/// Compares one pair of readings of a message. Returns whether both accepted it.
///
/// # Panics
/// The readers disagree.
pub fn message(schema: &Schema, subject: &Subject, message: &[u8]) -> bool {
    let report = Report::default();
    let ty = named(schema, subject.name);
    Compared { schema, report }
        .message(subject, ty, message)
        .is_some()
}

/// Compares one pair of readings of a head and a body. Returns whether both accepted it.
///
/// # Panics
/// The readers disagree.
pub fn body(schema: &Schema, subject: &Subject, head: &[u8], body: &[u8]) -> bool {
    let report = Report::default();
    let ty = named(schema, subject.name);
    Compared { schema, report }
        .body(subject, ty, head, body)
        .is_some()
}

struct Compared<'s> {
    schema: &'s Schema,
    report: Report,
}

impl Compared<'_> {
    /// A value encoded by the second writer is read, and written as the same bytes.
    fn value(&mut self, subject: &Subject, ty: &Type, value: &Value, written: &Message) {
        self.report.values += 1;
        let name = subject.name;
        assert_eq!((subject.head)(), written.head, "the head of {name}");
        let again = self.message(subject, ty, &written.message);
        let again = again.unwrap_or_else(|| panic!("{name} does not take {value:?}"));
        assert_eq!(again.message, written.message, "{name} writes {value:?}");
        assert_eq!(again.body, written.body, "{name} writes {value:?}");
        let again = self.body(subject, ty, &written.head, &written.body);
        assert!(
            again.is_some(),
            "{name} does not take {value:?} on a connection"
        );
    }

    /// A message of a schema that resembles ours.
    fn made_up(&mut self, dice: &mut Dice, subject: &Subject, ty: &Type) {
        let theirs = mutate::schema(dice, self.schema);
        let head = theirs.head(ty);
        if Head::parse(&head.write(&head.root, |_, _, _| true)).is_err() {
            return;
        }
        let size = dice.roll(60);
        let value = random::value(&theirs, ty, dice, size);
        if let Some(written) = write(&theirs, ty, &value) {
            self.report.schemas += 2;
            self.message(subject, ty, &written.message);
            self.body(subject, ty, &written.head, &written.body);
            let changed = mutate::bytes(dice, &written.message, &written.body);
            self.message(subject, ty, &changed);
        }
    }

    fn message(&mut self, subject: &Subject, ty: &Type, message: &[u8]) -> Option<Again> {
        let ours = (subject.message)(message);
        let theirs = read_message(self.schema, ty, message);
        self.seen(subject, &ours, (subject.look)(message), message);
        let taken = self.compare(subject, ty, ours, theirs, message)?;
        // If it has the head of its value, it is the encoding of its value.
        let head = |bytes: &[u8]| bytes.first().map_or(0, |len| usize::from(len / 2) + 1);
        let same = taken.message.get(..head(&taken.message)) == message.get(..head(message));
        let once = || read_message(self.schema, ty, message).is_ok_and(|read| !read.passed_on);
        if same && taken.message != message && once() {
            self.report.two_encodings += 1;
            panic!("{} takes a second encoding {message:02x?}", subject.name);
        }
        Some(taken)
    }

    fn body(&mut self, subject: &Subject, ty: &Type, head: &[u8], body: &[u8]) -> Option<Again> {
        let ours = (subject.body)(head, body);
        let theirs = read_body(self.schema, ty, head, body);
        self.seen(subject, &ours, (subject.look_body)(head, body), body);
        let taken = self.compare(subject, ty, ours, theirs, body)?;
        if (subject.head)() == head && taken.body != body {
            self.report.two_encodings += 1;
            panic!("{} takes a second encoding {body:02x?}", subject.name);
        }
        Some(taken)
    }

    /// A view shows what decoding reads, and is refused if decoding is.
    fn seen(
        &mut self,
        subject: &Subject,
        ours: &Result<Again, DecodeError>,
        seen: Result<Shown, DecodeError>,
        bytes: &[u8],
    ) {
        let name = subject.name;
        match (ours, seen) {
            (Ok(again), Ok(seen)) => {
                self.report.views += 1;
                assert_eq!(seen, again.shown, "the view of a {name} of {bytes:02x?}");
            }
            // If several rules are broken, the reader may name any of them.
            (Err(_), Err(_)) => {}
            (ours, seen) => panic!("a {name} is {ours:?}, and its view {seen:?}, of {bytes:02x?}"),
        }
    }

    fn compare(
        &mut self,
        subject: &Subject,
        ty: &Type,
        ours: Result<Again, DecodeError>,
        theirs: Result<Reading, Refused>,
        bytes: &[u8],
    ) -> Option<Again> {
        let name = subject.name;
        match (ours, theirs) {
            (Ok(again), Ok(read)) => {
                self.report.accepted += 1;
                let expected = write(self.schema, ty, &read.value).expect("it was not too deep");
                assert_eq!(again.message, expected.message, "{name} of {bytes:02x?}");
                Some(again)
            }
            (Err(_), Err(_)) => {
                self.report.refused += 1;
                None
            }
            // How much memory a value takes depends on the implementation.
            (Err(error), Ok(_)) if error.kind() == DecodeErrorKind::Budget => None,
            (Err(error), Ok(read)) => {
                panic!("only the runtime refuses a {name}: {error}; {read:?} of {bytes:02x?}")
            }
            (Ok(_), Err(error)) => {
                panic!("only the second reader refuses a {name}: {error}; {bytes:02x?}")
            }
        }
    }
}
