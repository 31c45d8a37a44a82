//! Hedging: a second try while the first still runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::{Channel, Reached, Retries, Service, Status};

use crate::probe::{Probe, ProbeClient};

/// A channel whose first call of each pair never answers, and how many calls and drops of such calls it has seen.
fn every_other(policy: Retries) -> (ProbeClient, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (calls, gone) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, left) = (calls.clone(), gone.clone());
    let service = Probe::default().layer(move |call, next| {
        let stuck = counted.fetch_add(1, Ordering::SeqCst) % 2 == 0;
        let left = left.clone();
        async move {
            if stuck {
                let _gone = Gone(left);
                std::future::pending::<()>().await;
            }
            next.run(call).await
        }
    });
    let channel = Channel::new(service).retry(policy);
    (ProbeClient::new(channel), calls, gone)
}

struct Gone(Arc<AtomicUsize>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_of_a_readonly_method_is_made_twice_and_the_first_is_dropped() {
    let policy = Retries::new().hedge(Duration::from_millis(20));
    let (client, calls, gone) = every_other(policy);
    assert_eq!(client.echo("x").await.unwrap(), b"x");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(gone.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn other_methods_and_empty_budgets_are_not_hedged() {
    let policy = Retries::new().hedge(Duration::from_millis(20));
    let (client, calls, _) = every_other(policy.clone());
    client.divide(1, 1).await.unwrap_err();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let (client, calls, _) = every_other(policy.budget(0.0, 0));
    client.echo("x").await.unwrap_err();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_quick_call_is_made_once() {
    let policy = Retries::new().hedge(Duration::from_secs(1));
    let client = ProbeClient::new(Channel::new(Probe::default()).retry(policy));
    for _ in 0..100 {
        client.echo("x").await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_of_two_has_reached_the_call_has_reached() {
    let calls = AtomicUsize::new(0);
    let service = Probe::default().layer(move |_, _| {
        let second = calls.fetch_add(1, Ordering::SeqCst) == 1;
        async move {
            if second {
                tokio::time::sleep(Duration::from_millis(20)).await;
                return Err(Status::internal("shut").with_reached(Reached::No));
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
            Err(Status::internal("a bug"))
        }
    });
    let policy = Retries::new().hedge(Duration::from_millis(20));
    let client = ProbeClient::new(Channel::new(service).retry(policy));
    let status = client.echo("x").await.unwrap_err();
    assert_eq!((status.message(), status.reached()), ("shut", Reached::Yes));
}
