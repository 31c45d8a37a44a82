//! `sinew lsp`: a language server on the standard streams.

mod answers;
mod capabilities;
mod documents;
mod places;
mod session;
mod shown;
mod unit;
mod wire;

use std::io::{self, BufReader};
use std::process::ExitCode;

use crate::output::Output;

/// Serve an editor on standard input and output, with the Language Server Protocol
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(output: &Output) -> ExitCode {
    let incoming = wire::read_all(BufReader::new(io::stdin()));
    match session::serve(&incoming, io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        // `exit` without `shutdown` loses nothing here, but the protocol demands exit code 1.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => output.io_error(&error),
    }
}
