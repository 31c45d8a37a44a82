//! `tls`: server and clients that authenticate with certificates, and what each is allowed to do.

mod authority;
mod client;
mod server;
mod settings;

pub use client::client;
pub use server::{renew, server};

use std::error::Error;
use std::path::PathBuf;

use sinew::Status;

/// The folder with the certificates: the second argument, or else a temporary folder.
pub fn folder() -> PathBuf {
    let default = || std::env::temp_dir().join("sinew-example-tls");
    std::env::args_os()
        .nth(2)
        .map_or_else(default, PathBuf::from)
}

/// Why a server or client cannot start.
fn unusable(error: impl Error + Send + Sync + 'static) -> Status {
    Status::failed_precondition(format!("the certificates cannot be used: {error}"))
        .with_source(error)
}
