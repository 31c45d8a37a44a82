//! Layers of tower around calls: its limit, its timeout and its load-shed, at the client and at the server.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "rpc/probe.rs"]
mod probe;

use std::time::Duration;

use probe::{Probe, ProbeClient, Running, code};
use sinew::layer::{AsTower, BoxError, FromTower};
use sinew::{Channel, Code, Limits, Reached, Server, Service, Status};
use tower::ServiceBuilder;
use tower::load_shed::error::Overloaded;
use tower::timeout::error::Elapsed;

/// The meaning of tower's own errors.
fn status(error: BoxError) -> Status {
    if error.is::<Overloaded>() {
        return Status::resource_exhausted("too many calls").with_reached(Reached::No);
    }
    if error.is::<Elapsed>() {
        return Status::deadline_exceeded("tower's patience is over").with_reached(Reached::Maybe);
    }
    Status::internal(error.to_string())
}

/// Two calls at a time, others are refused; none may take longer than this.
fn stack(channel: Channel, patience: Duration) -> impl Service {
    let stack = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(2)
        .timeout(patience)
        .service(AsTower::new(channel));
    FromTower::new(stack).map_errors(status)
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn calls_above_the_limit_are_shed() {
    let probe = Probe::default();
    let server = Running::start(probe.clone(), Limits::default()).await;
    let client = ProbeClient::new(stack(server.client().await.channel, LONG));
    let waiting: Vec<_> = (0..2)
        .map(|_| tokio::spawn(client.wait().owned()))
        .collect();
    probe.began(2).await;
    let status = client.echo("x").await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::ResourceExhausted, Reached::No)
    );
    probe.inner.release.notify_waiters();
    for call in waiting {
        call.await.unwrap().unwrap();
    }
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_ends_with_the_timeout_and_its_handler_is_dropped() {
    let probe = Probe::default();
    let channel = stack(Channel::new(probe.clone()), Duration::from_millis(50));
    let client = ProbeClient::new(channel);
    let status = client.wait().await.unwrap_err();
    assert_eq!(status.message(), "tower's patience is over");
    probe.gone(1).await;
    // A status passes through unchanged.
    assert_eq!(code(client.boom().await), Code::Internal);
    assert!(
        client
            .divide(1, 0)
            .await
            .unwrap_err()
            .to_string()
            .contains("DivisionByZero")
    );
}

#[tokio::test]
async fn a_server_runs_a_stack_of_tower_around_its_services() {
    let probe = Probe::default();
    let server = Server::new().add(probe.clone());
    let server = server.wrap(|services| stack(services, LONG));
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(server.serve_connection(theirs));
    let client = ProbeClient::new(Channel::over(ours));
    assert_eq!(client.echo("x").await.unwrap(), b"x");
    assert_eq!(code(client.boom().await), Code::Internal);
    let waiting: Vec<_> = (0..2)
        .map(|_| tokio::spawn(client.wait().owned()))
        .collect();
    probe.began(2).await;
    let status = client.divide(1, 1).await.unwrap_err().to_string();
    assert!(status.contains("too many calls"), "{status}");
    probe.inner.release.notify_waiters();
    for call in waiting {
        call.await.unwrap().unwrap();
    }
}
