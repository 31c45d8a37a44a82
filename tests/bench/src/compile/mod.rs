//! `compile`: what the compilers need for a large schema, and whether ours stays linear.

mod child;
mod peers;
mod run;
mod schema;
mod table;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Args;
use serde::Serialize;

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
    /// Write the figures to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Structs of the schema that all compilers get.
const STRUCTS: usize = 2000;
/// Structs of the one that shows whether time grows with size alone.
const MORE_STRUCTS: usize = 8000;
/// Each compiler runs so often, in turn with the others; its fastest run counts.
const ROUNDS: usize = 5;

/// What was measured, and where.
#[derive(Serialize)]
struct Report {
    date: String,
    rustc: &'static str,
    versions: Vec<(String, String)>,
    /// Compilers that this machine has not.
    missing: Vec<String>,
    rows: Vec<Row>,
}

/// One compiler and one schema.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    structs: usize,
    /// Bytes of the schema.
    input: u64,
    #[serde(flatten)]
    usage: Usage,
}

/// Measures all compilers and prints the table.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let (peers, missing) = peers::find()?;
    let folder = env::temp_dir().join(format!("sinew-bench-{}", std::process::id()));
    let rows = measured(&peers, &folder);
    fs::remove_dir_all(&folder)?;
    let report = Report {
        date: provenance::today(),
        rustc: provenance::RUSTC,
        versions: provenance::versions(&["sinew", "prost-build", "protox"]),
        missing,
        rows: rows?,
    };
    let table = table::markdown(&report)?;
    println!("{table}");
    if let Some(path) = &options.markdown {
        fs::write(path, &table)?;
    }
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_string_pretty(&report)? + "\n")?;
    }
    Ok(())
}

/// Every compiler with the schema, and ours with the larger one, in rounds.
fn measured(peers: &[Peer], folder: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows: Vec<Row> = Vec::new();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        for peer in peers {
            let sizes = [STRUCTS, MORE_STRUCTS];
            for structs in &sizes[..if peer.is_sinew { 2 } else { 1 }] {
                let row = measure(peer, *structs, folder)?;
                let known = rows
                    .iter_mut()
                    .find(|known| known.name == row.name && known.structs == row.structs);
                match known {
                    Some(known) if known.usage.seconds <= row.usage.seconds => {}
                    Some(known) => *known = row,
                    None => rows.push(row),
                }
            }
        }
    }
    Ok(rows)
}

fn measure(peer: &Peer, structs: usize, folder: &Path) -> Result<Row, Box<dyn Error>> {
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
    let usage = child::run(&mut (peer.command)(&path, &out), &out)
        .map_err(|error| format!("{}: {error}", peer.name))?;
    Ok(Row {
        name: peer.name,
        structs,
        input: text.len() as u64,
        usage,
    })
}
