//! Messages and values near the default size limits: how much memory they take.

use sinew::{DecodeErrorKind, DecodeLimits, Message, PeerShape};

use crate::idl::vectors::{Lists, Numbers};
use crate::linear;
use crate::memory::Meter;
use crate::subject::{Subject, wire};

/// How much memory claimed sizes alone may take.
const AHEAD: usize = 64 * 1024;

/// The result for one message.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Its contents, and its reader.
    pub name: String,
    /// Its length.
    pub length: usize,
    /// Why it was refused, if it was.
    pub refused: Option<DecodeErrorKind>,
    /// The peak memory, in bytes.
    pub peak: usize,
    /// How much it may take.
    pub promised: usize,
}

impl Figures {
    /// The peak memory as a fraction of what is promised.
    pub fn part(&self) -> f64 {
        self.peak as f64 / self.promised as f64
    }
}

/// Reads messages of 4 MiB.
///
/// # Panics
/// One takes more than promised, or is refused.
pub fn long(meter: &mut Meter, seed: u64) -> Vec<Figures> {
    let messages = linear::longest(seed).into_iter();
    let all = messages.map(|(name, reader, message)| {
        let subject = wire(reader).expect("it is listed");
        one(meter, name, subject, &message, None)
    });
    all.collect()
}

/// Reads values just below and just above the memory limit.
///
/// # Panics
/// One takes more than promised, or is not refused although it must be.
pub fn full(meter: &mut Meter) -> Vec<Figures> {
    let mut all = Vec::new();
    let limit = DecodeLimits::default().memory;
    let texts = limit / size_of::<Option<String>>();
    let numbers = limit / size_of::<u64>();
    for (over, refused) in [(0, None), (1, Some(DecodeErrorKind::Budget))] {
        let lists = Lists {
            d: vec![None; texts + over],
            ..empty::<Lists>(12)
        };
        let name = format!("Lists.d of {} absent texts", texts + over);
        all.push(value(meter, name, "Lists", &lists, refused));
        let lists = Numbers {
            b: vec![7; numbers + over],
            ..empty::<Numbers>(11)
        };
        let name = format!("Numbers.b of {} small numbers", numbers + over);
        all.push(value(meter, name, "Numbers", &lists, refused));
    }
    all
}

fn value<T: Message>(
    meter: &mut Meter,
    name: String,
    reader: &str,
    value: &T,
    refused: Option<DecodeErrorKind>,
) -> Figures {
    let message = sinew::encode(value).expect("it is not too deep");
    one(
        meter,
        name,
        wire(reader).expect("it is listed"),
        &message,
        refused,
    )
}

fn one(
    meter: &mut Meter,
    name: String,
    subject: &Subject,
    message: &[u8],
    refused: Option<DecodeErrorKind>,
) -> Figures {
    // One-time computations are done by now.
    let _ = (subject.read)(message);
    let mut read = None;
    let taken = meter.measure(|| read = Some((subject.read)(message)));
    let read = read.expect("it was read").err().map(|error| error.kind());
    assert_eq!(read, refused, "{name}");
    let figures = Figures {
        name,
        length: message.len(),
        refused,
        peak: taken.peak,
        promised: AHEAD + (subject.factor)() * message.len(),
    };
    assert!(figures.part() <= 1.0, "{figures:?}");
    figures
}

/// A value all of whose fields are lists, sets or maps.
pub fn empty<T: Message>(fields: usize) -> T {
    let peer = PeerShape::parse(T::shape().head()).expect("our own heads are valid");
    let value = peer.decode(&vec![0; fields], &DecodeLimits::default());
    value.expect("nothing is in it")
}
