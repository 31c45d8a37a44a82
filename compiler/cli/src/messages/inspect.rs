//! `sinew inspect`

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use sinew_values::{Schema, Type, inspect_body, inspect_message};

use crate::data::{self, Data, Spelling};
use crate::output::Output;
use crate::typed::TypeArgs;

/// Text is printed in chunks of about this many bytes.
const PIECE: usize = 64 * 1024;

/// Show what each byte of a message means, with or without a schema
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The message; `-` is standard input
    #[arg(default_value_os_t = data::stdin())]
    file: PathBuf,
    /// Its type, such as `shop.Order`; without it, fields have ids only
    #[arg(short, long = "type", value_name = "TYPE")]
    ty: Option<String>,
    /// A body alone, as sent on a connection, written with exactly this schema
    #[arg(long, requires = "ty")]
    body: bool,
    #[command(flatten)]
    spelling: Spelling,
    #[command(flatten)]
    schema: TypeArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    inspect(args, output).unwrap_or_else(|code| code)
}

/// Errors have been reported; `Err` is the exit code.
fn inspect(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let known = args.ty.as_ref().map(|name| args.schema.find(name, output));
    let known: Option<(Schema, Type)> = known.transpose()?;
    let known = known.as_ref().map(|(schema, ty)| (schema, ty));
    let data = Data::read(&args.file, output)?.spelled(&args.spelling, output)?;
    let mut pieces = Pieces {
        output,
        text: String::new(),
        failed: None,
    };
    let explained = match (args.body, known) {
        (true, Some(known)) => inspect_body(&data.bytes, known, &mut pieces),
        (_, known) => inspect_message(&data.bytes, known, &mut pieces),
    };
    _ = pieces.print();
    match (pieces.failed, explained) {
        (Some(code), _) => Err(code),
        (None, Ok(Some(refused))) => Err(output.finding(&format!("{}: {refused}", data.name))),
        (None, Ok(None) | Err(fmt::Error)) => Ok(ExitCode::SUCCESS),
    }
}

/// Collects text for the output stream.
struct Pieces<'o> {
    output: &'o Output,
    text: String,
    /// The exit code, if printing has failed.
    failed: Option<ExitCode>,
}

impl Pieces<'_> {
    fn print(&mut self) -> fmt::Result {
        let printed = self.output.print(&std::mem::take(&mut self.text));
        printed.map_err(|code| {
            self.failed = Some(code);
            fmt::Error
        })
    }
}

impl fmt::Write for Pieces<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text += text;
        match self.text.len() < PIECE {
            true => Ok(()),
            false => self.print(),
        }
    }
}
