//! Faults that happen to calls of generated clients: each does what it says, and each seed does the same again.

use std::time::Duration;

use super::*;
use cases::services::{AdminClient, AdminMock, AdminServer};
use cases::streams::{Point, TrackerClient, TrackerMock, TrackerServer};
use sinew::testing::{Fault, Faults};
use sinew::{Code, Reached, Retries};

/// Three calls in a row: how each ended, and which of them was executed.
async fn three_calls(faults: &Faults) -> (Vec<String>, Vec<String>) {
    let mock = AdminMock::new();
    mock.restart
        .returns(|request| Ok(request.reason.len() as u32));
    let client = AdminClient::new(faults.around(AdminServer::new(mock.clone())));
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
    let rows: [(Fault, &str, &[&str]); 4] = [
        (Fault::Refused, "Unavailable No", &["a", "ccc"]),
        (Fault::RequestLost, "Unavailable Maybe", &["a", "ccc"]),
        (Fault::ReplyLost, "Unavailable Maybe", &["a", "bb", "ccc"]),
        (
            Fault::Failed(Code::PermissionDenied),
            "PermissionDenied No",
            &["a", "ccc"],
        ),
    ];
    for (fault, status, executed) in rows {
        let faults = Faults::seeded(1).at(2, fault);
        let (ended, calls) = three_calls(&faults).await;
        assert_eq!(ended, ["1", status, "3"], "{fault:?}");
        assert_eq!(calls, executed, "{fault:?}");
        assert_eq!((faults.calls(), faults.count(fault)), (3, 1));
    }
    let (ended, calls) = three_calls(&Faults::seeded(1)).await;
    assert_eq!((ended.len(), calls.len()), (3, 3));
}

/// What becomes of many calls with this seed.
async fn many_calls(seed: u64) -> Vec<String> {
    let faults = Faults::seeded(seed)
        .delay(0.3, Duration::from_millis(80))
        .happen(0.2, Fault::Refused)
        .happen(0.2, Fault::RequestLost)
        .happen(0.2, Fault::ReplyLost);
    let mock = AdminMock::new();
    mock.restart.returns(|_| Ok(0));
    let client = AdminClient::new(faults.around(AdminServer::new(mock.clone())));
    let mut ended = Vec::new();
    for number in 0..500 {
        let began = tokio::time::Instant::now();
        let result = client.restart("", Some(number)).await;
        ended.push(format!("{result:?} after {:?}", began.elapsed()));
    }
    let executed = 500 - faults.count(Fault::Refused) - faults.count(Fault::RequestLost);
    assert_eq!(mock.restart.calls().len() as u64, executed);
    for fault in [Fault::Refused, Fault::RequestLost, Fault::ReplyLost] {
        let count = faults.count(fault);
        assert!((50..150).contains(&count), "{fault:?}: {count}");
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
    let faults = Faults::seeded(3).delay(1.0, Duration::from_secs(60));
    let client = AdminClient::new(faults.around(AdminServer::new(mock.clone())));
    let call = client.restart("", None).timeout(Duration::from_millis(1));
    assert_eq!(call.await.unwrap_err().code(), Code::DeadlineExceeded);
    assert!(mock.restart.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn retries_go_by_what_was_reached() {
    let mock = AdminMock::new();
    mock.restart.returns(|_| Ok(5));
    mock.ping.returns(|_| Ok(()));
    let faults = Faults::seeded(1)
        .at(1, Fault::Refused)
        .at(3, Fault::ReplyLost);
    let channel = faults.around(AdminServer::new(mock.clone()));
    let client = AdminClient::new(channel.retry(Retries::new()));
    // Not made, so made again.
    assert_eq!(client.restart("", None).await.unwrap(), 5);
    assert_eq!((faults.calls(), mock.restart.calls().len()), (2, 1));
    // Made, and idempotent: made again.
    assert_eq!(client.restart("", None).await.unwrap(), 5);
    assert_eq!((faults.calls(), mock.restart.calls().len()), (4, 3));
}

/// A client whose first call is cut after so many messages, the mock behind it, and the faults.
fn cut(messages: u32) -> (TrackerClient, TrackerMock, Faults) {
    let faults = Faults::seeded(1).at(1, Fault::Cut(messages));
    let mock = TrackerMock::new();
    let channel = faults.around(TrackerServer::new(mock.clone()));
    (TrackerClient::new(channel), mock, faults)
}

#[tokio::test]
async fn a_stream_is_cut_after_so_many_messages() {
    let (client, mock, faults) = cut(3);
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
    assert_eq!(faults.count(Fault::Cut(3)), 1);
}

#[tokio::test]
async fn a_stream_that_ends_before_the_cut_is_whole() {
    let (client, mock, faults) = cut(1000);
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
    assert_eq!(faults.count(Fault::Cut(1000)), 0);
}

#[tokio::test]
async fn what_a_client_sends_is_cut_as_well() {
    let (client, mock, faults) = cut(2);
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
    assert_eq!(faults.count(Fault::Cut(2)), 1);
}
