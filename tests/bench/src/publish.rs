//! Outputs a report: as tables on standard output, in requested files, and in the project's pages.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

/// Output files of a report.
#[derive(Args)]
pub struct Files {
    /// Write everything that was measured to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the tables to this file too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Put the tables into the README and into the page of benchmarks, and draw the chart there
    #[arg(long)]
    publish: bool,
}

/// A report, formatted.
pub struct Shown<'a> {
    /// The command that measured it, which also names the regions in the pages.
    pub command: &'a str,
    /// All of its tables.
    pub tables: &'a str,
    /// The text for the README.
    pub summary: &'a str,
}

impl Files {
    /// Prints the tables, and writes the files.
    pub fn publish(
        &self,
        report: &impl Serialize,
        shown: &Shown<'_>,
    ) -> Result<(), Box<dyn Error>> {
        println!("{}", shown.tables);
        if let Some(path) = &self.markdown {
            fs::write(path, shown.tables)?;
        }
        if let Some(path) = &self.json {
            fs::write(path, serde_json::to_string_pretty(report)? + "\n")?;
        }
        if self.publish {
            insert("README.md", shown.command, shown.summary)?;
            insert("docs/src/benchmarks.md", shown.command, shown.tables)?;
        }
        Ok(())
    }

    /// Writes the command's chart to the file that was named, and to the one that the pages show.
    pub fn draw(
        &self,
        command: &str,
        named: Option<&Path>,
        svg: &str,
    ) -> Result<(), Box<dyn Error>> {
        let shown = repository().join(format!("docs/src/images/{command}.svg"));
        let shown = self.publish.then_some(shown);
        for path in named.into_iter().chain(shown.as_deref()) {
            fs::write(path, svg)?;
        }
        Ok(())
    }
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn insert(page: &str, command: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let path = repository().join(page);
    let changed = inserted(&fs::read_to_string(&path)?, command, text)
        .ok_or_else(|| format!("{page} has no region for `{command}`"))?;
    Ok(fs::write(path, changed)?)
}

/// The page with `text` in the command's region, which two comments delimit.
fn inserted(page: &str, command: &str, text: &str) -> Option<String> {
    let opening = format!("<!-- measured by {command} -->\n");
    let closing = format!("<!-- end of {command} -->\n");
    let (before, rest) = page.split_once(&opening)?;
    let (_, after) = rest.split_once(&closing)?;
    let text = text.trim_end();
    Some(format!("{before}{opening}\n{text}\n\n{closing}{after}"))
}

/// The head of a Markdown table; the first column is for the rows' names.
pub fn head(out: &mut String, columns: &[&str]) {
    let lines = "---|".repeat(columns.len());
    let _ = writeln!(out, "| | {} |\n|---|{lines}", columns.join(" | "));
}

#[cfg(test)]
mod tests {
    use super::inserted;

    #[test]
    fn a_region_is_replaced_and_nothing_else() {
        let page = "a\n<!-- measured by rpc -->\nold\n<!-- end of rpc -->\nb\n";
        let expected = "a\n<!-- measured by rpc -->\n\nnew\n\n<!-- end of rpc -->\nb\n";
        assert_eq!(inserted(page, "rpc", "new\n").as_deref(), Some(expected));
        assert_eq!(inserted(expected, "rpc", "new").as_deref(), Some(expected));
        assert_eq!(inserted(page, "wire", "new"), None);
    }
}
