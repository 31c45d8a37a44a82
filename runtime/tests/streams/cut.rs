//! Calls that end while a part of a message has arrived.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use sinew::{Channel, Code, Rx, Server};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::flow::{Flow, FlowClient};

/// A client over a connection that ends with the task.
fn started() -> (Channel, JoinHandle<()>) {
    let (near, far) = tokio::io::duplex(1 << 12);
    let server = Server::new().add(Flow::default()).serve_connection(far);
    (Channel::over(near), tokio::spawn(server))
}

async fn is_pending<T: sinew::Wire>(rx: &mut Rx<T>) -> bool {
    poll_fn(|cx| Poll::Ready(rx.poll_recv(cx).is_pending())).await
}

#[tokio::test]
async fn the_reason_is_waited_for_however_late_it_is() {
    let (channel, server) = started();
    let (over, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let told = (over.clone(), go_on.clone());
    let channel = channel.layer(move |call, next| {
        let (over, go_on) = told.clone();
        async move {
            let reply = next.run(call).await;
            over.notify_one();
            go_on.notified().await;
            reply
        }
    });
    let client = FlowClient { channel };
    let mut blobs = client.blobs(1 << 20, 1).await.unwrap();
    server.abort();
    over.notified().await;
    for _ in 0..3 {
        assert!(is_pending(&mut blobs).await, "nobody knows why yet");
    }
    go_on.notify_one();
    let error = blobs.recv().await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable, "{error}");
    assert_eq!(blobs.recv().await.unwrap(), None);
}
