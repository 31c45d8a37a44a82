//! What handlers say beside their answers: replies, declared exceptions and streams of every shape, in one process and over a
//! connection.

use super::*;
use cases::services::greeter::GreetError;
use cases::services::{Admin, EmptyName, Greeter, GreeterClient, GreeterServer, Health, Person};
use cases::streams::tracker::{UploadError, WatchError, WatchRequest};
use cases::streams::{Point, Tracker, TrackerClient, TrackerServer, Unknown};
use sinew::dynamic::{DynamicCall, Encoded};
use sinew::{Bytes, Channel, Code, Ctx, Metadata, Rx, Server, Tx, encode_body};

struct Tracks;

impl Tracker for Tracks {
    async fn follow(&self, cx: Ctx, name: String, mut output: Tx<Point>) -> Result<(), Status> {
        cx.reply_meta("name", name);
        cx.reply_meta("page", "1");
        output.send(Point::new(1, 1)).await?;
        cx.reply_meta("pages", "2");
        output.send(Point::new(2, 2)).await
    }

    async fn watch(
        &self,
        cx: Ctx,
        name: String,
        limit: u32,
        mut output: Tx<Point>,
    ) -> Result<(), WatchError> {
        cx.reply_meta("asked", limit.to_string());
        if limit == 0 {
            return Err(Unknown::new(name).into());
        }
        output.open();
        cx.reply_meta("left", "0");
        Err(Unknown::new("late").into())
    }

    async fn upload(
        &self,
        cx: Ctx,
        name: String,
        mut points: Rx<Point>,
    ) -> Result<(), UploadError> {
        cx.reply_meta("name", name.clone());
        let mut count = 0;
        while points.recv().await?.is_some() {
            count += 1;
        }
        cx.reply_meta("count", count.to_string());
        match count {
            0 => Err(Unknown::new(name).into()),
            _ => Ok(()),
        }
    }

    async fn chat(
        &self,
        cx: Ctx,
        name: String,
        mut lines: Rx<String>,
        mut output: Tx<String>,
    ) -> Result<(), Status> {
        cx.reply_meta("name", name);
        // Reading accepts the call.
        while let Some(line) = lines.recv().await? {
            output.send(line).await?;
        }
        cx.reply_meta("PAGES", "no such key");
        Ok(())
    }
}

async fn clients() -> [TrackerClient; 2] {
    channels().await.map(TrackerClient::new)
}

/// In this process, and over a connection.
async fn channels() -> [Channel; 2] {
    let server = Server::new().add(TrackerServer::new(Tracks));
    let server = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = server.local_addr().to_owned();
    tokio::spawn(server.run());
    let connected = Channel::connect(address).await;
    [
        Channel::new(TrackerServer::new(Tracks)),
        connected.expect("the server is there"),
    ]
}

fn entries(metadata: &Metadata) -> Vec<String> {
    let entries = metadata.iter();
    entries
        .map(|(key, value)| format!("{key}={value}"))
        .collect()
}

#[tokio::test]
async fn a_stream_has_metadata_before_its_messages_and_at_its_end() {
    for client in clients().await {
        let (points, head) = client.follow("Ada").with_metadata().await;
        let mut points = points.expect("it is accepted");
        assert_eq!(entries(&head), ["name=Ada", "page=1"]);
        assert_eq!(entries(points.metadata()), ["name=Ada", "page=1"]);
        while points.recv().await.expect("it ends well").is_some() {}
        assert_eq!(
            entries(points.metadata()),
            ["name=Ada", "page=1", "pages=2"]
        );
    }
}

#[tokio::test]
async fn so_has_one_that_is_refused_or_breaks_off_with_a_declared_exception() {
    for client in clients().await {
        let (refused, beside) = client.watch("Bob", 0).with_metadata().await;
        let WatchError::Unknown(unknown) = refused.expect_err("it is refused") else {
            panic!("another error")
        };
        assert_eq!(
            (&*unknown.name, &*entries(&beside)),
            ("Bob", &["asked=0".to_owned()][..])
        );
        let mut points = client.watch("Bob", 1).await.expect("it is accepted");
        assert_eq!(entries(points.metadata()), ["asked=1"]);
        points.recv().await.expect_err("it breaks off");
        assert_eq!(entries(points.metadata()), ["asked=1", "left=0"]);
    }
}

