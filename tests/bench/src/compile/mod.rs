//! `compile`: what the compilers need for a large schema, and whether ours stays linear.

mod child;
mod peers;
mod run;
mod schema;

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Args;

use crate::provenance;
use child::Usage;
use peers::Peer;
use schema::Language;

pub use run::{RunOptions, run as run_one};

/// What `compile` can be told.
#[derive(Args)]
pub struct Options {
    /// Write the table to this file too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// Structs of the schema that all compilers get.
const STRUCTS: usize = 2000;
/// Structs of the one that shows whether time grows with size alone.
const MORE_STRUCTS: usize = 8000;

/// Measures all compilers and prints the table.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let (peers, missing) = peers::find()?;
    let folder = env::temp_dir().join(format!("sinew-bench-{}", std::process::id()));
    let table = measured(&peers, &missing, &folder);
    fs::remove_dir_all(&folder)?;
    let table = table?;
    println!("{table}");
    if let Some(path) = &options.markdown {
        fs::write(path, &table)?;
    }
    Ok(())
}

fn measured(peers: &[Peer], missing: &[String], folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::new();
    writeln!(
        table,
        "{STRUCTS} structs of 20 fields. CPU time (user and system), fastest of five runs.\n"
    )?;
    writeln!(
        table,
        "| command | CPU s | relative to the first | peak MB | output MB | bytes out per byte in |"
    )?;
    writeln!(table, "|---|---|---|---|---|---|")?;
    let mut first = None;
    let mut growth = String::new();
    for peer in peers {
        eprintln!("{}", peer.name);
        let (usage, input) = measure(peer, STRUCTS, folder)?;
        let base = *first.get_or_insert(usage.seconds);
        writeln!(table, "{}", row(peer.name, usage, base, input))?;
        if peer.is_sinew {
            let (more, _) = measure(peer, MORE_STRUCTS, folder)?;
            let ratio = more.seconds / usage.seconds;
            writeln!(
                growth,
                "- {}: {:.2} s, {ratio:.1} times as long",
                peer.name, more.seconds
            )?;
        }
    }
    writeln!(
        table,
        "\n{MORE_STRUCTS} structs instead, so {} times as many:\n\n{growth}",
        MORE_STRUCTS / STRUCTS
    )?;
    missing
        .iter()
        .try_for_each(|line| writeln!(table, "{line}.\n"))?;
    let versions = provenance::versions(&["sinew", "prost-build", "protox"]);
    let versions: Vec<String> = versions
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    writeln!(
        table,
        "Measured on {} with {}: {}.",
        provenance::today(),
        provenance::RUSTC,
        versions.join(", ")
    )?;
    Ok(table)
}

/// What the peer uses, and how large its schema is.
fn measure(peer: &Peer, structs: usize, folder: &Path) -> Result<(Usage, u64), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let extension = match peer.language {
        Language::Sinew => "idl",
        Language::Thrift => "thrift",
        Language::Proto => "proto",
    };
    let path = folder.join("large").with_extension(extension);
    let text = schema::schema(peer.language, structs);
    fs::write(&path, &text)?;
    let out = folder.join("out");
    let usage = child::fastest(&mut (peer.command)(&path, &out), &out)
        .map_err(|error| format!("{}: {error}", peer.name))?;
    Ok((usage, text.len() as u64))
}

fn row(name: &str, usage: Usage, base: f64, input: u64) -> String {
    let mega = |bytes: u64| bytes as f64 / 1e6;
    let output = match usage.output {
        0 => "– | –".to_owned(),
        bytes => format!("{:.1} | {:.1}", mega(bytes), bytes as f64 / input as f64),
    };
    let ratio = usage.seconds / base;
    format!(
        "| {name} | {:.2} | {ratio:.2} | {:.0} | {output} |",
        usage.seconds,
        mega(usage.memory)
    )
}
