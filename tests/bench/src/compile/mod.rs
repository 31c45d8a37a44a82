//! `compile`: the resource usage of compilers for a large schema, and whether ours is linear.

mod child;
mod generated;
mod peers;
mod run;
mod schema;
mod table;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use clap::Args;
use serde::Serialize;

use crate::provenance::Provenance;
use crate::publish::{Files, Shown};
use child::Usage;
use generated::Generated;
use peers::Peer;
use schema::Language;

pub use run::{RunOptions, run as run_one};

/// Arguments of `compile`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    files: Files,
}

/// Structs of the schema that all compilers get.
const STRUCTS: usize = 2000;
/// Structs of the larger schema, which shows whether time is linear.
const MORE_STRUCTS: usize = 8000;
/// Each compiler runs this often, alternating with the others; its fastest run counts.
const ROUNDS: usize = 3;

/// The measurements.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    provenance: Provenance,
    /// Compilers that are not installed.
    missing: Vec<String>,
    rows: Vec<Row>,
    /// Generated code for a smaller schema.
    generated: Vec<Generated>,
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
    let generated = generated::measure(&folder);
    fs::remove_dir_all(&folder)?;
    let report = Report {
        provenance: Provenance::today(&["sinew", "prost", "prost-build", "protox"]),
        missing,
        rows: rows?,
        generated: generated?,
    };
    let shown = Shown {
        command: "compile",
        tables: &table::markdown(&report),
        summary: &table::summary(&report),
    };
    options.files.publish(&report, &shown)
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
