//! Heads of artificial schemas, designed to cost as much memory as possible.

use sinew::PeerShape;

use crate::memory::Meter;
use crate::subject::Subject;

/// How much memory a byte of a head may cost while the head is processed, whoever reads it.
pub const FACTOR: usize = 1024;
/// The allowance for the reader's types, in bytes.
pub const BASE: usize = 256 * 1024;
/// The length of the heads.
const LENGTH: usize = 32 * 1024;

/// The result for one head.
#[derive(Clone, Debug)]
pub struct Figures {
    /// What it consists of.
    pub head: &'static str,
    /// The type that it was read as.
    pub reader: &'static str,
    /// Its length.
    pub length: usize,
    /// The peak memory, in bytes.
    pub peak: usize,
}

impl Figures {
    /// The peak memory as a fraction of what is promised.
    pub fn part(&self) -> f64 {
        self.peak as f64 / (BASE + FACTOR * self.length) as f64
    }
}

/// Lets all `readers` read every head, and reports the most expensive reader of each.
///
/// # Panics
/// One takes more memory than promised.
pub fn run(meter: &mut Meter, readers: &'static [Subject]) -> Vec<Figures> {
    let heads = [
        ("numbers", fields("5", 2)),
        ("empty structs", fields("80", 2)),
        ("structs of a field", fields("850", 2)),
        ("unions", fields("b", 2)),
        ("frozen structs", fields("e10", 2)),
        ("optionals", fields("cccc4", 2)),
        ("variants", variants()),
        ("a tree of structs", tree("8d19", "c", "0", "80")),
        ("a tree of lists and structs", tree("819", "c", "0", "80")),
        ("a tree of optionals", tree("8c", "c", "0", "80")),
    ];
    let costliest = heads.into_iter().map(|(name, head)| {
        let all = readers
            .iter()
            .map(|subject| one(meter, subject, name, &head));
        let costliest = all.max_by_key(|figures| figures.peak);
        costliest.expect("there are types")
    });
    costliest.collect()
}

fn one(meter: &mut Meter, subject: &'static Subject, name: &'static str, head: &[u8]) -> Figures {
    assert!(PeerShape::parse(head).is_ok(), "{name} is a head");
    // The shape of the type is computed once.
    let _ = (subject.head)();
    let taken = meter.measure(|| _ = (subject.body)(head, &[]));
    let figures = Figures {
        head: name,
        reader: subject.name,
        length: head.len(),
        peak: taken.peak,
    };
    assert!(figures.part() <= 1.0, "{figures:?}");
    figures
}

/// The head of a struct with this many numbers.
pub fn numbers(count: usize) -> Vec<u8> {
    bytes(&format!("8{}0", "5".repeat(count)))
}

/// Structs in a struct, each with many fields of one kind.
fn fields(kind: &str, structs: usize) -> Vec<u8> {
    let unions = if kind == "b" { 1 } else { 0 };
    let room = (2 * LENGTH - 2 * structs - 2) / structs;
    let count = (room / (kind.len() + unions)).min(32_000);
    let one = format!("8{}0", kind.repeat(count));
    let ends = "0".repeat(unions * count * structs);
    bytes(&format!("8{}0{ends}", one.repeat(structs)))
}

/// A union all of whose variants are empty.
fn variants() -> Vec<u8> {
    bytes(&format!("b{}0", "80".repeat(32_000)))
}

/// Structs of two structs each, down to the leaves.
fn tree(first: &str, second: &str, end: &str, leaf: &str) -> Vec<u8> {
    let mut head = leaf.to_owned();
    loop {
        let larger = format!("{first}{head}{second}{head}{end}");
        if larger.len() > 2 * LENGTH {
            return bytes(&head);
        }
        head = larger;
    }
}

/// Packs half bytes into bytes.
fn bytes(halves: &str) -> Vec<u8> {
    let digit = |half: u8| {
        char::from(half)
            .to_digit(16)
            .expect("a half byte is a digit") as u8
    };
    let digits: Vec<u8> = halves.bytes().map(digit).collect();
    let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
    digits.chunks(2).map(pair).collect()
}
