//! `sinew explain`

use std::fmt::Write as _;
use std::process::ExitCode;

use sinew_compiler::diagnostics::{Code, Severity};

use crate::output::Output;

/// Explain an error or warning code, with an example
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The code, such as E0301
    #[arg(required_unless_present = "list")]
    code: Option<String>,
    /// List all codes
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    let Some(id) = &args.code else {
        return output.product(&list());
    };
    match Code::from_id(&id.to_ascii_uppercase()) {
        Some(code) => output.product(&page(code)),
        None => output.usage_error(&format!(
            "there is no code `{id}`; `sinew explain --list` shows all"
        )),
    }
}

fn page(code: Code) -> String {
    let (id, title, text) = (code.id(), code.title(), code.explanation());
    format!("# {id}: {title}\n\n{text}")
}

fn list() -> String {
    let mut list = String::new();
    for code in Code::ALL {
        let severity = match code.severity() {
            _ if code.is_change() => "change",
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        _ = writeln!(list, "{}  {severity:<7}  {}", code.id(), code.title());
    }
    list
}
