//! What layers leave for handlers.

use std::sync::Arc;

use sinew::health::{Health, HealthClient, HealthServer, Serving};
use sinew::layer::{self, Next};
use sinew::{Call, Channel, Ctx, Reply, Result, Server, Service, Status, Tx};

/// Who a layer says is calling.
#[derive(Clone, PartialEq)]
struct User(&'static str);

/// Serves ada.
struct Door;

fn answer(cx: &Ctx) -> Serving {
    match cx.get() {
        Some(User("ada")) => Serving::Serving,
        Some(User(_)) => Serving::NotServing,
        None => Serving::Unknown,
    }
}

impl Health for Door {
    async fn check(&self, cx: Ctx, _: String) -> Result<Serving> {
        Ok(answer(&cx))
    }

    async fn watch(&self, cx: Ctx, _: String, mut output: Tx<Serving>) -> Result<(), Status> {
        output.send(answer(&cx)).await
    }
}

/// Asks another door on behalf of its caller.
struct Lobby(HealthClient);

impl Health for Lobby {
    async fn check(&self, cx: Ctx, service: String) -> Result<Serving> {
        self.0.check(service).within(&cx).await
    }
}

async fn ada(mut call: Call, next: Next) -> Result<Reply> {
    call.cx.insert(User("bob"));
    call.cx.insert(7_u64);
    call.cx.insert(User("ada"));
    next.run(call).await
}

/// What leads to a server of it.
async fn over(service: impl sinew::NamedService) -> Channel {
    let listening = Server::new().add(service).bind("127.0.0.1:0").await;
    let listening = listening.expect("a port is free");
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());
    Channel::lazy(address)
}

async fn at(service: impl sinew::NamedService) -> HealthClient {
    HealthClient::new(over(service).await)
}

#[tokio::test]
async fn handlers_have_what_layers_have_left() {
    let door = || HealthServer::new(Door);
    let spawned = door().layer(layer::spawned).layer(ada);
    let limited = door().limit(9).layer(ada).layer(layer::spawned);
    for client in [
        HealthClient::new(door().layer(ada)),
        at(door().layer(ada)).await,
        at(spawned).await,
        at(limited).await,
    ] {
        assert_eq!(client.check("").await.unwrap(), Serving::Serving);
        let mut states = client.watch("").await.unwrap();
        assert_eq!(states.recv().await.unwrap(), Some(Serving::Serving));
    }
}

#[tokio::test]
async fn what_a_client_has_left_is_not_sent() {
    let door = over(HealthServer::new(Door)).await;
    let client = HealthClient::new(door.layer(ada));
    assert_eq!(client.check("").await.unwrap(), Serving::Unknown);
    let mut states = client.watch("").await.unwrap();
    assert_eq!(states.recv().await.unwrap(), Some(Serving::Unknown));
}

#[tokio::test]
async fn calls_of_a_handler_do_not_have_what_its_own_has() {
    let near = HealthClient::new(HealthServer::new(Door));
    for next in [near, at(HealthServer::new(Door)).await] {
        let lobby = HealthServer::new(Lobby(next)).layer(ada);
        let client = HealthClient::new(Channel::new(lobby));
        assert_eq!(client.check("").await.unwrap(), Serving::Unknown);
    }
}

#[test]
fn one_value_of_a_type_is_there() {
    let mut cx = Ctx::new().with(User("ada")).with(7_u64);
    let before = cx.clone();
    cx.insert(User("bob"));
    assert!(cx.get() == Some(&User("bob")) && before.get() == Some(&User("ada")));
    assert_eq!((cx.get::<u64>(), cx.get::<u32>()), (Some(&7), None));

    let shared = Arc::new(User("ada"));
    let with = Ctx::new().with(shared.clone());
    assert!(with.get::<User>().is_none() && with.get::<Arc<User>>().is_some());
    drop(with);
    assert_eq!(Arc::strong_count(&shared), 1);
}
