//! Which failures are retried.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sinew::{Backoff, Channel, Code, Limits, Reached, Retries, Server, Service, Status};

use crate::probe::{DivideError, Probe, ProbeClient};

/// A server whose first calls fail as told, and which records the attempts that it sees.
pub struct Flaky {
    pub client: ProbeClient,
    seen: Arc<Mutex<Vec<u32>>>,
}

impl Flaky {
    /// A server, and a client that retries after short pauses.
    pub async fn new(failures: Vec<Status>) -> Self {
        let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(200));
        Self::with(failures, Retries::new().backoff(quick)).await
    }

    pub async fn with(failures: Vec<Status>, policy: Retries) -> Self {
        let seen: Arc<Mutex<Vec<u32>>> = Arc::default();
        let noted = seen.clone();
        let left = Mutex::new(failures.into_iter());
        let service = Probe::default().layer(move |call, next| {
            lock(&noted).push(call.cx.attempt());
            let failure = lock(&left).next();
            async move {
                match failure {
                    Some(status) => Err(status),
                    None => next.run(call).await,
                }
            }
        });
        let server = Server::new().add(service).bind("127.0.0.1:0").await;
        let server = server.expect("a port is free");
        let address = server.local_addr().to_string();
        tokio::spawn(server.run());
        let channel = Channel::connect(address).await.expect("it listens");
        Self {
            client: ProbeClient::new(channel.retry(policy)),
            seen,
        }
    }

    /// The attempts that the server has seen, by their number within the call.
    pub fn seen(&self) -> Vec<u32> {
        std::mem::take(&mut *lock(&self.seen))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics with it")
}

fn refused() -> Status {
    Status::unavailable("not here").with_reached(Reached::No)
}

fn unavailable() -> Status {
    Status::unavailable("the database is away")
}

fn status(result: Result<i64, DivideError>) -> Status {
    match result.expect_err("it must fail") {
        DivideError::Status(status) => status,
        declared => panic!("{declared}"),
    }
}

#[tokio::test]
async fn a_call_that_was_not_begun_is_tried_once_more_whatever_the_method() {
    let flaky = Flaky::new(vec![refused()]).await;
    assert_eq!(flaky.client.divide(6, 3).await.unwrap(), 2);
    assert_eq!(flaky.seen(), [1, 2]);

    let flaky = Flaky::new(vec![refused(); 2]).await;
    let status = status(flaky.client.divide(6, 3).await);
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::No)
    );
    assert_eq!(flaky.seen(), [1, 2]);
}

#[tokio::test]
async fn a_call_that_may_have_begun_is_tried_again_only_if_that_does_no_harm() {
    let flaky = Flaky::new(vec![unavailable(); 2]).await;
    assert_eq!(
        status(flaky.client.divide(6, 3).await).code(),
        Code::Unavailable
    );
    assert_eq!(flaky.seen(), [1]);

    let flaky = Flaky::new(vec![unavailable(); 2]).await;
    assert_eq!(flaky.client.echo("x").await.unwrap(), b"x");
    assert_eq!(flaky.seen(), [1, 2, 3]);

    let flaky = Flaky::new(vec![unavailable(); 3]).await;
    let status = flaky.client.echo("x").await.unwrap_err();
    assert_eq!(status.message(), "the database is away");
    assert_eq!(flaky.seen(), [1, 2, 3]);
}

#[tokio::test]
async fn a_call_with_as_much_metadata_as_may_be_is_tried_again() {
    let flaky = Flaky::new(vec![refused()]).await;
    let mut call = flaky.client.echo("x");
    for n in 0..Limits::default().metadata_entries {
        call = call.meta(format!("k{n}"), "v");
    }
    assert_eq!(call.await.unwrap(), b"x");
    assert_eq!(flaky.seen(), [1, 2]);
}

#[tokio::test]
async fn a_large_request_that_was_given_away_is_whole_in_the_next_try() {
    for size in [10, 100_000, 3_000_000] {
        let request: Vec<u8> = (0..size).map(|place| (place % 251) as u8).collect();
        let flaky = Flaky::new(vec![refused()]).await;
        assert_eq!(flaky.client.echo(&*request).await.unwrap(), request);
        assert_eq!(flaky.seen(), [1, 2]);
    }
}

#[tokio::test]
async fn what_one_try_has_reached_the_call_has_reached() {
    for (first, second, both) in [
        (Reached::Maybe, Reached::No, Reached::Maybe),
        (Reached::No, Reached::Maybe, Reached::Maybe),
        (Reached::Yes, Reached::No, Reached::Yes),
    ] {
        let tries = [first, second].map(|reached| unavailable().with_reached(reached));
        let flaky = Flaky::with(tries.into(), Retries::new().attempts(2)).await;
        let status = flaky.client.echo("x").await.unwrap_err();
        assert_eq!(status.reached(), both, "{first:?}, {second:?}");
        assert_eq!(flaky.seen(), [1, 2]);
    }
}

#[tokio::test]
async fn other_failures_stand() {
    for status in [
        Status::internal("a bug"),
        Status::invalid_argument("what?").with_reached(Reached::No),
        Status::aborted("lost a race"),
        Status::resource_exhausted("too much"),
        Status::permission_denied("no"),
    ] {
        let flaky = Flaky::new(vec![status.clone()]).await;
        let found = flaky.client.echo("x").await.unwrap_err();
        assert_eq!(found.code(), status.code());
        assert_eq!(flaky.seen(), [1], "{status}");
    }
}

