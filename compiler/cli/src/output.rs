//! What is shown: diagnostics on standard error, products on standard output, and exit codes.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};
use sinew_compiler::build::{ProjectError, Unwritable};
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::diagnostics::render::{self, Report};

/// There were errors, or warnings that are denied.
const EXIT_FINDINGS: u8 = 1;
/// Wrong arguments or a wrong `sinew.toml`.
const EXIT_USAGE: u8 = 2;
/// A file cannot be read or written.
const EXIT_IO: u8 = 3;
/// A call has failed: the code of its status is added to this.
const EXIT_CALL: u8 = 64;
/// A bug of the compiler, the same as for a panic.
const EXIT_BUG: u8 = 101;

/// The text of `--version`, with the protocol version and the Rust version that generated code needs.
pub(crate) const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nconnection protocol 1\ngenerated code needs Rust ",
    env!("CARGO_PKG_RUST_VERSION"),
);

/// Arguments that every command takes.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// How to show errors and warnings
    #[arg(long, global = true, value_enum, default_value = "human")]
    message_format: MessageFormat,
    /// Whether to use colours
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    /// Draw with ASCII only, for terminals without Unicode
    #[arg(long, global = true)]
    ascii: bool,
    /// Errors to show for each file; 0 shows all
    #[arg(long, global = true, value_name = "N", default_value_t = 100)]
    max_errors: usize,
    /// What to treat as an error
    #[arg(short = 'D', long, global = true, value_enum, value_name = "WHAT")]
    deny: Vec<Deny>,
}

#[derive(Clone, Copy, ValueEnum)]
enum MessageFormat {
    /// With the source around each location
    Human,
    /// One line each: `file:line:column: error[E0301]: message`
    Short,
    /// One JSON object per line
    Json,
    /// GitHub Actions workflow commands
    Github,
    /// One SARIF 2.1.0 document, at the end
    Sarif,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    /// If standard error is a terminal; respects `NO_COLOR` and `CLICOLOR_FORCE`
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

/// How this run shows what it finds.
pub(crate) struct Output {
    options: render::Options,
    report: Mutex<Report>,
}

impl Output {
    pub(crate) fn new(args: &OutputArgs) -> Self {
        let format = match args.message_format {
            MessageFormat::Human => render::Format::Human,
            MessageFormat::Short => render::Format::Short,
            MessageFormat::Json => render::Format::Json,
            MessageFormat::Github => render::Format::Github,
            MessageFormat::Sarif => render::Format::Sarif,
        };
        let color = match args.color {
            Color::Auto => color_by_environment(),
            Color::Always => true,
            Color::Never => false,
        };
        let options = render::Options {
            format,
            color,
            ascii: args.ascii,
            max_errors: args.max_errors,
            deny_warnings: args.deny.contains(&Deny::Warnings),
        };
        let report = Mutex::new(Report::new(options));
        Self { options, report }
    }

    /// Shows what had to wait for the end of the run.
    pub(crate) fn finish(self) {
        let report = self.report.into_inner();
        show(&report.unwrap_or_else(PoisonError::into_inner).finish());
    }

    /// Adds to the report, and shows as much of it as the format allows by now.
    fn report(&self, say: impl FnOnce(&mut Report)) {
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        say(&mut report);
        show(&report.take());
    }

    /// Shows diagnostics. The exit code is that of findings if they count as errors.
    pub(crate) fn diagnostics(&self, found: &Diagnostics) -> ExitCode {
        self.report(|report| report.diagnostics(found.sources(), found.list()));
        if self.is_failure(found) {
            EXIT_FINDINGS.into()
        } else {
            ExitCode::SUCCESS
        }
    }

    /// Whether there are errors, or warnings that are denied.
    pub(crate) fn is_failure(&self, found: &Diagnostics) -> bool {
        found.has_errors() || (self.options.deny_warnings && !found.is_empty())
    }

    /// Reports an error of the system, such as a file that cannot be read or written.
    pub(crate) fn io_error(&self, error: &dyn std::error::Error) -> ExitCode {
        self.report(|report| report.failure(&error.to_string()));
        EXIT_IO.into()
    }

