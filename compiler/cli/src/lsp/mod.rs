//! `sinew lsp`: answers an editor on the standard streams, in the Language Server Protocol.

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
        // An editor that goes without `shutdown` has lost nothing here, but the protocol wants it told apart.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => output.io_error(&error),
    }
}
