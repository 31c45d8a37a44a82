//! What handlers may do, and what they learn while they run.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sinew::codegen::{Handler, Method, NamedService, dispatch};
use sinew::{Call, Code, Ctx, Limits, MethodRef, Reply, Service, Status};
use tokio::sync::mpsc;

use crate::probe::{ECHO, EchoRequest, Probe, ProbeClient, Running};

type Task = Pin<Box<dyn Future<Output = Result<Vec<u8>, Status>> + Send>>;

/// Answers `echo` with whatever a test wants.
#[derive(Clone)]
pub struct Scripted(Arc<dyn Fn(Ctx, Vec<u8>) -> Task + Send + Sync>);

impl Scripted {
    pub fn new<F>(script: impl Fn(Ctx, Vec<u8>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<u8>, Status>> + Send + 'static,
    {
        Self(Arc::new(move |cx, data| Box::pin(script(cx, data))))
    }
}

impl NamedService for Scripted {
    const NAMES: &'static [&'static str] = &["test.Probe"];
    const METHODS: &'static [&'static Method] = &[&ECHO];
}

impl Service for Scripted {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        dispatch(self, call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        method.index::<Self>()?;
        let scripted = Arc::new(self.clone());
        let run = |scripted: Arc<Self>, cx, request: EchoRequest| (scripted.0)(cx, request.data);
        Some(Handler::unary(&scripted, &ECHO, run))
    }
}

#[tokio::test]
async fn what_a_handler_has_spawned_learns_of_the_cancel() {
    let (told, mut learnt) = mpsc::unbounded_channel();
    let service = Scripted::new(move |cx, _| {
        let told = told.clone();
        async move {
            let watch = cx.cancelled();
            let sender = told.clone();
            tokio::spawn(async move {
                watch.await;
                sender.send("cancelled").expect("the test listens");
            });
            told.send("began").expect("the test listens");
            std::future::pending::<()>().await;
            Ok(Vec::new())
        }
    });
    let server = Running::start(service.clone(), Limits::default()).await;
    for client in [server.client().await, ProbeClient::new(service)] {
        let call = tokio::spawn(client.echo("").owned());
        assert_eq!(learnt.recv().await, Some("began"));
        call.abort();
        assert_eq!(learnt.recv().await, Some("cancelled"));
    }
}

/// A handler's memory is reused, and nothing of a call is left in it.
#[tokio::test]
async fn calls_follow_each_other_however_they_end() {
    let service = Scripted::new(|_, data| async move {
        tokio::task::yield_now().await;
        match data.first() {
            Some(0) => panic!("a handler that panics"),
            Some(1) => Err(Status::not_found("nothing here")),
            Some(2) => std::future::pending().await,
            Some(_) | None => Ok(data),
        }
    });
    let server = Running::start(service, Limits::default()).await;
    let client = server.client().await;
    for round in 0..20 {
        let status = client.echo([0]).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        let given_up = tokio::spawn(client.echo([2]).owned());
        tokio::task::yield_now().await;
        let status = client.echo([1]).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
        given_up.abort();
        assert_eq!(client.echo([3, round]).await.unwrap(), [3, round]);
    }
}

/// The payload of a handler's panic is the user's, and may panic too.
struct Bad;

impl Drop for Bad {
    fn drop(&mut self) {
        panic!("dropped badly");
    }
}

#[tokio::test]
async fn a_panic_within_a_panic_ends_one_call_too() {
    let service = Scripted::new(|_, data| async move {
        match data.first() {
            Some(0) => std::panic::panic_any(Bad),
            Some(1) => {
                tokio::task::yield_now().await;
                std::panic::panic_any(Bad)
            }
            Some(_) | None => Ok(data),
        }
    });
    let server = Running::start(service.clone(), Limits::default()).await;
    for client in [server.client().await, ProbeClient::new(service)] {
        for bad in [0, 1] {
            let (panics, other) = tokio::join!(client.echo([bad]), client.echo([2]));
            assert_eq!(panics.unwrap_err().code(), Code::Internal);
            assert_eq!(other.expect("it has nothing to do with that"), [2]);
        }
    }
}

/// The metadata of `echo`'s reply.
async fn beside(client: &ProbeClient, data: &str) -> Result<Vec<String>, Status> {
    let (reply, metadata) = client.echo(data).with_metadata().await;
    assert_eq!(reply?, data.as_bytes());
    let entries = metadata.iter().map(|(key, value)| format!("{key}={value}"));
    Ok(entries.collect())
}

