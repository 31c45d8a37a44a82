//! How calls with streams end with their server, their connection or their client.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sinew::codegen::{Method, NamedService, reply};
use sinew::{Call, Channel, Code, Limits, Reply, Server, Service, Status, Unary};
use tokio::sync::Notify;

use crate::flow::{Flow, FlowClient, Running, SumRequest, collect};

#[tokio::test]
async fn a_draining_server_lets_long_streams_end() {
    let flow = Flow::default();
    let mut server = Running::start(flow.clone(), Limits::default()).await;
    let client = server.client().await;
    let (_idle, mut held) = client.hold(true).await.unwrap();
    server.stop();
    assert_eq!(held.recv().await.unwrap(), Some(-1));
    assert_eq!(held.recv().await.unwrap(), None);
    server.stopped_already().await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_heeds_no_drain_is_cancelled() {
    let flow = Flow::default();
    let mut server = Running::start(flow.clone(), Limits::default()).await;
    let client = server.client().await;
    let (_words, mut loud) = client.shout("").await.unwrap();
    server.stop();
    assert_eq!(loud.recv().await.unwrap_err().code(), Code::Unavailable);
    server.stopped_already().await;
}

#[tokio::test]
async fn a_lost_connection_is_no_clean_end() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let flow = Flow::default();
    let server = Server::new().add(flow.clone());
    let server = tokio::spawn(server.serve_connection(far));
    let client = FlowClient {
        channel: Channel::over(near),
    };
    let (mut words, mut held) = client.hold(true).await.unwrap();
    flow.began(1).await;
    server.abort();
    assert_eq!(held.recv().await.unwrap_err().code(), Code::Unavailable);
    flow.gone(1).await;
    assert_eq!(words.send(1).await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn streams_outlive_their_client_and_its_channel() {
    let server = Running::start(Flow::default(), Limits::default()).await;
    let client = server.client().await;
    let call = tokio::spawn(client.count(1000, 3000).owned());
    drop(client);
    let mut numbers = call.await.unwrap().unwrap();
    assert_eq!(collect(&mut numbers).await.0.len(), 2001);
    drop(numbers);
    server.stopped().await;
}

#[tokio::test]
async fn a_reader_that_sleeps_holds_up_nobody_else() {
    let flow = Flow::default();
    let server = Running::start(flow.clone(), Limits::default()).await;
    let client = server.client().await;
    let mut sleeping = client.blobs(10_000, 100).await.unwrap();
    let mut large = client.blobs(3 << 20, 1).await.unwrap();
    let mut numbers = client.count(1000, 2000).await.unwrap();
    assert_eq!(collect(&mut numbers).await.0.len(), 1001);
    assert_eq!(collect(&mut large).await.0.len(), 1);
    assert!(flow.inner.sent.load(Ordering::SeqCst) < 100 + 1001);
    assert_eq!(collect(&mut sleeping).await.0.len(), 100);
    drop((client, sleeping, large, numbers));
    server.stopped().await;
}

#[tokio::test]
async fn many_streams_share_a_connection() {
    let server = Running::start(Flow::default(), Limits::default()).await;
    let client = server.client().await;
    let calls = (0..300i64).map(|n| {
        let client = client.clone();
        tokio::spawn(async move {
            let (mut words, mut loud) = client.shout("").await.unwrap();
            for word in 0..20 {
                words.send(format!("{n}x{word}")).await.unwrap();
                let answer = loud.recv().await.unwrap();
                assert_eq!(answer, Some(format!("{n}X{word}")));
            }
            words.finish();
            assert_eq!(loud.recv().await.unwrap(), None);
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    drop(client);
    server.stopped().await;
}

static SAVE: Method = Method::unary::<SumRequest, (), Status>("test.Saver", "save");

/// Saves in a shield, once it is released.
#[derive(Clone, Default)]
struct Saver {
    begun: Arc<Notify>,
    release: Arc<Notify>,
    saved: Arc<Notify>,
}

impl NamedService for Saver {
    const NAMES: &'static [&'static str] = &["test.Saver"];
    const METHODS: &'static [&'static Method] = &[&SAVE];
}

impl Service for Saver {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        let (cx, _) = call.decode::<SumRequest>(&SAVE)?;
        let Self {
            begun,
            release,
            saved,
        } = self.clone();
        let work = cx.shield(async move {
            begun.notify_one();
            release.notified().await;
            saved.notify_one();
        });
        work.await;
        reply(&SAVE, Ok::<(), Status>(()))
    }
}

#[tokio::test]
async fn shielded_work_is_finished_and_waited_for() {
    let saver = Saver::default();
    let server = Running::start(saver.clone(), Limits::default()).await;
    let client = server.client().await;
    let save = || Unary::<_, ()>::new(&client.channel, &SAVE, SumRequest {});

    let given_up = tokio::spawn(save().owned());
    saver.begun.notified().await;
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    let stopped = tokio::spawn(server.stopped());
    // The call is over, but not its work.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!stopped.is_finished());
    saver.release.notify_one();
    saver.saved.notified().await;
    stopped.await.unwrap();

    // A result reaches whoever still waits.
    let saver = Saver::default();
    let channel = Channel::new(saver.clone());
    saver.release.notify_one();
    Unary::<_, ()>::new(&channel, &SAVE, SumRequest {})
        .timeout(Duration::from_secs(60))
        .await
        .unwrap();
}
