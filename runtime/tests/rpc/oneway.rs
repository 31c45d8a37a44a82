//! Calls whose callers do not wait: on a connection they are in flight all the same.

use std::sync::Arc;

use sinew::layer::Next;
use sinew::{Call, Limits, Service};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::probe::{Probe, ProbeClient, Running};

/// A server whose handlers wait until they are released.
struct Held {
    server: Running,
    begun: Arc<Notify>,
    release: Arc<Notify>,
    /// For each finished handler: whether it has completed.
    ended: UnboundedReceiver<bool>,
}

/// A handler that reports how it has ended.
struct Handler {
    finished: bool,
    ended: UnboundedSender<bool>,
}

impl Drop for Handler {
    fn drop(&mut self) {
        let _ = self.ended.send(self.finished);
    }
}

impl Held {
    async fn start() -> Self {
        let (begun, release) = (Arc::<Notify>::default(), Arc::<Notify>::default());
        let (sender, ended) = unbounded_channel();
        let (begins, released) = (begun.clone(), release.clone());
        let service = Probe::default().layer(move |call: Call, next: Next| {
            let (begins, released, ended) = (begins.clone(), released.clone(), sender.clone());
            let finished = false;
            async move {
                let mut handler = Handler { finished, ended };
                begins.notify_one();
                released.notified().await;
                handler.finished = true;
                next.run(call).await
            }
        });
        let server = Running::start(service, Limits::default()).await;
        Self {
            server,
            begun,
            release,
            ended,
        }
    }

    /// A client whose call has begun.
    async fn called(&self) -> ProbeClient {
        let client = self.server.client().await;
        client.note("x").await.expect("it is sent");
        self.begun.notified().await;
        client
    }
}

/// Lets everybody react to what has happened.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_server_that_stops_lets_it_finish() {
    let mut held = Held::start().await;
    let _client = held.called().await;
    held.server.stop();
    settle().await;
    held.release.notify_one();
    assert_eq!(held.ended.recv().await, Some(true));
    held.server.stopped_already().await;
}

#[tokio::test]
async fn a_client_that_makes_no_more_calls_lets_it_finish() {
    let mut held = Held::start().await;
    drop(held.called().await);
    settle().await;
    held.release.notify_one();
    assert_eq!(held.ended.recv().await, Some(true));
    held.server.stopped().await;
}
