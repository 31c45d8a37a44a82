//! Clients and servers, in one process and over a connection.

use super::*;
use cases::services::greeter::{GreetError, ResetError};
use cases::services::{
    Admin, AdminClient, AdminServer, EmptyName, Failure, Greeter, GreeterClient, GreeterServer,
    Health, HealthClient, HealthServer, NothingServer, Person, TooEarly, admin, greeter, health,
};
use sinew::layer::Next;
use sinew::{Call, Channel, Code, Ctx, Server};
use std::error::Error;

struct Polite;

impl Health for Polite {
    async fn ping(&self, _: Ctx) -> Result<(), Status> {
        Ok(())
    }
}

impl Admin for Polite {
    async fn restart(&self, _: Ctx, reason: String, delay: Option<u32>) -> Result<u32, Status> {
        Ok(reason.len() as u32 + delay.unwrap_or(100))
    }
}

impl Greeter for Polite {
    async fn greet(&self, _: Ctx, who: Person) -> Result<String, GreetError> {
        match who.name.as_str() {
            "" => Err(EmptyName::new("say who").into()),
            name => Ok(format!("Hello, {name}!")),
        }
    }

    async fn part(
        &self,
        _: Ctx,
        name: String,
        others: Vec<Person>,
    ) -> Result<Option<String>, Failure> {
        match others.len() {
            0 => Ok(None),
            1 => Ok(Some(name)),
            count => Err(TooEarly::new(count as u32).into()),
        }
    }
}

fn client() -> GreeterClient {
    GreeterClient::new(GreeterServer::new(Polite))
}

async fn connected() -> GreeterClient {
    let server = Server::new()
        .add(GreeterServer::new(Polite))
        .add(NothingServer::new(()));
    let listening = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());
    GreeterClient::connect(address)
        .await
        .expect("the server is there")
}

impl cases::services::Nothing for () {}

async fn calls_are_answered(client: &GreeterClient) {
    let answer = client.greet(Person::new("Ada")).await;
    assert_eq!(answer.expect("it is answered"), "Hello, Ada!");
    client.ping().await.expect("it is answered");
    let restarted = client.restart("now", Some(1)).await;
    assert_eq!(restarted.expect("it is answered"), 4);
    assert_eq!(
        client.part("Ada", vec![]).await.expect("it is answered"),
        None
    );
    let other = client.part("Ada", vec![Person::new("Bob")]).await;
    assert_eq!(other.expect("it is answered").as_deref(), Some("Ada"));
}

async fn errors_arrive_as_what_they_are(client: &GreeterClient) {
    let error = client
        .greet(Person::new(""))
        .await
        .expect_err("it is refused");
    assert!(matches!(&error, GreetError::Empty(empty) if empty.hint == "say who"));
    let two = vec![Person::new("a"), Person::new("b")];
    let error = client.part("Ada", two).await.expect_err("it is refused");
    assert_eq!(error.to_string(), "2 s too early");
    let status = Status::from(error);
    assert_eq!(status.code(), Code::Unknown);
    assert_eq!(status.message(), "2 s too early");
    assert!(
        status
            .source()
            .is_some_and(|source| source.to_string() == "2 s too early")
    );
    let error = client.reset().await.expect_err("it is not implemented");
    assert!(matches!(&error, ResetError::Status(status) if status.code() == Code::Unimplemented));
    let status = Status::from(error);
    assert_eq!(status.code(), Code::Unimplemented);
    #[allow(deprecated)]
    let error = client
        .hello("Ada")
        .await
        .expect_err("it is not implemented");
    assert!(message(&error).contains("oldGreet"), "{error}");
}

#[tokio::test]
async fn in_one_process() {
    calls_are_answered(&client()).await;
    errors_arrive_as_what_they_are(&client()).await;
}

#[tokio::test]
async fn over_a_connection() {
    let client = connected().await;
    calls_are_answered(&client).await;
    errors_arrive_as_what_they_are(&client).await;
    client.shout("hey").await.expect("nobody answers");
}

#[tokio::test]
async fn a_base_service_is_served_as_well() {
    let health = HealthClient::new(GreeterServer::new(Polite));
    health.ping().await.expect("it is answered");
    let admin = AdminClient::new(GreeterServer::new(Polite));
    admin.ping().await.expect("it is answered");
}

/// Restarts in no time.
struct Quick;

impl Health for Quick {
    async fn ping(&self, _: Ctx) -> Result<(), Status> {
        Err(Status::unavailable("too quick"))
    }
}

impl Admin for Quick {
    async fn restart(&self, _: Ctx, _: String, _: Option<u32>) -> Result<u32, Status> {
        Ok(0)
    }
}

/// A channel to what a server serves on a connection.
fn channel(server: Server) -> Channel {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(server.serve_connection(theirs));
    Channel::over(ours)
}

#[tokio::test]
async fn services_with_a_common_base_get_their_own_calls() {
    let both = || {
        Server::new()
            .add(AdminServer::new(Quick))
            .add(GreeterServer::new(Polite))
    };
    let channel = |server| {
        let channel = channel(server);
        let greeter = GreeterClient::new(channel.clone());
        let admin = AdminClient::new(channel.clone());
        (greeter, admin, HealthClient::new(channel))
    };
    let (greeter, admin, health) = channel(both());
    assert_eq!(greeter.restart("now", None).await.unwrap(), 103);
    assert_eq!(admin.restart("now", None).await.unwrap(), 0);
    greeter.ping().await.expect("it is the polite one");
    assert_eq!(admin.ping().await.unwrap_err().message(), "too quick");
    let error = health.ping().await.expect_err("it could be either");
    assert_eq!(error.code(), Code::Unimplemented);
    assert!(message(&error).contains("by its own name"), "{error}");

    let (_, admin, health) = channel(both().add(HealthServer::new(Polite)));
    health.ping().await.expect("it was added itself");
    assert_eq!(admin.ping().await.unwrap_err().message(), "too quick");
}

#[tokio::test]
async fn rules_go_by_the_service_that_answers() {
    let only_greeter = |call: Call, next: Next| async move {
        match call.method.is(&greeter::PING) {
            true => next.run(call).await,
            false => Err(Status::permission_denied("only the greeter")),
        }
    };
    let server = Server::new()
        .add(AdminServer::new(Quick))
        .add(GreeterServer::new(Polite))
        .layer(only_greeter);
    let channel = channel(server);
    let (greeter, admin) = (
        GreeterClient::new(channel.clone()),
        AdminClient::new(channel),
    );
    greeter.ping().await.expect("it is allowed");
    let denied = admin.ping().await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    assert!(greeter::PING.is(&admin::PING) && greeter::PING.is(&health::PING));
    assert!(!admin::PING.is(&greeter::PING) && !admin::RESTART.is(&health::PING));
}
