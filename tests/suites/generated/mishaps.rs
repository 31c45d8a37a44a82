//! Mishaps that happen to calls of generated clients: each does what it says, and each seed does the same again.

use std::time::Duration;

use super::*;
use cases::services::{AdminClient, AdminMock, AdminServer};
use cases::streams::{Point, TrackerClient, TrackerMock, TrackerServer};
use sinew::testing::{Mishap, Mishaps};
use sinew::{Code, Reached, Retries};

/// Three calls in a row: how each ended, and which of them was executed.
async fn three_calls(mishaps: &Mishaps) -> (Vec<String>, Vec<String>) {
    let mock = AdminMock::new();
    mock.restart
        .returns(|request| Ok(request.reason.len() as u32));
    let client = AdminClient::new(mishaps.around(AdminServer::new(mock.clone())));
    let mut ended = Vec::new();
    for reason in ["a", "bb", "ccc"] {
        ended.push(match client.restart(reason, None).await {
            Ok(length) => length.to_string(),
            Err(status) => format!("{:?} {:?}", status.code(), status.reached()),
        });
    }
    let calls = mock.restart.calls().into_iter();
    (ended, calls.map(|call| call.reason).collect())
}

#[tokio::test]
async fn each_fault_says_truly_what_was_reached() {
    let rows: [(Mishap, &str, &[&str]); 4] = [
        (Mishap::Refused, "Unavailable No", &["a", "ccc"]),
        (Mishap::RequestLost, "Unavailable Maybe", &["a", "ccc"]),
        (Mishap::ReplyLost, "Unavailable Maybe", &["a", "bb", "ccc"]),
        (
            Mishap::Failed(Code::PermissionDenied),
            "PermissionDenied No",
            &["a", "ccc"],
        ),
    ];
    for (mishap, status, executed) in rows {
        let mishaps = Mishaps::seeded(1).at(2, mishap);
        let (ended, calls) = three_calls(&mishaps).await;
        assert_eq!(ended, ["1", status, "3"], "{mishap:?}");
        assert_eq!(calls, executed, "{mishap:?}");
        assert_eq!((mishaps.calls(), mishaps.count(mishap)), (3, 1));
    }
    let (ended, calls) = three_calls(&Mishaps::seeded(1)).await;
    assert_eq!((ended.len(), calls.len()), (3, 3));
}

/// What becomes of many calls with this seed.
async fn many_calls(seed: u64) -> Vec<String> {
    let mishaps = Mishaps::seeded(seed)
        .delay(0.3, Duration::from_millis(80))
        .happen(0.2, Mishap::Refused)
        .happen(0.2, Mishap::RequestLost)
        .happen(0.2, Mishap::ReplyLost);
    let mock = AdminMock::new();
    mock.restart.returns(|_| Ok(0));
    let client = AdminClient::new(mishaps.around(AdminServer::new(mock.clone())));
    let mut ended = Vec::new();
    for number in 0..500 {
        let began = tokio::time::Instant::now();
        let result = client.restart("", Some(number)).await;
        ended.push(format!("{result:?} after {:?}", began.elapsed()));
    }
    let executed = 500 - mishaps.count(Mishap::Refused) - mishaps.count(Mishap::RequestLost);
    assert_eq!(mock.restart.calls().len() as u64, executed);
    for mishap in [Mishap::Refused, Mishap::RequestLost, Mishap::ReplyLost] {
        let count = mishaps.count(mishap);
        assert!((50..150).contains(&count), "{mishap:?}: {count}");
    }
    ended
}

#[tokio::test(start_paused = true)]
async fn a_seed_brings_the_same_faults_again() {
    let first = many_calls(7).await;
    assert_eq!(first, many_calls(7).await);
    assert_ne!(first, many_calls(8).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_late_is_not_made() {
    let mock = AdminMock::new();
    let mishaps = Mishaps::seeded(3).delay(1.0, Duration::from_secs(60));
    let client = AdminClient::new(mishaps.around(AdminServer::new(mock.clone())));
    let call = client.restart("", None).timeout(Duration::from_millis(1));
    assert_eq!(call.await.unwrap_err().code(), Code::DeadlineExceeded);
    assert!(mock.restart.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn retries_go_by_what_was_reached() {
    let mock = AdminMock::new();
    mock.restart.returns(|_| Ok(5));
    mock.ping.returns(|_| Ok(()));
    let mishaps = Mishaps::seeded(1)
        .at(1, Mishap::Refused)
        .at(3, Mishap::ReplyLost);
    let channel = mishaps.around(AdminServer::new(mock.clone()));
    let client = AdminClient::new(channel.retry(Retries::new()));
    // Not made, so made again.
    assert_eq!(client.restart("", None).await.unwrap(), 5);
    assert_eq!((mishaps.calls(), mock.restart.calls().len()), (2, 1));
    // Made, and idempotent: made again.
    assert_eq!(client.restart("", None).await.unwrap(), 5);
    assert_eq!((mishaps.calls(), mock.restart.calls().len()), (4, 3));
}

/// A client whose first call is cut after so many messages, the mock behind it, and the mishaps.
fn cut(messages: u32) -> (TrackerClient, TrackerMock, Mishaps) {
    let mishaps = Mishaps::seeded(1).at(1, Mishap::Cut(messages));
    let mock = TrackerMock::new();
    let channel = mishaps.around(TrackerServer::new(mock.clone()));
    (TrackerClient::new(channel), mock, mishaps)
}

#[tokio::test]
async fn a_stream_is_cut_after_so_many_messages() {
    let (client, mock, mishaps) = cut(3);
    mock.follow.runs(|_, _, mut output| async move {
        for step in 0.. {
            output.send(Point::new(step, 0)).await?;
        }
        Ok(())
    });
    let mut points = client.follow("Ada").await.unwrap();
    for step in 0..3 {
        assert_eq!(points.recv().await.unwrap(), Some(Point::new(step, 0)));
    }
    let status = points.recv().await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::Maybe)
    );
    assert_eq!(mishaps.count(Mishap::Cut(3)), 1);
}

#[tokio::test]
async fn a_stream_that_ends_before_the_cut_is_whole() {
    let (client, mock, mishaps) = cut(1000);
    mock.chat
        .runs(|_, request, (mut input, mut output)| async move {
            while let Some(said) = input.recv().await? {
                output.send(format!("{}: {said}", request.output)).await?;
            }
            Ok(())
        });
    let (mut said, mut heard) = client.chat("Ada").await.unwrap();
    for number in 0..400 {
        said.send(number.to_string()).await.unwrap();
        assert_eq!(heard.recv().await.unwrap(), Some(format!("Ada: {number}")));
    }
    said.finish();
    assert_eq!(heard.recv().await.unwrap(), None);
    assert_eq!(mishaps.count(Mishap::Cut(1000)), 0);
}

#[tokio::test]
async fn what_a_client_sends_is_cut_as_well() {
    let (client, mock, mishaps) = cut(2);
    mock.sum.runs(|_, _, mut numbers| async move {
        let mut sum = 0;
        while let Some(number) = numbers.recv().await? {
            sum += number;
        }
        Ok(sum as u64)
    });
    let mut upload = client.sum().await.unwrap();
    let status = loop {
        if let Err(status) = upload.send(1).await {
            break status;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::Maybe)
    );
    assert_eq!(mishaps.count(Mishap::Cut(2)), 1);
}
