//! A thousand connections with nothing to do, counted by the allocator of this process.

use std::alloc::System;

use sinew_promises::rpc::idle;
use tracking_allocator::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

#[test]
fn idle_connections_cost_what_is_promised() {
    let section = idle::connections(1000).expect("clients connect");
    assert!(section.figure("clients") > 100.0, "{section}");
    let small = section.figure("bytes for each after a reply of 100");
    assert!(small > 0.0, "{section}");
    println!("{section}");
}
