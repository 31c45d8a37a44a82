//! Calls whose methods and types are known only at run time.

use std::time::Duration;

use sinew::codegen::shape_of;
use sinew::dynamic::{DynamicCall, Encoded, EncodedRx};
use sinew::{Bytes, Code, DecodeLimits, Message, PeerShape, Phase, Reached, Wire, encode_body};

use crate::calls::both;
use crate::flow::{BlobsRequest, CountRequest, FlowClient, HoldRequest, ShoutRequest, SumRequest};

fn encoded<T: Message>(request: &T) -> Encoded {
    Encoded {
        head: Bytes::from_static(T::shape().head()),
        body: body(request),
    }
}

fn body<T: Wire>(value: &T) -> Bytes {
    let mut body = Vec::new();
    encode_body(value, &mut body).expect("it can be encoded");
    body.into()
}

fn head<T: Wire>() -> Bytes {
    Bytes::from_static(shape_of::<T>().head())
}

fn decoded<T: Wire>(message: &Encoded) -> T {
    let shape = PeerShape::parse(&message.head).expect("a head comes along");
    let limits = DecodeLimits::default();
    let value = shape.decode_as(shape_of::<T>(), &message.body, &limits);
    value.expect("it is such a value")
}

async fn all<T: Wire>(rx: &mut EncodedRx) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(message) = rx.recv().await {
        all.push(decoded(&message));
    }
    all
}

fn call(client: &FlowClient, method: &str, request: Encoded) -> DynamicCall {
    DynamicCall::new(&client.channel, "test.Flow", method, request)
}

#[tokio::test]
async fn a_server_sends_a_stream() {
    both(|client, _| async move {
        let count = |from, to| {
            let request = encoded(&CountRequest { from, to });
            call(&client, "count", request).download().unwrap()
        };
        let mut numbers = count(100, 400);
        assert_eq!(
            all::<i64>(&mut numbers).await,
            (100..=400).collect::<Vec<_>>()
        );
        let ended = numbers.finish().await.unwrap().message;

        let mut broken = count(10, 20);
        assert_eq!(all::<i64>(&mut broken).await, [10, 11, 12]);
        let broken = broken.finish().await.unwrap().message;

        let mut refused = count(5, 4);
        assert_eq!(all::<i64>(&mut refused).await, []);
        let refused = refused.finish().await.unwrap().message;
        assert!(ended.body != broken.body && broken.body != refused.body);

        let early = count(1000, 100_000).finish().await.unwrap();
        assert_eq!(early.message, ended);
        let failed = count(402, 1000).finish().await.unwrap_err();
        assert_eq!(
            (failed.code(), failed.reached()),
            (Code::NotFound, Reached::Yes)
        );
    })
    .await;
}

#[tokio::test]
async fn a_client_sends_a_stream() {
    both(|client, _| async move {
        let sum = || call(&client, "sum", encoded(&SumRequest {}));
        let (mut tx, rx) = sum().upload(head::<i64>()).unwrap();
        for number in 0..50 {
            tx.send(&body(&number)).await.unwrap();
        }
        tx.finish();
        let reply = rx.finish().await.unwrap().message;
        let typed = client.sum().await.unwrap().finish().await.unwrap();
        assert_eq!(typed, 0);
        assert!(reply.body.ends_with(&body(&(49 * 50 / 2_i64))));

        let (tx, rx) = sum().upload(head::<i64>()).unwrap();
        drop(tx);
        assert_eq!(rx.finish().await.unwrap_err().code(), Code::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn both_sides_send_more_than_fits_into_their_windows() {
    both(|client, _| async move {
        let request = encoded(&ShoutRequest { suffix: "!".into() });
        let (mut tx, mut rx) = call(&client, "shout", request)
            .upload(head::<String>())
            .unwrap();
        let word = "x".repeat(1000);
        let writer = tokio::spawn(async move {
            for _ in 0..2000 {
                tx.send(&body(&word)).await.unwrap();
            }
            tx.finish();
        });
        let words: Vec<String> = all(&mut rx).await;
        writer.await.unwrap();
        assert_eq!(words.len(), 2000);
        assert!(words.iter().all(|word| word.len() == 1001));
        rx.finish().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn large_messages_are_received_whole() {
    both(|client, _| async move {
        let (size, count) = (1 << 20, 3);
        let request = encoded(&BlobsRequest { size, count });
        let mut rx = call(&client, "blobs", request).download().unwrap();
        let blobs: Vec<Vec<u8>> = all(&mut rx).await;
        assert_eq!(blobs.iter().map(Vec::len).collect::<Vec<_>>(), [1 << 20; 3]);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_too_large_is_not_sent() {
    both(|client, _| async move {
        let (mut tx, rx) = call(&client, "sum", encoded(&SumRequest {}))
            .upload(head::<i64>())
            .unwrap();
        let large = vec![0; (64 << 20) + 1];
        let refused = tx.send(&large).await.unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted);
        tx.finish();
        rx.finish().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn dropping_the_receiver_drops_the_handler() {
    both(|client, flow| async move {
        let request = encoded(&HoldRequest { open: 1 });
        let rx = call(&client, "hold", request).download().unwrap();
        flow.began(1).await;
        drop(rx);
        flow.gone(1).await;
    })
    .await;
}

#[tokio::test]
async fn what_no_server_takes_says_why() {
    both(|client, _| async move {
        let request = || encoded(&SumRequest {});
        let elsewhere = DynamicCall::new(&client.channel, "test.Elsewhere", "ask", request());
        let status = elsewhere.reply().await.unwrap_err();
        assert_eq!(
            (status.code(), status.reached()),
            (Code::Unimplemented, Reached::No)
        );
        let unknown = call(&client, "subtract", request()).reply().await;
        assert_eq!(unknown.unwrap_err().code(), Code::Unimplemented);

        let mut malformed = encoded(&CountRequest { from: 1, to: 2 });
        malformed.body = Bytes::from_static(b"\xff");
        let rx = call(&client, "count", malformed).download().unwrap();
        let status = rx.finish().await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);

        let late = call(&client, "sum", request()).timeout(Duration::ZERO);
        let status = late.download().unwrap_err();
        assert_eq!(
            (status.code(), status.phase(), status.reached()),
            (Code::DeadlineExceeded, Some(Phase::Send), Reached::No)
        );
    })
    .await;
}