    /// Reports an unreadable or wrong `sinew.toml`.
    pub(crate) fn project_error(&self, error: &ProjectError) -> ExitCode {
        match error {
            ProjectError::Unreadable(error) => self.io_error(error),
            ProjectError::Bad(error) => {
                let problems = error.problems.iter();
                problems.for_each(|problem| self.report(|report| report.failure(problem)));
                EXIT_USAGE.into()
            }
        }
    }

    /// Reports wrong arguments.
    pub(crate) fn usage_error(&self, message: &str) -> ExitCode {
        self.report(|report| report.failure(message));
        EXIT_USAGE.into()
    }

    /// Shows a note.
    pub(crate) fn note(&self, message: &str) {
        self.report(|report| report.note(message));
    }

    /// Whether the format has to wait for the end of the run.
    pub(crate) fn shows_at_the_end(&self) -> bool {
        matches!(self.options.format, render::Format::Sarif)
    }

    /// Whether the output is for people, who prefer several lines to one long line.
    pub(crate) fn is_for_people(&self) -> bool {
        matches!(self.options.format, render::Format::Human)
    }

    /// Clears the terminal, if people look at one.
    pub(crate) fn clear(&self) {
        if self.is_for_people() && io::stderr().is_terminal() {
            show("\x1b[2J\x1b[H");
        }
    }

    /// Reports something wrong in the input, other than in a schema.
    pub(crate) fn finding(&self, message: &str) -> ExitCode {
        self.report(|report| report.failure(message));
        EXIT_FINDINGS.into()
    }

    /// Reports the exception with which a call has ended, then shows `lines` of JSON. Formats for programs get the
    /// whole reply on one line.
    pub(crate) fn call_threw(&self, message: &str, lines: &str, reply: &str) -> ExitCode {
        self.report(|report| report.failure_about(message, "reply", reply));
        show(lines);
        EXIT_FINDINGS.into()
    }

    /// Reports why a call has failed. Formats for programs get the status as JSON on one line.
    pub(crate) fn call_failed(&self, message: &str, status: &str, code: u8) -> ExitCode {
        self.report(|report| report.failure_about(message, "status", status));
        EXIT_CALL.saturating_add(code).into()
    }

    /// Reports a bug of the compiler.
    pub(crate) fn bug(&self, error: &dyn std::error::Error) -> ExitCode {
        self.report(|report| report.failure(&error.to_string()));
        EXIT_BUG.into()
    }

    /// The exit code for findings that have been shown.
    pub(crate) fn findings(&self) -> ExitCode {
        EXIT_FINDINGS.into()
    }

    /// Prints a product on standard output.
    pub(crate) fn product(&self, text: &str) -> ExitCode {
        match self.print(text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(code) => code,
        }
    }

    /// Prints a part of a product. It is fine if the reader has gone away. `Err` is the exit code.
    pub(crate) fn print(&self, text: &str) -> Result<(), ExitCode> {
        self.print_bytes(text.as_bytes())
    }

    /// Like [`Output::print`], for bytes.
    pub(crate) fn print_bytes(&self, bytes: &[u8]) -> Result<(), ExitCode> {
        self.write(bytes)
            .or_else(|end| match end == ExitCode::SUCCESS {
                true => Ok(()),
                false => Err(end),
            })
    }

    /// Writes to standard output. `Err` is the exit code: success if nobody reads any more.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), ExitCode> {
        let mut out = io::stdout().lock();
        let written = out.write_all(bytes).and_then(|()| out.flush());
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            _ => self.io_error(&Unwritable {
                path: PathBuf::from("<stdout>"),
                error,
            }),
        })
    }
}

/// Asks to report the bug when something panics. The exit code of a panic is 101.
pub(crate) fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        let version = env!("CARGO_PKG_VERSION");
        show(&format!(
            "{panic}\nthis is a bug in sinew {version}: please report it with the files that lead to it\n"
        ));
    }));
}

fn show(text: &str) {
    // If standard error is closed, nobody can be told.
    _ = io::stderr().lock().write_all(text.as_bytes());
}

fn color_by_environment() -> bool {
    let set = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
    // Any value counts: <https://no-color.org>
    if set("NO_COLOR").is_some() {
        return false;
    }
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    forced || (io::stderr().is_terminal() && !dumb)
}
