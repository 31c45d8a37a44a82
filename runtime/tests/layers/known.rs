//! Callers' identities: what a client says about itself once per connection, and with each call.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::List;
use sinew::{
    Backoff, Channel, Code, Connect, Listening, Metadata, Phase, Reached, Retries, Server, Service,
    Status,
};
use tokio::task::AbortHandle;

use crate::probe::{Probe, ProbeClient};

/// Admits callers with a token, on the connection or with the call, and tells the service who they are.
async fn guarded() -> Listening {
    let service = Probe::default().layer(|mut call, next| async move {
        let shown = call.cx.metadata().get("authorization");
        let known = call.cx.peer().metadata().get("authorization");
        let user = match shown.or(known) {
            Some("Bearer 6ec1") => "ada",
            Some("Bearer 77f0") => "bob",
            _ => return Err(Status::unauthenticated("who are you?").with_reached(Reached::No)),
        };
        *call.cx.metadata_mut() = Metadata::from([("user", user)]);
        next.run(call).await
    });
    let server = Server::new().add(service).bind("127.0.0.1:0").await;
    server.expect("a port is free")
}

async fn who(channel: &Channel) -> String {
    let client = ProbeClient::new(channel.clone());
    let about = client.about().await.expect("the client is known");
    about.split_once(' ').expect("time, then metadata").1.into()
}

#[tokio::test]
async fn a_connection_is_known_and_a_call_may_be_of_somebody_else() {
    let server = guarded().await;
    let address = server.local_addr().to_string();
    tokio::spawn(server.run());

    let stranger = Channel::connect(address.clone()).await.unwrap();
    let client = ProbeClient::new(stranger);
    let status = client.about().await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unauthenticated, Reached::No)
    );
    let with_a_token = client.about().meta("authorization", "Bearer 77f0");
    assert!(with_a_token.await.unwrap().ends_with("user=bob"));

    let ada = Connect::new().meta("authorization", "Bearer 6ec1");
    let at_once = ada.clone().to(address.clone()).await.unwrap();
    assert_eq!(who(&at_once).await, "user=ada");
    assert_eq!(
        who(&ada.clone().lazily_to(address.clone())).await,
        "user=ada"
    );
    let for_bob = ProbeClient::new(at_once);
    let for_bob = for_bob.about().meta("authorization", "Bearer 77f0").await;
    assert!(for_bob.unwrap().ends_with("user=bob"));

    let balanced = Balancer::new(List::new([&*address])).meta("authorization", "Bearer 77f0");
    assert_eq!(who(&balanced.channel()).await, "user=bob");
}

/// Servers at the other ends of pipes, and a way to end the open connection.
fn pipes() -> (Connect, Arc<Mutex<Option<AbortHandle>>>) {
    let open = Arc::new(Mutex::new(None));
    let serving = open.clone();
    let server = || {
        let service = Probe::default().layer(|mut call, next| async move {
            let said = call.cx.peer().metadata().clone();
            *call.cx.metadata_mut() = said;
            next.run(call).await
        });
        Server::new().add(service)
    };
    let at_once = Backoff::new(Duration::ZERO, Duration::ZERO);
    let connect = Connect::new().reconnect(at_once).open_by(move |_| {
        let (here, there) = tokio::io::duplex(1 << 16);
        let served = tokio::spawn(server().serve_connection(there));
        *serving.lock().expect("nobody panics") = Some(served.abort_handle());
        async move { Ok(here) }
    });
    (connect, open)
}

#[tokio::test]
async fn what_changes_is_asked_for_with_each_connection() {
    let (connect, open) = pipes();
    let asked = AtomicUsize::new(0);
    let token = move || match asked.fetch_add(1, Ordering::Relaxed) {
        2 => "\n".to_owned(),
        number => format!("Bearer {number}"),
    };
    let connect = connect.meta("tenant", "acme").meta_by("token", token);
    assert!(
        format!("{connect:?}").contains("asked: [token]"),
        "{connect:?}"
    );
    let channel = connect.lazily_to("a pipe").retry(Retries::never());
    let client = ProbeClient::new(channel.clone());
    for number in [0, 1] {
        let said = format!("tenant=acme token=Bearer {number}");
        while client.echo("x").await.is_err() {}
        assert_eq!(who(&channel).await, said);
        assert_eq!(who(&channel).await, said);
        let open = open.lock().expect("nobody panics").take();
        open.expect("a connection is open").abort();
    }
    // The third value cannot be sent, which only fails that dial.
    let failed = loop {
        match client.echo("x").await {
            Err(status) if status.code() == Code::Unavailable => {}
            ended => break ended.expect_err("nobody is told of a line feed"),
        }
    };
    assert_eq!(
        (failed.code(), failed.reached(), failed.phase()),
        (Code::InvalidArgument, Reached::No, Some(Phase::Handshake)),
        "{failed}"
    );
    while client.echo("x").await.is_err() {}
    assert_eq!(who(&channel).await, "tenant=acme token=Bearer 3");
}

#[tokio::test]
async fn what_is_no_metadata_is_refused_before_it_is_sent() {
    for (key, value, code) in [
        ("Upper", "x".to_owned(), Code::InvalidArgument),
        ("ok", "\n".to_owned(), Code::InvalidArgument),
        ("ok", "x".repeat(9 << 10), Code::ResourceExhausted),
        ("ok", "x".repeat((8 << 10) - 1), Code::ResourceExhausted),
    ] {
        let connect = Connect::new().meta(key, value.clone());
        let status = connect.to("127.0.0.1:1").await.unwrap_err();
        assert_eq!((status.code(), status.reached()), (code, Reached::No));
    }
}

#[tokio::test]
async fn layers_say_things_beside_replies_and_hear_them() {
    let service = Probe::default().layer(|call, next| async move {
        let mut reply = next.run(call).await?;
        reply.metadata.append("version", "7");
        Ok(reply)
    });
    let server = Server::new().add(service).bind("127.0.0.1:0").await;
    let server = server.expect("a port is free");
    let address = server.local_addr().to_string();
    tokio::spawn(server.run());

    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    let channel = Connect::new().lazily_to(address);
    let client = ProbeClient::new(channel.layer(move |call, next| {
        let hears = hears.clone();
        async move {
            let reply = next.run(call).await?;
            let version = reply.metadata.get("version").map(str::to_owned);
            hears.lock().expect("nobody panics").push(version);
            Ok(reply)
        }
    }));
    assert_eq!(client.echo("x").await.unwrap(), b"x");
    assert_eq!(client.divide(6, 3).await.unwrap(), 2);
    let seven = Some("7".to_owned());
    assert_eq!(*heard.lock().unwrap(), [seven.clone(), seven]);
}
