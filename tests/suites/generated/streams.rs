//! Streams in every shape through generated clients and servers, in one process and over a connection.

use super::*;
use cases::streams::tracker::{HuntStreamError, TraceStreamError, UploadError, WatchError};
use cases::streams::{
    Lost, Point, Radar, RadarClient, RadarServer, Tracker, TrackerClient, TrackerServer, Trouble,
    Unknown,
};
use sinew::{Code, Ctx, Failure, Rx, Server, Tx};

struct Tracks;

async fn walk(output: &mut Tx<Point>, steps: i32) -> Result<(), Status> {
    for step in 0..steps {
        output.send(Point::new(step, -step)).await?;
    }
    Ok(())
}

fn unknown(name: &str) -> Result<(), Unknown> {
    match name {
        "Ada" => Ok(()),
        _ => Err(Unknown::new(name)),
    }
}

impl Tracker for Tracks {
    async fn follow(&self, _: Ctx, _: String, mut output: Tx<Point>) -> Result<(), Status> {
        walk(&mut output, 1000).await
    }

    async fn watch(
        &self,
        _: Ctx,
        name: String,
        limit: u32,
        mut output: Tx<Point>,
    ) -> Result<(), WatchError> {
        unknown(&name)?;
        walk(&mut output, 2).await?;
        match limit {
            10 => Ok(()),
            _ => Err(Unknown::new("late").into()),
        }
    }

    async fn trace(
        &self,
        _: Ctx,
        _: String,
        mut output: Tx<Point>,
    ) -> Result<(), TraceStreamError> {
        walk(&mut output, 3).await?;
        Err(Lost::new(3).into())
    }

    async fn hunt(
        &self,
        _: Ctx,
        name: String,
        mut output: Tx<Point>,
    ) -> Result<(), Failure<Trouble, HuntStreamError>> {
        unknown(&name).map_err(|error| Failure::Call(error.into()))?;
        walk(&mut output, 1).await?;
        Err(Failure::Stream(Lost::new(1).into()))
    }

    async fn sum(&self, _: Ctx, mut numbers: Rx<i64>) -> Result<u64, Status> {
        let mut sum = 0;
        while let Some(number) = numbers.recv().await? {
            sum += number;
        }
        Ok(sum as u64)
    }

    async fn upload(&self, _: Ctx, name: String, _: Rx<Point>) -> Result<(), UploadError> {
        unknown(&name)?;
        Ok(())
    }

    async fn chat(
        &self,
        _: Ctx,
        output: String,
        mut cx: Rx<String>,
        mut output_: Tx<String>,
    ) -> Result<(), Status> {
        while let Some(line) = cx.recv().await? {
            output_.send(format!("{output}: {line}")).await?;
        }
        Ok(())
    }
}

async fn connected() -> TrackerClient {
    let server = Server::new().add(TrackerServer::new(Tracks));
    let server = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = server.local_addr().to_string();
    tokio::spawn(server.run());
    TrackerClient::connect(address)
        .await
        .expect("the server is there")
}

/// What a stream had, and how it ended.
async fn all<T: sinew::Wire, E: sinew::codegen::MethodError>(
    mut stream: Rx<T, E>,
) -> (usize, Option<E>) {
    let mut count = 0;
    loop {
        match stream.recv().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return (count, None),
            Err(error) => return (count, Some(error)),
        }
    }
}

#[tokio::test]
async fn servers_send_streams() {
    for client in [
        TrackerClient::new(TrackerServer::new(Tracks)),
        connected().await,
    ] {
        let points = client.follow("Ada").await.expect("it is accepted");
        assert!(matches!(all(points).await, (1000, None)));
        let points = client.watch("Ada", 10).await.expect("it is accepted");
        assert!(matches!(all(points).await, (2, None)));
        let points = client.watch("Ada", 11).await.expect("it is accepted");
        assert!(matches!(
            all(points).await,
            (2, Some(WatchError::Unknown(_)))
        ));
        let refused = client.watch("Bob", 10).await.expect_err("nobody is Bob");
        assert!(matches!(refused, WatchError::Unknown(error) if error.name == "Bob"));
        let points = client.trace("Ada").await.expect("it is accepted");
        assert!(matches!(
            all(points).await,
            (3, Some(TraceStreamError::Lost(_)))
        ));
        let points = client.hunt("Ada").await.expect("it is accepted");
        assert!(matches!(
            all(points).await,
            (1, Some(HuntStreamError::Lost(_)))
        ));
        let refused = client.hunt("Bob").await.expect_err("nobody is Bob");
        assert!(matches!(refused, Trouble::Unknown(_)));
    }
}

#[tokio::test]
async fn clients_send_streams() {
    for client in [
        TrackerClient::new(TrackerServer::new(Tracks)),
        connected().await,
    ] {
        let mut sum = client.sum().await.expect("it begins");
        for number in 1..=100 {
            sum.send(number).await.expect("it is read");
        }
        assert_eq!(sum.finish().await.expect("it is answered"), 5050);
        let upload = client.upload("Bob").await.expect("it begins");
        let refused = upload.finish().await.expect_err("nobody is Bob");
        assert!(matches!(refused, UploadError::Unknown(_)));

        let (mut lines, mut answers) = client.chat("Ada").await.expect("it is accepted");
        for line in ["one", "two"] {
            lines.send(line.to_owned()).await.expect("it is read");
            let answer = answers.recv().await.expect("it is answered");
            assert_eq!(answer, Some(format!("Ada: {line}")));
        }
        lines.finish();
        assert_eq!(answers.recv().await.expect("it ends"), None);
    }
}

#[tokio::test]
async fn what_a_server_lacks_is_unimplemented() {
    for client in [
        TrackerClient::new(TrackerServer::new(Tracks)),
        connected().await,
    ] {
        let error = client.guide().await.expect_err("it is not there");
        assert!(matches!(error, Trouble::Status(status) if status.code() == Code::Unimplemented));
    }
}

/// A [`Tracks`] under the name of another service, which inherits all that it does.
impl Radar for Tracks {}

#[tokio::test]
async fn methods_with_streams_are_inherited() {
    let server = Server::new()
        .add(TrackerServer::new(Elsewhere))
        .add(RadarServer::new(Tracks));
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(server.serve_connection(theirs));
    let channel = sinew::Channel::over(ours);
    for client in [
        RadarClient::new(channel.clone()),
        RadarClient::new(RadarServer::new(Tracks)),
    ] {
        let points = client.watch("Ada", 10).await.expect("it is accepted");
        assert!(matches!(all(points).await, (2, None)));
        let mut sum = client.sum().await.expect("it begins");
        sum.send(5).await.expect("it is read");
        assert_eq!(sum.finish().await.expect("it is answered"), 5);
    }
    let points = TrackerClient::new(channel).watch("Ada", 10).await;
    assert!(matches!(points, Err(WatchError::Status(_))));
}

/// Implements nothing.
struct Elsewhere;

impl Tracker for Elsewhere {}
