//! The command: puts promises to the test.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["vectors"] => sinew_promises::fill::fill(),
        _ => {
            eprintln!("usage: sinew-promises vectors");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
