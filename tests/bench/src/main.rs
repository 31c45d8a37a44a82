//! The command, under the system's allocator.

use std::process::ExitCode;

fn main() -> ExitCode {
    sinew_bench::run("system malloc", || 0)
}
