//! `sinew lsp`: answers an editor on the standard streams, in the Language Server Protocol.

mod actions;
mod answers;
mod documents;
mod outline;
mod places;
mod session;
mod unit;

use std::process::ExitCode;

use lsp_server::Connection;

use crate::output::Output;

/// Serve an editor over the standard streams, by the Language Server Protocol
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(output: &Output) -> ExitCode {
    let (connection, threads) = Connection::stdio();
    let served = session::serve(&connection);
    // The thread that writes ends with it.
    drop(connection);
    let ended = match served {
        Ok(true) => threads.join(),
        // An editor that goes without `shutdown` has lost nothing here, but the protocol wants it told apart.
        Ok(false) => return ExitCode::FAILURE,
        Err(error) => return output.io_error(&*error),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output.io_error(&error),
    }
}
