//! What every call with streams must do, wherever the service is.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sinew::{Code, Limits, Reached};

use crate::flow::{CountError, CountStreamError, Flow, FlowClient, Running, SumError, collect};

/// Runs a test against the service over TCP and against the same service within the process.
pub async fn both<F: Future<Output = ()>>(test: impl Fn(FlowClient, Flow) -> F) {
    let flow = Flow::default();
    let server = Running::start(flow.clone(), Limits::default()).await;
    test(server.client().await, flow).await;
    server.stopped().await;
    let flow = Flow::default();
    test(FlowClient::new(flow.clone()), flow).await;
}

#[tokio::test]
async fn a_server_sends_a_stream() {
    both(|client, _| async move {
        let mut numbers = client.count(100, 400).await.unwrap();
        let (all, end) = collect(&mut numbers).await;
        assert_eq!(all, (100..=400).collect::<Vec<_>>());
        end.unwrap();
        assert_eq!(numbers.recv().await.unwrap(), None);
        let mut none = client.count(5, 4).await;
        assert!(matches!(none, Err(CountError::Backwards(ref e)) if e.from == 5));
        none = client.count(5, 5).await;
        assert_eq!(collect(&mut none.unwrap()).await.0, [5]);
    })
    .await;
}

#[tokio::test]
async fn a_stream_breaks_off_with_its_reason() {
    both(|client, _| async move {
        let (all, end) = collect(&mut client.count(10, 20).await.unwrap()).await;
        assert_eq!(all, [10, 11, 12]);
        assert!(matches!(end, Err(CountStreamError::Unlucky(e)) if e.number == 13));
        let (all, end) = collect(&mut client.count(13, 20).await.unwrap()).await;
        assert!(all.is_empty());
        assert!(matches!(end, Err(CountStreamError::Unlucky(_))));
        for (number, code) in [(404, Code::NotFound), (666, Code::Internal)] {
            let (all, end) = collect(&mut client.count(number - 2, 1000).await.unwrap()).await;
            assert_eq!(all, [number - 2, number - 1]);
            let Err(CountStreamError::Status(status)) = end else {
                panic!("{end:?}")
            };
            assert_eq!((status.code(), status.reached()), (code, Reached::Yes));
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_sends_a_stream() {
    both(|client, _| async move {
        let mut sum = client.sum().await.unwrap();
        for number in 0..50 {
            sum.send(number).await.unwrap();
        }
        assert_eq!(sum.finish().await.unwrap(), 49 * 50 / 2);
        assert_eq!(client.sum().await.unwrap().finish().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_is_answered_early_says_so() {
    both(|client, _| async move {
        let mut sum = client.sum().await.unwrap();
        sum.send(-5).await.unwrap();
        let error = loop {
            if let Err(error) = sum.send(1).await {
                break error;
            }
            tokio::task::yield_now().await;
        };
        assert!(matches!(error, SumError::Negative(e) if e.number == -5));
        let again = sum.finish().await;
        assert!(matches!(again, Err(SumError::Negative(e)) if e.number == -5));

        let mut sum = client.sum().await.unwrap();
        sum.send(100).await.unwrap();
        let error = loop {
            if let Err(error) = sum.send(1).await {
                break error;
            }
            tokio::task::yield_now().await;
        };
        assert!(matches!(error, SumError::Status(status) if status.code() == Code::Aborted));
        assert_eq!(sum.finish().await.unwrap(), 100);
    })
    .await;
}

#[tokio::test]
async fn both_sides_send_at_once() {
    both(|client, _| async move {
        let (mut words, mut loud) = client.shout("!").await.unwrap();
        words.send("one".into()).await.unwrap();
        assert_eq!(loud.recv().await.unwrap().as_deref(), Some("ONE!"));
        let writer = tokio::spawn(async move {
            for n in 0..5000 {
                words.send(format!("w{n}")).await.unwrap();
            }
            words.finish();
        });
        let (all, end) = collect(&mut loud).await;
        end.unwrap();
        writer.await.unwrap();
        assert_eq!(all.len(), 5000);
        assert_eq!(all[4999], "W4999!");
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_is_not_finished_is_no_clean_end() {
    both(|client, _| async move {
        let (mut words, mut loud) = client.shout("").await.unwrap();
        words.send("one".into()).await.unwrap();
        drop(words);
        let (all, end) = collect(&mut loud).await;
        assert_eq!(all, ["ONE"]);
        assert_eq!(end.unwrap_err().code(), Code::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn dropping_the_receiver_drops_the_handler() {
    both(|client, flow| async move {
        let (words, rx) = client.hold(true).await.unwrap();
        flow.began(1).await;
        drop(rx);
        flow.gone(1).await;
        drop(words);
        let numbers = client.count(1000, 1_000_000).await.unwrap();
        drop(numbers);
        let mut numbers = client.count(1, 3).await.unwrap();
        assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_sender_waits_for_a_slow_reader() {
    both(|client, flow| async move {
        let mut blobs = client.blobs(1000, 1000).await.unwrap();
        assert_eq!(blobs.recv().await.unwrap().unwrap().len(), 1000);
        // What is in transit is less than the buffers of both sides and the transport's.
        let (all, end) = collect(&mut blobs).await;
        end.unwrap();
        assert_eq!(all.len(), 999);
        assert!(
            all.iter()
                .enumerate()
                .all(|(n, blob)| *blob == vec![(n + 1) as u8; 1000])
        );
        assert_eq!(flow.inner.sent.load(Ordering::SeqCst), 1000);
    })
    .await;
}

#[tokio::test]
async fn messages_larger_than_any_window_come_through() {
    both(|client, _| async move {
        let mut blobs = client.blobs(3 << 20, 4).await.unwrap();
        let (all, end) = collect(&mut blobs).await;
        end.unwrap();
        assert_eq!(all.len(), 4);
        assert!(all.iter().all(|blob| blob.len() == 3 << 20));
        let too_large = client.blobs(5 << 20, 1).await.unwrap_err();
        assert_eq!(too_large.code(), Code::ResourceExhausted);
    })
    .await;
}

/// The end of each message exceeds its credit, which is in transit when somebody waits for it.
#[tokio::test]
async fn any_number_of_messages_as_large_as_a_window_comes_through() {
    both(|client, _| async move {
        for (size, count) in [(100 << 10, 600), (256 << 10, 300), (300 << 10, 300)] {
            let mut blobs = client.blobs(size, count).await.unwrap();
            for _ in 0..count {
                assert_eq!(blobs.recv().await.unwrap().unwrap().len(), size as usize);
            }
            assert!(blobs.recv().await.unwrap().is_none());
        }
    })
    .await;
}

/// So many that together they have used up the connection's credit.
#[tokio::test]
async fn any_number_of_large_messages_comes_through_at_once() {
    both(|client, _| async move {
        let streams = (0..8).map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut blobs = client.blobs(250 << 10, 150).await.unwrap();
                while blobs.recv().await.unwrap().is_some() {}
            })
        });
        for stream in streams.collect::<Vec<_>>() {
            stream.await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_for_the_first_answer() {
    both(|client, flow| async move {
        let status = client.hold(false).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded);
        flow.gone(1).await;
        let (_words, mut held) = client.hold(true).await.unwrap();
        let waited = tokio::time::timeout(Duration::from_secs(1000), held.recv()).await;
        assert!(waited.is_err(), "{waited:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_method_or_the_call_ends_the_stream() {
    both(|client, flow| async move {
        let mut brief = client.brief().await.unwrap();
        assert_eq!(brief.recv().await.unwrap(), Some(2));
        assert_eq!(
            brief.recv().await.unwrap_err().code(),
            Code::DeadlineExceeded
        );
        let (_words, mut held) = client
            .hold(true)
            .timeout(Duration::from_secs(5))
            .await
            .unwrap();
        assert_eq!(
            held.recv().await.unwrap_err().code(),
            Code::DeadlineExceeded
        );
        flow.gone(1).await;
        let cx = sinew::Ctx::new().with_timeout(Duration::from_secs(3));
        let (_words, mut held) = client.hold(true).within(&cx).await.unwrap();
        assert_eq!(
            held.recv().await.unwrap_err().code(),
            Code::DeadlineExceeded
        );
        flow.gone(2).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_sends_is_told_that_the_time_is_over() {
    both(|client, _| async move {
        let layered = client.channel.clone();
        let layered = layered.layer(|call, next| async move { next.run(call).await });
        for channel in [client.channel, layered] {
            let client = FlowClient { channel };
            let call = client.shout("!").timeout(Duration::from_secs(5));
            let (mut words, _loud) = call.await.expect("it is accepted");
            words.send("one".into()).await.expect("it is read");
            words.closed().await;
            let late = words.send("two".into()).await.expect_err("it is late");
            assert_eq!(late.code(), Code::DeadlineExceeded, "{late}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_given_no_room_takes_one_thing_at_a_time() {
    let mut limits = Limits::default();
    (limits.request_bytes, limits.stream_queue) = (0, 0);
    let server = Running::start(Flow::default(), limits).await;
    let client = server.client().await;
    let refused = client.count(1, 3).await.map(|_| ());
    match refused.expect_err("its request is larger than nothing") {
        CountError::Status(status) => assert_eq!(status.code(), Code::ResourceExhausted),
        declared => panic!("{declared}"),
    }
    limits = Limits::default();
    limits.stream_queue = 0;
    let server = Running::start(Flow::default(), limits).await;
    let mut numbers = server.client().await.count(1, 3).await.unwrap();
    assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
}
