//! How a report is shown: as a table on standard output, and in the files that were asked for.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

/// The files that a report may be written to.
#[derive(Args)]
pub struct Files {
    /// Write everything that was measured to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the table to this file too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

impl Files {
    /// Prints the table, and writes the files.
    pub fn publish(&self, report: &impl Serialize, table: &str) -> Result<(), Box<dyn Error>> {
        println!("{table}");
        if let Some(path) = &self.markdown {
            fs::write(path, table)?;
        }
        if let Some(path) = &self.json {
            fs::write(path, serde_json::to_string_pretty(report)? + "\n")?;
        }
        Ok(())
    }
}

/// The head of a table in Markdown; the column of the rows' own names comes first.
pub fn head(out: &mut String, columns: &[&str]) {
    let lines = "---|".repeat(columns.len());
    let _ = writeln!(out, "| | {} |\n|---|{lines}", columns.join(" | "));
}
