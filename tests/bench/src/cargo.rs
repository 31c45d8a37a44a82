//! Runs cargo from a program that cargo itself runs.

use std::env;
use std::process::Command;

/// Cargo without the environment variables about the running package, which would make some build scripts run again
/// each time.
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
