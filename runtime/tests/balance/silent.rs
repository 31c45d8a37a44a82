//! Servers that hang: their system accepts connections, but they never send anything.

use std::future::pending;
use std::time::Duration;

use sinew::balance::{Balancer, LeastLoaded, Policy, Random, RoundRobin};
use sinew::discover::List;
use sinew::{Connect, Server};
use tokio::time::sleep;

use crate::probe::{Probe, ProbeClient};

fn connect() -> Connect {
    Connect::new().open_by(|address| async move {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            match &*address {
                "silent" => {
                    let _far = far;
                    pending().await
                }
                _ => {
                    let server = Server::new().add(Probe::default());
                    server.serve_connection(far).await;
                }
            }
        });
        Ok(near)
    })
}

async fn no_call_waits_for_it(policy: impl Policy) {
    let servers = List::new(["one", "silent", "two"]);
    let balancer = Balancer::new(servers).policy(policy).connect(connect());
    let client = ProbeClient::new(balancer.channel());
    let call = || client.echo("x").timeout(Duration::from_secs(2));
    // No server is connected, so a call has to find out.
    for _ in 0..4 {
        let _ = call().await;
    }
    for second in 0..60 {
        for _ in 0..8 {
            let answer = call().await;
            assert_eq!(answer.expect("others are there"), b"x", "after {second} s");
        }
        sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_go_to_servers_that_have_said_hello() {
    no_call_waits_for_it(RoundRobin::new()).await;
    no_call_waits_for_it(LeastLoaded).await;
    no_call_waits_for_it(Random).await;
}
