//! The promises of the wire format: tables as text, and the result of each promise.

use std::io;
use std::path::PathBuf;

use crate::linear::MOST_GROWTH;
use crate::memory::Meter;
use crate::promise::{Promise, json};
use crate::subject::WIRE;
use crate::vectors::of_file;
use crate::{differential, evolution, heads, hostile, large, linear};

/// The seed of every run, so that all runs do the same.
const SEED: u64 = 1;
/// The second reader is recursive.
const STACK: usize = 64 * 1024 * 1024;

/// What to do, and how much.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the figures are written as JSON.
    pub json: Option<PathBuf>,
    /// How many mutated messages of each type.
    pub messages: u64,
    /// How many pairs of readings.
    pub cases: u64,
    /// How many values for each pair of versions.
    pub values: u64,
}

impl Options {
    /// Parses the arguments; `None` if they are not understood.
    pub fn parse(arguments: &[String]) -> Option<Self> {
        let (json, numbers) = match arguments {
            [flag, file, rest @ ..] if flag == "--json" => (Some(file.into()), rest),
            rest => (None, rest),
        };
        let numbers = numbers.iter().map(|number| number.parse().ok());
        let numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
        let number = |at: usize, default| numbers.get(at).copied().unwrap_or(default);
        Some(Self {
            json,
            messages: number(0, 100_000),
            cases: number(1, 1_000_000),
            values: number(2, 2_000),
        })
    }
}

/// Tests the promises of the wire format and prints the figures.
///
/// # Errors
/// A promise is broken, or the figures cannot be written.
pub fn run(options: &Options) -> io::Result<()> {
    let thread = std::thread::Builder::new().stack_size(STACK);
    let effort = options.clone();
    let thread = thread.spawn(move || all(&effort))?;
    let promises = thread.join();
    let promises = promises.map_err(|_| io::Error::other("the bytes above break a promise"))?;
    if let Some(file) = &options.json {
        std::fs::write(file, json(SEED, &promises))?;
    }
    match promises.iter().find(|promise| !promise.holds) {
        Some(broken) => Err(io::Error::other(broken.to_string())),
        None => Ok(()),
    }
}

fn all(effort: &Options) -> Vec<Promise> {
    let build = match cfg!(debug_assertions) {
        true => "with",
        false => "without",
    };
    println!("seed {SEED}, {build} debug assertions");
    let mut meter = Meter::new();
    let promises = vec![
        vectors(),
        hostile(&mut meter, effort),
        heads(&mut meter),
        large(&mut meter),
        time(),
        readers(effort),
        versions(effort),
    ];
    println!("\n## Promises");
    for promise in &promises {
        println!("{promise}");
    }
    promises
}

fn vectors() -> Promise {
    let [values, others, refused] =
        ["values.txt", "evolution.txt", "refused.txt"].map(|name| of_file(name).len());
    println!("\n## Vectors\n{values} values, {others} of other schemas, {refused} refused");
    Promise::kept("the format is frozen")
        .count("values", values)
        .count("other schemas", others)
        .count("refused", refused)
}

