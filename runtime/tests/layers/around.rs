//! Layers around servers, single services and channels.

use std::sync::{Arc, Mutex};

use sinew::{Channel, Code, Listening, Reached, Server, Service, Status};

use crate::probe::{Probe, ProbeClient, code};

/// Serves on a loopback port until the test is over.
fn serve(listening: Listening) -> ProbeClient {
    let address = listening.local_addr().to_string();
    tokio::spawn(listening.run());
    ProbeClient {
        channel: Channel::lazy(address),
    }
}

type Log = Arc<Mutex<Vec<String>>>;

#[tokio::test]
async fn the_layer_that_was_added_last_runs_first() {
    let log = Log::default();
    let note = |who: &'static str| {
        let log = log.clone();
        move |line: &str| log.lock().unwrap().push(format!("{who} {line}"))
    };
    let (inner, outer, client) = (note("inner"), note("outer"), note("client"));
    let server = Server::new().add(Probe::default());
    let server = server.layer(move |call, next| {
        let inner = inner.clone();
        async move {
            inner(&format!("{:?}", call.method));
            next.run(call).await
        }
    });
    let server = server.layer(move |call, next| {
        let outer = outer.clone();
        async move {
            outer("before");
            let reply = next.run(call).await;
            outer("after");
            reply
        }
    });
    let there = serve(server.bind("127.0.0.1:0").await.unwrap());
    let channel = there.channel.layer(move |call, next| {
        let client = client.clone();
        async move {
            client("before");
            next.run(call).await
        }
    });
    assert_eq!(ProbeClient::new(channel).echo("x").await.unwrap(), b"x");
    assert_eq!(
        *log.lock().unwrap(),
        [
            "client before",
            "outer before",
            "inner test.Probe.echo",
            "outer after"
        ]
    );
}

#[tokio::test]
async fn a_layer_answers_in_place_of_the_service() {
    let guarded = Probe::default().layer(|call, next| async move {
        match call.cx.metadata().get("authorization") {
            Some("Bearer secret") => next.run(call).await,
            _ => Err(Status::unauthenticated("no token").with_reached(Reached::No)),
        }
    });
    let server = Server::new().add(guarded);
    let client = serve(server.bind("127.0.0.1:0").await.unwrap());
    let status = client.echo("x").await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unauthenticated, Reached::No)
    );
    let known = client.echo("x").meta("authorization", "Bearer secret");
    assert_eq!(known.await.unwrap(), b"x");
}

#[tokio::test]
async fn a_layer_makes_a_call_again_with_what_it_has_kept() {
    let tries = Arc::new(Mutex::new(0));
    let counted = tries.clone();
    // Within a process the value is kept, so the handler gets a copy of it.
    let flaky = Probe::default().layer(move |call, next| {
        let turn = {
            let mut tries = counted.lock().unwrap();
            *tries += 1;
            *tries
        };
        async move {
            match turn {
                1 => Err(Status::unavailable("not now").with_reached(Reached::No)),
                _ => next.run(call).await,
            }
        }
    });
    let channel = Channel::new(flaky).layer(|call, next| async move {
        let again = call.share().expect("one request can be sent again");
        match next.run(call).await {
            Err(status) if status.reached() == Reached::No => next.run(again).await,
            result => result,
        }
    });
    let client = ProbeClient::new(channel);
    assert_eq!(client.echo("twice").await.unwrap(), b"twice");
    assert_eq!(*tries.lock().unwrap(), 2);
    assert_eq!(client.echo("once").await.unwrap(), b"once");
}

#[tokio::test]
async fn a_layer_that_panics_ends_its_call_only() {
    let client = ProbeClient::new(Probe::default().layer(|call, next| async move {
        assert_ne!(call.cx.metadata().get("bad"), Some("yes"));
        next.run(call).await
    }));
    assert_eq!(
        code(client.echo("x").meta("bad", "yes").await),
        Code::Internal
    );
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}
