//! The command under mimalloc; `wire` runs it to measure both allocators.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sinew_bench::run("mimalloc", || 0)
}
