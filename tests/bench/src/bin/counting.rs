//! The command under an allocator that counts; `rpc` runs it to count the allocations of a call.

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    sinew_bench::run("system malloc, counting", || {
        let stats = INSTRUMENTED_SYSTEM.stats();
        (stats.allocations + stats.reallocations) as u64
    })
}
