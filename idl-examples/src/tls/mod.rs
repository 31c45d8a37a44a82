//! `tls`: server and clients that prove who they are by certificates, and what each may do.

mod authority;
mod client;
mod server;
mod settings;

pub use client::client;
pub use server::{renew, server};

use std::error::Error;
use std::path::PathBuf;

use sinew::Status;

/// The folder with the certificates: the second argument, else one beside other files that do not last.
pub fn folder() -> PathBuf {
    let default = || std::env::temp_dir().join("sinew-example-tls");
    std::env::args_os()
        .nth(2)
        .map_or_else(default, PathBuf::from)
}

/// What keeps an end from starting.
fn unusable(error: impl Error + Send + Sync + 'static) -> Status {
    Status::failed_precondition(format!("the certificates cannot be used: {error}"))
        .with_source(error)
}
