//! Connections without room for another method: later calls go to another connection, and those in flight finish where
//! they are.

use std::sync::atomic::Ordering;

use sinew::codegen::Method;
use sinew::{Channel, Code, Connect, Limits, Reached, Status, Unary};

use tokio::task::JoinHandle;

use crate::probe::{NoRequest, Probe, ProbeClient, Running};
use crate::reconnect::Relay;

/// How many old connections may still have calls, beside the current one.
const OLD: usize = 8;

/// Calls a method that was not named before.
async fn call_new(channel: &Channel, number: usize) -> Status {
    let name = Box::leak(format!("new{number}").into_boxed_str());
    let method = Box::leak(Box::new(Method::unary::<NoRequest, (), Status>(
        "test.Probe",
        name,
    )));
    let call = Unary::<_, ()>::new(channel, method, NoRequest {});
    call.await.expect_err("nobody has it")
}

/// A server, a relay before it whose connection accepts this many methods, and a client of the relay.
async fn behind_relay(probe: &Probe, methods: usize) -> (Running, Running, ProbeClient) {
    let server = Running::start(probe.clone(), Limits::default()).await;
    let mut few = Limits::default();
    few.methods = methods;
    let behind = Connect::new().limits(few).to(server.address.clone()).await;
    let relay = Running::start(
        Relay(behind.expect("a test server runs")),
        Limits::default(),
    )
    .await;
    let client = relay.client().await;
    (server, relay, client)
}

#[tokio::test]
async fn whoever_calls_ever_new_methods_of_a_relay_does_not_close_it_to_others() {
    let probe = Probe::default();
    let (server, relay, client) = behind_relay(&probe, 3).await;
    let waits = wait(&client);
    probe.began(1).await;
    for number in 0..20 {
        let status = call_new(&client.channel, number).await;
        assert_eq!(status.code(), Code::Unimplemented, "{status}");
        assert_eq!(client.echo("x").await.unwrap(), b"x");
    }
    // It is still where it began.
    assert_eq!(probe.inner.gone.load(Ordering::SeqCst), 0);
    probe.inner.release.notify_waiters();
    waits.await.unwrap().unwrap();
    drop(client);
    relay.stopped().await;
    server.stopped().await;
}

#[tokio::test]
async fn old_connections_with_calls_do_not_become_ever_more() {
    let probe = Probe::default();
    let (server, relay, client) = behind_relay(&probe, 2).await;
    let mut waiting = Vec::new();
    for number in 0..=OLD {
        waiting.push(wait(&client));
        probe.began(number + 1).await;
        let status = call_new(&client.channel, 100 + number).await;
        assert_eq!(status.code(), Code::Unimplemented, "{status}");
    }
    waiting.push(wait(&client));
    probe.began(OLD + 2).await;
    let refused = call_new(&client.channel, 200).await;
    let told = (refused.code(), refused.reached());
    assert_eq!(told, (Code::ResourceExhausted, Reached::No), "{refused}");
    // Known methods go on, and new ones once an old connection has ended.
    let known = call_new(&client.channel, 100 + OLD).await;
    assert_eq!(known.code(), Code::Unimplemented, "{known}");
    probe.inner.release.notify_waiters();
    for waits in waiting {
        waits.await.unwrap().unwrap();
    }
    while call_new(&client.channel, 200).await.code() == Code::ResourceExhausted {
        tokio::task::yield_now().await;
    }
    drop(client);
    relay.stopped().await;
    server.stopped().await;
}

/// A call that is pending at the server.
fn wait(client: &ProbeClient) -> JoinHandle<Result<(), Status>> {
    let client = client.clone();
    tokio::spawn(async move { client.wait().await })
}
