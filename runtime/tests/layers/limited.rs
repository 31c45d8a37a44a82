//! Limits on concurrent calls of one service or channel.

use sinew::{Code, Limits, Reached, Service};

use crate::probe::{Probe, ProbeClient, Running};

#[tokio::test]
async fn calls_above_the_limit_are_refused_and_those_below_run() {
    let probe = Probe::default();
    let server = Running::start(probe.clone().limit(2), Limits::default()).await;
    let client = server.client().await;
    let waiting: Vec<_> = (0..2)
        .map(|_| tokio::spawn(client.wait().owned()))
        .collect();
    probe.began(2).await;
    let status = client.divide(1, 1).await.unwrap_err();
    let crate::probe::DivideError::Status(status) = status else {
        panic!("{status}")
    };
    assert_eq!(
        (status.code(), status.reached()),
        (Code::ResourceExhausted, Reached::No)
    );
    probe.inner.release.notify_waiters();
    for call in waiting {
        call.await.unwrap().unwrap();
    }
    assert_eq!(client.divide(6, 3).await.unwrap(), 2);
}

#[tokio::test]
async fn a_call_that_is_given_up_makes_room() {
    let probe = Probe::default();
    let server = Running::start(probe.clone().limit(1), Limits::default()).await;
    let here = ProbeClient::new(sinew::Channel::new(probe.clone()).limit(1));
    let far = server.client().await;
    for (number, client) in [here, far].into_iter().enumerate() {
        let waiting = tokio::spawn(client.wait().owned());
        probe.began(number + 1).await;
        assert_eq!(
            crate::probe::code(client.echo("x").await),
            Code::ResourceExhausted
        );
        waiting.abort();
        probe.gone(number + 1).await;
        for _ in 0..2 {
            assert_eq!(client.echo("x").await.unwrap(), b"x");
        }
    }
}