fn hostile(meter: &mut Meter, effort: &Options) -> Promise {
    let stack = hostile::STACK / 1024;
    println!("\n## Changed messages, on a stack of {stack} KiB");
    println!(
        "| type | messages | accepted | slowest, us | largest request, bytes | bytes per byte | factor | of what is promised |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let all = hostile::run(meter, SEED, effort.messages);
    for it in &all {
        let slowest = it.slowest.0.as_micros();
        let (name, messages, accepted) = (it.name, it.messages, it.accepted);
        let (largest, honest, factor, part) = (it.largest, it.honest, it.factor, it.part);
        println!(
            "| {name} | {messages} | {accepted} | {slowest} | {largest} | {honest:.1} | {factor} | {part:.3} |"
        );
    }
    let most = |figure: fn(&hostile::Figures) -> f64| all.iter().map(figure).fold(0.0, f64::max);
    Promise::kept("any bytes end in a value or a typed error, at their price in memory")
        .count("types", all.len())
        .count("messages", all.iter().map(|it| it.messages).sum::<u64>())
        .count("accepted", all.iter().map(|it| it.accepted).sum::<u64>())
        .with("slowest, us", most(|it| it.slowest.0.as_micros() as f64))
        .with("largest request, bytes", most(|it| it.largest as f64))
        .with("most of the promised memory", most(|it| it.part))
}

fn heads(meter: &mut Meter) -> Promise {
    println!("\n## Heads of other schemas");
    println!("| head | reader | bytes | memory, bytes | of what is promised |");
    println!("|---|---|---|---|---|");
    let all = heads::run(meter, WIRE);
    for it in &all {
        let (head, reader, length, peak) = (it.head, it.reader, it.length, it.peak);
        println!(
            "| {head} | {reader} | {length} | {peak} | {:.3} |",
            it.part()
        );
    }
    Promise::kept("the head of another schema costs at most its price in memory")
        .count("heads", all.len())
        .with(
            "most of the promised memory",
            all.iter().map(heads::Figures::part).fold(0.0, f64::max),
        )
}

fn large(meter: &mut Meter) -> Promise {
    println!("\n## Large messages");
    println!("| what | bytes | verdict | memory, bytes | of what is promised |");
    println!("|---|---|---|---|---|");
    let mut all = large::long(meter, SEED);
    all.extend(large::full(meter));
    for it in &all {
        let (name, length, peak) = (&it.name, it.length, it.peak);
        let verdict = match it.refused {
            Some(kind) => format!("{kind:?}"),
            None => "a value".into(),
        };
        println!(
            "| {name} | {length} | {verdict} | {peak} | {:.3} |",
            it.part()
        );
    }
    let most = |figure: fn(&large::Figures) -> f64| all.iter().map(figure).fold(0.0, f64::max);
    Promise::kept("the values of a message take at most 64 MiB")
        .count("messages", all.len())
        .with("longest, bytes", most(|it| it.length as f64))
        .with("most memory, bytes", most(|it| it.peak as f64))
        .with("most of the promised memory", most(large::Figures::part))
}

fn time() -> Promise {
    println!("\n## Time by length");
    println!("| what | ns per byte at 1 KiB, 4, 16, 64, 256, 1 MiB, 4 | 4 MiB by 64 KiB |");
    println!("|---|---|---|");
    let all = linear::run(SEED);
    for it in &all {
        let times: Vec<String> = it.times.iter().map(|(_, ns)| format!("{ns:.2}")).collect();
        println!(
            "| {} | {} | {:.2} |",
            it.name,
            times.join(", "),
            it.growth()
        );
    }
    let most = |figure: fn(&linear::Figures) -> f64| all.iter().map(figure).fold(0.0, f64::max);
    let growth = most(linear::Figures::growth);
    Promise::kept("time grows with the length of the message, and nothing else")
        .count("shapes", all.len())
        .with("most ns for a byte", most(linear::Figures::slowest))
        .with("most at 4 MiB by 64 KiB", growth)
        .if_only(growth <= MOST_GROWTH)
}

fn readers(effort: &Options) -> Promise {
    let report = differential::run(SEED, effort.cases);
    println!("\n## Two readers\n{report}");
    Promise::kept("two readers agree, views show what is read, and a value has one encoding")
        .count("pairs of readings", report.cases())
        .count("accepted", report.accepted)
        .count("refused", report.refused)
        .count("views", report.views)
        .count("mismatches", 0_u64)
        .count("second encodings", report.two_encodings)
}

fn versions(effort: &Options) -> Promise {
    let report = evolution::run(SEED, effort.values);
    println!("\n## Twelve versions\n{report}");
    Promise::kept("old and new readers and writers understand each other")
        .count("pairs", report.pairs)
        .count("values", report.values)
        .count("known fields", report.fields)
        .count("defaults", report.defaults)
        .count("lost", 0_u64)
        .count("values of older writers refused", report.refused_old)
        .count("unknown variants kept", report.kept)
        .if_only(report.refused_old == 0)
}
