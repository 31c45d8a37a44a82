//! The bytes of a real conversation, as `docs/src/protocol.md` shows them.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use sinew::codegen::{Method, NamedService, no_such_method, reply, reply_stream};
use sinew::{
    Accept, Call, Channel, Failure, Limits, Peer, Reply, Rx, Server, Service, Status, Streaming,
    Tx, Unary,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::Notify;

mod schema {
    use crate::probe::{errors, record};
    use sinew::codegen::*;
    use sinew::{Status, UnknownVariant};
    record!("hello.GreetRequest", GreetRequest { 1 name: String });
    record!("hello.RestRequest", RestRequest {});
    record!("hello.ShoutRequest", ShoutRequest { 1 suffix: String });
    record!("hello.ForgetRequest", ForgetRequest { 1 name: String });
    record!("hello.Unknown", Unknown { 1 name: String });
    errors!("hello.ForgetError", ForgetError { 1 Unknown: Unknown });
}

static GREET: Method =
    Method::unary::<schema::GreetRequest, String, Status>("hello.Greeter", "greet");

static REST: Method = Method::unary::<schema::RestRequest, (), Status>("hello.Greeter", "rest");

static FORGET: Method =
    Method::unary::<schema::ForgetRequest, (), schema::ForgetError>("hello.Greeter", "forget");

static SHOUT: Method =
    Method::streaming::<schema::ShoutRequest, String, Status, Status>("hello.Greeter", "shout")
        .takes::<String>();

struct Greeter;

impl NamedService for Greeter {
    const NAMES: &'static [&'static str] = &["hello.Greeter"];
    const METHODS: &'static [&'static Method] = &[&GREET, &SHOUT, &REST, &FORGET];
}

impl Service for Greeter {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        match call.index::<Self>() {
            Some(0) => {
                let (_, request) = call.decode::<schema::GreetRequest>(&GREET)?;
                let result = match request.name.as_str() {
                    "" => Err(Status::invalid_argument("say who")),
                    name => Ok(format!("Hello, {name}!")),
                };
                reply(&GREET, result)
            }
            Some(1) => {
                let (_, request, (words, loud)) = call.accept::<schema::ShoutRequest, _>(&SHOUT)?;
                let end = shout(request.suffix, words, loud).await;
                reply_stream::<Status, Status>(&SHOUT, end.map_err(Failure::Call))
            }
            Some(2) => {
                call.decode::<schema::RestRequest>(&REST)?;
                reply(&REST, Ok::<_, Status>(()))
            }
            Some(3) => {
                let (_, request) = call.decode::<schema::ForgetRequest>(&FORGET)?;
                forget(request.name)
            }
            _ => Err(no_such_method(&call)),
        }
    }
}

fn forget(name: String) -> Result<Reply, Status> {
    if name == "Bob" {
        return reply(&FORGET, Ok::<_, schema::ForgetError>(()));
    }
    let unknown = schema::ForgetError::Unknown(schema::Unknown { name });
    let mut reply = reply(&FORGET, Err::<(), _>(unknown))?;
    reply.metadata.append("known", "2");
    Ok(reply)
}

async fn shout(suffix: String, mut words: Rx<String>, mut loud: Tx<String>) -> Result<(), Status> {
    while let Some(word) = words.recv().await? {
        loud.send(word.to_uppercase() + &suffix).await?;
    }
    Ok(())
}

/// Where the one connection comes from.
struct Come(Option<DuplexStream>);

impl Accept for Come {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.take() {
            Some(come) => Ok((come, Peer::unknown())),
            None => pending().await,
        }
    }
}

/// Copies one way and keeps a copy.
async fn tap(mut from: ReadHalf<DuplexStream>, mut to: WriteHalf<DuplexStream>) -> Vec<u8> {
    let mut seen = Vec::new();
    loop {
        let before = seen.len();
        if matches!(from.read_buf(&mut seen).await, Ok(0) | Err(_)) {
            let _ = to.shutdown().await;
            return seen;
        }
        if to.write_all(&seen[before..]).await.is_err() {
            return seen;
        }
    }
}

/// What client and server send while a client does something, and at the end.
async fn conversation(client_does: impl AsyncFnOnce(&Channel, &Notify)) -> [Vec<u8>; 2] {
    let (client, client_far) = tokio::io::duplex(4096);
    let (server, server_far) = tokio::io::duplex(4096);
    let ((client_read, client_write), (server_read, server_write)) =
        (tokio::io::split(client_far), tokio::io::split(server_far));
    let up = tokio::spawn(tap(client_read, server_write));
    let down = tokio::spawn(tap(server_read, client_write));
    let listening = Server::new().add(Greeter).listen(Come(Some(server)));
    let listening = listening.expect("it takes what comes");
    let stop = Arc::new(Notify::new());
    let told = stop.clone();
    tokio::spawn(listening.run_until(async move { told.notified().await }));
    let channel = Channel::over(client);
    client_does(&channel, &stop).await;
    drop(channel);
    [up.await.expect("no panic"), down.await.expect("no panic")]
}

