//! `sinew decode`

use std::path::PathBuf;
use std::process::ExitCode;

use sinew_values::{json, read_body, read_message};

use crate::data::{self, Data, Spelling};
use crate::output::Output;
use crate::typed::TypeArgs;

/// Show a message as JSON
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The message; `-` is standard input
    #[arg(default_value_os_t = data::stdin())]
    file: PathBuf,
    /// The type to read it as, such as `shop.Order` or `shop.Orders.place.request`
    #[arg(short, long = "type", value_name = "TYPE")]
    ty: String,
    /// A body alone, as sent on a connection, written with exactly this schema
    #[arg(long)]
    body: bool,
    #[command(flatten)]
    spelling: Spelling,
    #[command(flatten)]
    schema: TypeArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    decode(args, output).unwrap_or_else(|code| code)
}

/// Errors have been reported; `Err` is the exit code.
fn decode(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let (schema, ty) = args.schema.find(&args.ty, output)?;
    let data = Data::read(&args.file, output)?.spelled(&args.spelling, output)?;
    let read = match args.body {
        true => read_body(&schema, &ty, &schema.full_head(&ty), &data.bytes),
        false => read_message(&schema, &ty, &data.bytes),
    };
    let read = read.map_err(|refused| output.finding(&format!("{}: {refused}", data.name)))?;
    data::note_skipped(&read.skipped, output);
    Ok(output.product(&json::pretty(&schema, &ty, &read.value)))
}