#[tokio::test]
async fn a_call_that_was_shed_is_tried_once_more() {
    let shed = Status::resource_exhausted("busy").with_reached(Reached::No);
    let flaky = Flaky::new(vec![shed.clone()]).await;
    assert_eq!(flaky.client.divide(6, 3).await.unwrap(), 2);
    assert_eq!(flaky.seen(), [1, 2]);
    let flaky = Flaky::new(vec![shed; 2]).await;
    assert_eq!(
        status(flaky.client.divide(6, 3).await).code(),
        Code::ResourceExhausted
    );
    assert_eq!(flaky.seen(), [1, 2]);
}

/// A retry changes nothing: what this side refuses because of its size is as large the next time.
#[tokio::test]
async fn a_call_that_this_side_does_not_send_is_not_tried_again() {
    let tries = Arc::new(Mutex::new(0));
    let counted = tries.clone();
    let flaky = Flaky::with(Vec::new(), Retries::never()).await;
    let channel = flaky.client.channel.clone().layer(move |call, next| {
        *lock(&counted) += 1;
        next.run(call)
    });
    let client = ProbeClient::new(channel.retry(Retries::new()));
    let many = Limits::default().metadata_entries + 1;
    let crowded = (0..many).fold(client.echo("x"), |call, n| call.meta(format!("k{n}"), "v"));
    for (call, expected) in [
        (client.echo(vec![0; 5 << 20]), Code::ResourceExhausted),
        (crowded, Code::ResourceExhausted),
        (
            client.echo("x").meta("k", "v".repeat(1 << 14)),
            Code::ResourceExhausted,
        ),
        (
            client.echo("x").timeout(Duration::ZERO),
            Code::DeadlineExceeded,
        ),
    ] {
        let status = call.await.unwrap_err();
        assert_eq!((status.code(), status.reached()), (expected, Reached::No));
        let tries = std::mem::take(&mut *lock(&tries));
        assert!(tries <= 1, "{tries} tries: {status}");
    }
    assert_eq!(flaky.seen(), [0; 0]);
}

#[tokio::test]
async fn the_budget_bounds_retries_and_successes_fill_it() {
    let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));
    let policy = Retries::new().backoff(quick).budget(0.5, 2);
    let mut failures = vec![unavailable(); 12];
    // Ten calls, of which only the first are retried.
    let flaky = Flaky::with(failures.clone(), policy.clone()).await;
    for _ in 0..10 {
        flaky.client.echo("x").await.unwrap_err();
    }
    assert_eq!(flaky.seen(), [1, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    // Two successes pay for one more retry.
    failures.truncate(0);
    for _ in 0..2 {
        flaky.client.echo("x").await.unwrap();
    }
    assert_eq!(flaky.seen(), [1, 1]);
    // A server that cannot be reached costs nothing.
    let free = Flaky::with(vec![refused()], policy.budget(0.0, 0)).await;
    assert_eq!(free.client.echo("x").await.unwrap(), b"x");
    assert_eq!(free.seen(), [1, 2]);
}

#[tokio::test]
async fn there_is_no_other_try_where_none_is_wanted() {
    let flaky = Flaky::with(vec![refused(), unavailable()], Retries::never()).await;
    flaky.client.echo("x").await.unwrap_err();
    flaky.client.echo("x").await.unwrap_err();
    assert_eq!(flaky.seen(), [1, 1]);
    let flaky = Flaky::with(vec![unavailable(); 9], Retries::new().attempts(2)).await;
    flaky.client.echo("x").await.unwrap_err();
    assert_eq!(flaky.seen(), [1, 2]);
}

#[tokio::test]
async fn a_try_that_would_come_too_late_is_not_made() {
    let later = |wait| vec![unavailable().with_retry_after(Duration::from_secs(wait))];
    // The server asks for more than is left of the deadline, then for more than the longest pause.
    let flaky = Flaky::with(later(1), Retries::new()).await;
    let call = flaky.client.echo("x").timeout(Duration::from_millis(900));
    assert_eq!(call.await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(flaky.seen(), [1]);
    let flaky = Flaky::with(later(3), Retries::new()).await;
    assert_eq!(
        flaky.client.echo("x").await.unwrap_err().code(),
        Code::Unavailable
    );
    assert_eq!(flaky.seen(), [1]);
}

#[tokio::test]
async fn a_service_of_this_process_is_tried_again_too() {
    let tries = Arc::new(Mutex::new(0));
    let counted = tries.clone();
    let service = Probe::default().layer(move |call, next| {
        let turn = {
            let mut tries = lock(&counted);
            *tries += 1;
            *tries
        };
        async move {
            match turn {
                1 => Err(refused()),
                _ => next.run(call).await,
            }
        }
    });
    let channel = Channel::new(service).retry(Retries::new());
    assert_eq!(ProbeClient::new(channel).divide(8, 2).await.unwrap(), 4);
    assert_eq!(*lock(&tries), 2);
}

#[tokio::test]
async fn a_relay_tries_again_what_was_not_begun() {
    let flaky = Flaky::new(vec![refused(), unavailable()]).await;
    // The relay does not know the method, so it does not know that it is idempotent.
    let relay = flaky.client.channel.clone();
    let server = Server::new().add(crate::reconnect::Relay(relay));
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(server.serve_connection(theirs));
    let client = ProbeClient::new(Channel::over(ours));
    assert_eq!(
        client.echo("x").await.unwrap_err().code(),
        Code::Unavailable
    );
    assert_eq!(flaky.seen(), [1, 2]);
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}