async fn four_calls(channel: &Channel, _stop: &Notify) {
    for name in ["Ada", "Bob", ""] {
        let request = schema::GreetRequest { name: name.into() };
        let call = Unary::<_, String>::new(channel, &GREET, request);
        assert_eq!(call.await.is_ok(), !name.is_empty());
    }
    let call = Unary::<_, ()>::new(channel, &REST, schema::RestRequest {});
    call.await.expect("there is nothing to refuse");
}

async fn one_stream(channel: &Channel, _stop: &Notify) {
    let request = schema::ShoutRequest { suffix: "!".into() };
    let call = Streaming::<_, (Tx<String>, Rx<String>)>::new(channel, &SHOUT, request);
    let (mut words, mut loud) = call.await.expect("the call is accepted");
    words.send("hi".into()).await.expect("the server listens");
    assert_eq!(
        loud.recv().await.expect("an answer").as_deref(),
        Some("HI!")
    );
    words.finish();
    assert_eq!(loud.recv().await.expect("a clean end"), None);
}

async fn two_names(channel: &Channel, _stop: &Notify) {
    let forget = |name: &str| {
        let request = schema::ForgetRequest { name: name.into() };
        Unary::<_, (), schema::ForgetError>::new(channel, &FORGET, request)
    };
    let call = forget("Eva")
        .meta("authorization", "key")
        .meta("lang", "de");
    let (reply, metadata) = call.with_metadata().await;
    assert!(matches!(reply, Err(schema::ForgetError::Unknown(who)) if who.name == "Eva"));
    assert_eq!(metadata.get("known"), Some("2"));
    forget("Bob").await.expect("the server knows Bob");
}

/// The server is told to stop while a call is in flight.
async fn a_stream_at_the_end(channel: &Channel, stop: &Notify) {
    let request = schema::ShoutRequest { suffix: "!".into() };
    let call = Streaming::<_, (Tx<String>, Rx<String>)>::new(channel, &SHOUT, request);
    let (words, mut loud) = call.await.expect("the call is accepted");
    stop.notify_one();
    // With a simulated clock, which stands still until both have sent what they have to.
    tokio::time::sleep(Duration::from_millis(1)).await;
    words.finish();
    assert_eq!(loud.recv().await.expect("a clean end"), None);
}

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/protocol.md");
    std::fs::read_to_string(path)
        .expect("the page is there")
        .replace("\r\n", "\n")
}

/// The bytes on the page's lines that begin with `mark`, up to the comment.
fn shown(page: &str, mark: &str) -> Vec<u8> {
    let lines = page.lines().filter_map(|line| line.strip_prefix(mark));
    let words = lines.flat_map(|line| line.split("  ").next().unwrap_or_default().split(' '));
    words
        .filter(|word| !word.is_empty())
        .map(|word| u8::from_str_radix(word, 16).expect("two digits"))
        .collect()
}

#[tokio::test]
async fn the_conversation_on_the_page_is_a_real_one() {
    compare(["C ", "S "], conversation(four_calls).await);
}

#[tokio::test]
async fn the_exception_on_the_page_is_a_real_one() {
    compare(["k ", "r "], conversation(two_names).await);
}

#[tokio::test(start_paused = true)]
async fn the_stream_on_the_page_is_a_real_one() {
    compare(["c ", "s "], conversation(one_stream).await);
}

#[tokio::test(start_paused = true)]
async fn the_shutdown_on_the_page_is_a_real_one() {
    compare(["d ", "e "], conversation(a_stream_at_the_end).await);
}

fn compare(marks: [&str; 2], sent: [Vec<u8>; 2]) {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let shown = marks.map(|mark| hex(&shown(&page(), mark)));
    assert_eq!(shown, sent.map(|bytes| hex(&bytes)));
}

#[test]
fn every_limit_is_in_the_guide_with_its_default() {
    let guide = include_str!("../../../docs/src/operations.md");
    let defaults = format!("{:#?}", Limits::default());
    for name in Limits::NAMES {
        let value = defaults
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{name}: ")));
        let value = value
            .expect("Debug lists every field")
            .trim_end_matches(',');
        let row = format!("| `{name}` | {value} |");
        assert_eq!(guide.matches(&row).count(), 1, "row: {row}");
    }
    let rows = guide.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.count(), Limits::NAMES.len(), "a row for each limit");
}
