//! Connections that busy-poll their sockets: the input is the same, in whatever pieces, and so is its end.

use std::time::Duration;

use sinew::{Code, Limits};

use crate::probe::{Probe, ProbeClient, Running, code};

fn spinning() -> Limits {
    let mut limits = Limits::default();
    limits.spin = Duration::from_millis(1);
    limits
}

async fn start() -> (Running, ProbeClient) {
    let server = Running::start(Probe::default(), spinning()).await;
    let client = server.client_with(spinning()).await;
    (server, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_of_all_sizes_come_whole() {
    let (server, client) = start().await;
    for size in [0, 1, 2_000, 2_030, 2_048, 4_096, 16_384, 70_000, 1 << 20] {
        for first in 0..8 {
            let body: Vec<u8> = (0..size).map(|at| (first + at) as u8).collect();
            let echoed = client.echo(body.clone()).await.expect("a reply");
            assert!(echoed == body, "{size} bytes from {first}");
        }
    }
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_have_their_turns() {
    let server = Running::start(Probe::default(), spinning()).await;
    let mut callers = Vec::new();
    for caller in 0..20 {
        let client = server.client_with(spinning()).await;
        callers.push(tokio::spawn(async move {
            for call in 0..50 {
                let echoed = client.echo([caller, call]).await.expect("a reply");
                assert_eq!(echoed, [caller, call]);
            }
        }));
    }
    for caller in callers {
        caller.await.expect("all its calls were answered");
    }
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_server_ends_a_call_that_waits() {
    let probe = Probe::default();
    let server = Running::start(probe.clone(), spinning()).await;
    let client = server.client_with(spinning()).await;
    let waits = tokio::spawn(async move { code(client.wait().await) });
    probe.began(1).await;
    server.killed().await;
    assert_eq!(waits.await.expect("it ends"), Code::Unavailable);
}
