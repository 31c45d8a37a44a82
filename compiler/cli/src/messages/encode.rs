//! `sinew encode`

use std::path::PathBuf;
use std::process::ExitCode;

use crate::data::{self, Data, Spelling};
use crate::output::Output;
use crate::typed::TypeArgs;

/// Make a message from JSON
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The JSON; `-` is standard input
    #[arg(default_value_os_t = data::stdin())]
    file: PathBuf,
    /// Its type, such as `shop.Order` or `shop.Orders.place.request`
    #[arg(short, long = "type", value_name = "TYPE")]
    ty: String,
    /// The body alone, as sent on a connection
    #[arg(long)]
    body: bool,
    #[command(flatten)]
    spelling: Spelling,
    #[command(flatten)]
    schema: TypeArgs,
}

pub(crate) fn run(args: &Args, output: &Output) -> ExitCode {
    encode(args, output).unwrap_or_else(|code| code)
}

/// Errors have been reported; `Err` is the exit code.
fn encode(args: &Args, output: &Output) -> Result<ExitCode, ExitCode> {
    let (schema, ty) = args.schema.find(&args.ty, output)?;
    let (name, text) = Data::read(&args.file, output)?.utf8(output)?;
    let written = data::written(&schema, &ty, &name, None, &text, output)?;
    let bytes = if args.body {
        written.body
    } else {
        written.message
    };
    Ok(args.spelling.print(&bytes, output))
}
