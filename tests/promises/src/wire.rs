//! The promises of the wire format: the figures, as text and as JSON.

use std::fmt::Write;

use crate::memory::Meter;
use crate::vectors::of_file;
use crate::{differential, evolution, hostile, linear};

/// How much to do.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Changed messages of each type.
    pub messages: u64,
    /// Pairs of readings.
    pub cases: u64,
    /// Values for each pair of versions.
    pub values: u64,
}

/// Puts the promises of the wire format to the test and prints the figures; the last line is JSON.
///
/// # Panics
/// If a promise does not hold.
pub fn run(seed: u64, effort: Effort) {
    let build = if cfg!(debug_assertions) {
        "with"
    } else {
        "without"
    };
    println!("seed {seed}, {build} debug assertions");
    let mut json = format!(
        "{{\"seed\": {seed}, \"debug_assertions\": {}",
        cfg!(debug_assertions)
    );

    let counts = ["values.txt", "evolution.txt", "refused.txt"].map(|name| of_file(name).len());
    println!(
        "\n## Vectors\n{} values, {} of other schemas, {} refused",
        counts[0], counts[1], counts[2]
    );
    let _ = write!(json, ", \"vectors\": {}", counts.iter().sum::<usize>());

    let all = hostile::run(&mut Meter::new(), seed, effort.messages);
    println!(
        "\n## Changed messages, on a stack of {} KiB",
        hostile::STACK / 1024
    );
    println!(
        "| type | messages | accepted | slowest, us | largest request, bytes | bytes per byte | factor | of what is promised |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let _ = write!(json, ", \"types\": {{");
    for (index, it) in all.iter().enumerate() {
        let slowest = it.slowest.0.as_micros();
        let (name, messages, accepted) = (it.name, it.messages, it.accepted);
        let (factor, part) = (it.factor, it.part);
        let (largest, ratio, honest) = (it.largest, it.ratio, it.honest);
        println!(
            "| {name} | {messages} | {accepted} | {slowest} | {largest} | {honest:.1} | {factor} | {part:.3} |"
        );
        let comma = if index > 0 { ", " } else { "" };
        let _ = write!(
            json,
            "{comma}\"{name}\": {{\"messages\": {messages}, \"accepted\": {accepted}, \"slowest_us\": {slowest}, \
             \"largest\": {largest}, \"beyond_64_kib_per_byte\": {ratio:.2}, \"per_byte\": {honest:.2}, \"factor\": {factor}, \"of_promised\": {part:.3}}}"
        );
    }
    json.push('}');
    let worst = all
        .iter()
        .max_by(|one, other| one.part.total_cmp(&other.part));
    if let Some(it) = worst {
        println!(
            "at most {:.3} of the memory that is promised, by `{}`",
            it.part, it.name
        );
    }

    println!("\n## Time by length");
    println!("| what | ns per byte at 1 KiB, 4, 16, 64, 256, 1 MiB, 4 | 4 MiB by 64 KiB |");
    println!("|---|---|---|");
    for it in linear::run(seed) {
        let times: Vec<String> = it.times.iter().map(|(_, ns)| format!("{ns:.2}")).collect();
        println!(
            "| {} | {} | {:.2} |",
            it.name,
            times.join(", "),
            it.growth()
        );
        let _ = write!(json, ", \"{}\": [{}]", it.name, times.join(", "));
    }

    let report = differential::run(seed, effort.cases);
    println!("\n## Two readers\n{report}");
    let _ = write!(
        json,
        ", \"differential_cases\": {}, \"mismatches\": 0, \"second_encodings\": {}",
        report.cases(),
        report.two_encodings
    );

    let report = evolution::run(seed, effort.values);
    println!("\n## Twelve versions\n{report}");
    let _ = write!(
        json,
        ", \"pairs\": {}, \"values\": {}, \"lost\": 0, \"kept\": {}}}",
        report.pairs, report.values, report.kept
    );
    println!("\n{json}");
}
