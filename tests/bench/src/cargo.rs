//! Cargo, called by a program that cargo runs itself.

use std::env;
use std::process::Command;

/// Cargo, without the variables that tell of the package that is running: build scripts of others look at some of them, and
/// would run again each time.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}
