//! Mutated messages of every type, on a small stack: the time and memory that they take.

use std::time::{Duration, Instant};

use sinew_values::write;

use crate::dice::Dice;
use crate::memory::Meter;
use crate::mutate;
use crate::random;
use crate::subject::{Subject, WIRE, named, wire_schema};

/// The stack for all decoding.
pub const STACK: usize = 256 * 1024;

/// How much memory claimed sizes alone may take.
const AHEAD: usize = 64 * 1024;

/// The results for the messages of one type.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The name of the type.
    pub name: &'static str,
    /// How many messages were read.
    pub messages: u64,
    /// How many of them were accepted.
    pub accepted: u64,
    /// The longest time for one message, and its length.
    pub slowest: (Duration, usize),
    /// The largest single allocation.
    pub largest: usize,
    /// The most memory per byte of a message, beyond 64 KiB.
    pub ratio: f64,
    /// How much memory a byte may cost.
    pub factor: usize,
    /// The largest fraction of the promised memory that a message took.
    pub part: f64,
    /// The most memory per byte of a message, for messages of 256 bytes or more.
    pub honest: f64,
}

/// Reads `count` mutated messages of every type.
///
/// # Panics
/// Decoding panics, or takes more memory than promised. A stack overflow ends the process.
pub fn run(meter: &mut Meter, seed: u64, count: u64) -> Vec<Figures> {
    let all = WIRE.iter().map(|subject| {
        let messages = messages(seed, subject);
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            let meter = &mut *meter;
            let thread = thread.spawn_scoped(scope, move || {
                one(subject, &messages, &mut Dice::new(seed), count, meter)
            });
            let thread = thread.expect("a thread starts");
            thread.join().expect("decoding does not panic")
        })
    });
    all.collect()
}

/// Initial messages, small and large.
fn messages(seed: u64, subject: &Subject) -> Vec<Vec<u8>> {
    let schema = wire_schema();
    let ty = named(&schema, subject.name);
    let mut dice = Dice::new(seed);
    let sizes = (0..64).map(|number| if number % 8 == 7 { 2000 } else { number });
    let written = sizes.filter_map(|size| {
        let value = random::value(&schema, ty, &mut dice, size);
        Some(write(&schema, ty, &value)?.message)
    });
    written.collect()
}

fn one(
    subject: &Subject,
    messages: &[Vec<u8>],
    dice: &mut Dice,
    count: u64,
    meter: &mut Meter,
) -> Figures {
    let mut figures = Figures {
        name: subject.name,
        messages: count,
        accepted: 0,
        slowest: (Duration::ZERO, 0),
        largest: 0,
        ratio: 0.0,
        factor: (subject.factor)(),
        part: 0.0,
        honest: 0.0,
    };
    // The shape of the type is computed once.
    let _ = (subject.head)();
    for _ in 0..count {
        let (message, other) = (dice.pick(messages).clone(), dice.pick(messages).clone());
        let message = mutate::bytes(dice, &message, &other);
        let mut accepted = false;
        let start = Instant::now();
        let taken = meter.measure(|| accepted = (subject.read)(&message).is_ok());
        let time = start.elapsed();
        figures.accepted += u64::from(accepted);
        figures.slowest = figures.slowest.max((time, message.len()));
        figures.largest = figures.largest.max(taken.largest);
        let len = message.len().max(1) as f64;
        let promised = figures
            .factor
            .saturating_mul(message.len())
            .saturating_add(AHEAD);
        let (name, length) = (subject.name, message.len());
        assert!(
            taken.peak <= promised,
            "{name}: {length} bytes took {} of {promised} bytes of memory: {message:02x?}",
            taken.peak
        );
        figures.part = figures.part.max(taken.peak as f64 / promised as f64);
        let beyond = taken.peak.saturating_sub(AHEAD) as f64;
        figures.ratio = figures.ratio.max(beyond / len);
        if message.len() >= 256 {
            figures.honest = figures.honest.max(taken.peak as f64 / len);
        }
    }
    figures
}