#[tokio::test]
async fn an_upload_has_it_beside_its_answer() {
    for client in clients().await {
        for (points, good) in [(2, true), (0, false)] {
            let mut upload = client.upload("Ada").await.expect("a call");
            for point in 0..points {
                upload.send(Point::new(point, 0)).await.expect("it is read");
            }
            let (answer, beside) = upload.finish().with_metadata().await;
            assert_eq!(answer.is_ok(), good, "{answer:?}");
            let said = ["name=Ada".to_owned(), format!("count={points}")];
            assert_eq!(entries(&beside), said);
        }
    }
}

#[tokio::test]
async fn reading_accepts_with_it_and_what_is_no_metadata_ends_the_call() {
    let [_, client] = clients().await;
    let (chat, head) = client.chat("Ada").with_metadata().await;
    let (mut lines, mut said) = chat.expect("it is accepted");
    assert_eq!(entries(&head), ["name=Ada"]);
    lines.send("hello".to_owned()).await.expect("it is read");
    lines.finish();
    assert_eq!(said.recv().await.expect("a line").as_deref(), Some("hello"));
    let status = said.recv().await.expect_err("a bad key");
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn who_knows_the_method_only_at_run_time_is_told_at_both_ends() {
    let watch = |channel: &Channel, limit| {
        let request = WatchRequest {
            name: "Bob".into(),
            limit,
        };
        let mut body = Vec::new();
        encode_body(&request, &mut body).expect("it can be encoded");
        let head = Bytes::from_static(WatchRequest::shape().head());
        let request = Encoded {
            head,
            body: body.into(),
        };
        let call = DynamicCall::new(channel, "cases.streams.Tracker", "watch", request);
        call.download().expect("it begins")
    };
    for channel in channels().await {
        let mut points = watch(&channel, 1);
        for _ in 0..2 {
            let head = points.accepted().await.expect("it is accepted");
            assert_eq!(entries(head), ["asked=1"]);
        }
        assert!(points.recv().await.is_none());
        assert_eq!(
            points.accepted().await.map(entries),
            Some(vec!["asked=1".to_owned()])
        );
        let reply = points.finish().await.expect("a reply");
        assert_eq!(entries(&reply.metadata), ["left=0"]);

        let mut refused = watch(&channel, 0);
        assert!(refused.accepted().await.is_none());
        let reply = refused.finish().await.expect("a reply");
        assert_eq!(entries(&reply.metadata), ["asked=0"]);
    }
}

/// Says something that is no metadata before it accepts the call, and goes on for ever.
struct Wrong;

impl Tracker for Wrong {
    async fn follow(&self, cx: Ctx, _: String, mut output: Tx<Point>) -> Result<(), Status> {
        cx.reply_meta("no key", "");
        output.open();
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_accepted_as_its_handler_wants_ends() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = Server::new().add(TrackerServer::new(Wrong));
    tokio::spawn(server.serve_connection(far));
    let client = TrackerClient::new(sinew::Connect::new().over(near));
    for _ in 0..3 {
        let status = client.follow("Ada").await.expect_err("a bad key");
        assert_eq!(status.code(), Code::InvalidArgument);
    }
}

/// Greets nobody, and says so.
struct Closed;

impl Health for Closed {}

impl Admin for Closed {}

impl Greeter for Closed {
    async fn greet(&self, cx: Ctx, who: Person) -> Result<String, GreetError> {
        cx.reply_meta("asked", who.name);
        Err(EmptyName::new("closed").into())
    }
}

#[tokio::test]
async fn a_declared_exception_has_it_too() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = Server::new().add(GreeterServer::new(Closed));
    tokio::spawn(server.serve_connection(far));
    let over = sinew::Connect::new().over(near);
    for client in [
        GreeterClient::new(over),
        GreeterClient::new(GreeterServer::new(Closed)),
    ] {
        let ada = Person::new("Ada");
        let (answer, beside) = client.greet(ada).with_metadata().await;
        let Err(GreetError::Empty(closed)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(closed.hint, "closed");
        assert_eq!(entries(&beside), ["asked=Ada"]);
    }
}