#[tokio::test]
async fn a_handler_sends_metadata_beside_its_reply() {
    let (keep, mut kept) = mpsc::unbounded_channel();
    let service = Scripted::new(move |cx, data| {
        let keep = keep.clone();
        async move {
            if !data.is_empty() {
                cx.reply_meta("length", data.len().to_string());
                tokio::task::yield_now().await;
                cx.reply_meta("page", "2");
            }
            if data == b"bad" {
                return Err(Status::not_found("bad"));
            }
            keep.send(cx).expect("the test listens");
            Ok(data)
        }
    });
    let server = Running::start(service.clone(), Limits::default()).await;
    for client in [server.client().await, ProbeClient::new(service)] {
        let said = ["length=5", "page=2"];
        assert_eq!(beside(&client, "hello").await.expect("a reply"), said);
        // Nothing is left for the next call: neither by a failed handler nor by a finished one.
        let failed = beside(&client, "bad").await.expect_err("it fails");
        assert_eq!(failed.code(), Code::NotFound);
        let over = kept.recv().await.expect("a context");
        over.reply_meta("late", "yes");
        assert!(beside(&client, "").await.expect("a reply").is_empty());
        kept.recv().await.expect("a context");
        assert_eq!(client.echo("hello").await.expect("a reply"), b"hello");
        kept.recv().await.expect("a context");
    }
}

#[tokio::test]
async fn a_handler_learns_that_the_server_drains() {
    let (told, mut learnt) = mpsc::unbounded_channel();
    let service = Scripted::new(move |cx, _| {
        let told = told.clone();
        async move {
            assert!(!cx.is_draining());
            told.send(cx.peer().address().is_some())
                .expect("the test listens");
            cx.draining().await;
            Ok(b"cut short".to_vec())
        }
    });
    let mut server = Running::start(service, Limits::default()).await;
    let client = server.client().await;
    let call = tokio::spawn(client.echo("").owned());
    assert_eq!(learnt.recv().await, Some(true));
    server.stop();
    assert_eq!(call.await.unwrap().unwrap(), b"cut short");
    server.stopped().await;
}

#[tokio::test(start_paused = true)]
async fn handlers_sleep_yield_and_call_on() {
    let inner = Running::start(Probe::default(), Limits::default()).await;
    let far = inner.client().await;
    let service = Scripted::new(move |cx, data| {
        let far = far.clone();
        async move {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            // The inner call gets what is left of the outer one's time.
            match data.as_slice() {
                b"late" => far.wait().within(&cx).await.map(|()| data),
                _ => far.echo(data).within(&cx).await,
            }
        }
    });
    let outer = Running::start(service, Limits::default()).await;
    let client = outer.client().await;
    let calls: Vec<_> = (0..50u8)
        .map(|n| tokio::spawn(client.echo([n]).owned()))
        .collect();
    for (n, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap().unwrap(), [n as u8]);
    }
    let status = client
        .echo("late")
        .timeout(Duration::from_secs(5))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_threads_share_a_connection() {
    let probe = Probe::default();
    let server = Running::start(probe.clone(), limits(16)).await;
    let client = server.client().await;
    let workers = (0..8u64).map(|worker| {
        let client = client.clone();
        tokio::spawn(async move {
            for n in 0..300u64 {
                let text = format!("{worker} {n}").into_bytes();
                if (n + worker) % 7 == 0 {
                    // Given up at some moment: before, while or after it is answered.
                    let call = tokio::spawn(client.echo(text.clone()).owned());
                    tokio::task::yield_now().await;
                    call.abort();
                    continue;
                }
                assert_eq!(client.echo(text.clone()).await.expect("an echo"), text);
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    server.stopped().await;
}

fn limits(calls: usize) -> Limits {
    let mut limits = Limits::default();
    limits.calls = calls;
    limits
}

/// If a value has no encoding, only its call fails.
#[tokio::test]
async fn a_reply_that_is_too_large_fails_its_call_only() {
    let service = Scripted::new(|_, data| async move { Ok(vec![1; usize::from(data[0]) << 20]) });
    let server = Running::start(service, Limits::default()).await;
    let client = server.client().await;
    assert_eq!(client.echo([3]).await.unwrap().len(), 3 << 20);
    let status = client.echo([4]).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(client.echo([1]).await.unwrap().len(), 1 << 20);
    let status = client.echo(vec![0; 4 << 20]).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
}
