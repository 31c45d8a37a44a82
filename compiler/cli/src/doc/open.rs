//! Shows a file in the browser.

use std::env::consts::OS;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::output::Output;

/// Asks the system to show it, and does not wait until somebody has read it. The error is the exit code.
pub(super) fn show(file: &Path, output: &Output) -> Result<(), ExitCode> {
    let mut command = Command::new(match OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    });
    command.arg(file).stdin(Stdio::null());
    let opened = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    opened.map(|_| ()).map_err(|error| {
        let program = command.get_program().display();
        let message = format!(
            "cannot run `{program}` to open `{}`: {error}",
            file.display()
        );
        output.io_error(&io::Error::other(message))
    })
}
