//! Hedging: a second attempt while the first is still running.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::{Channel, Code, NamedService, Reached, Retries, Server, Service, Status};

use crate::probe::{Probe, ProbeClient};

/// Where the service is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In this process.
    Here,
    /// Behind a connection.
    There,
}

const PLACES: [Place; 2] = [Place::Here, Place::There];

impl Place {
    fn client(self, service: impl NamedService, policy: Retries) -> ProbeClient {
        let channel = match self {
            Self::Here => Channel::new(service),
            Self::There => {
                let (near, far) = tokio::io::duplex(1 << 10);
                tokio::spawn(Server::new().add(service).serve_connection(far));
                Channel::over(near)
            }
        };
        ProbeClient::new(channel.retry(policy))
    }
}

/// A channel whose first call of each pair never answers. Also how many calls, and drops of such calls, it has seen.
fn every_other(place: Place, policy: Retries) -> (ProbeClient, Arc<AtomicUsize>, Arc<AtomicUsize>) {
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
    (place.client(service, policy), calls, gone)
}

struct Gone(Arc<AtomicUsize>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_of_a_readonly_method_is_made_twice_and_the_first_is_dropped() {
    for place in PLACES {
        let policy = Retries::new().hedge(Duration::from_millis(20));
        let (client, calls, gone) = every_other(place, policy);
        assert_eq!(client.echo("x").await.unwrap(), b"x", "{place:?}");
        assert_eq!(calls.load(Ordering::SeqCst), 2, "{place:?}");
        // Another call that never answers: when it ends, what was sent before it has arrived.
        client.about().await.unwrap_err();
        assert_eq!(gone.load(Ordering::SeqCst), 2, "{place:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn other_methods_empty_budgets_and_single_tries_are_not_hedged() {
    for place in PLACES {
        let policy = Retries::new().hedge(Duration::from_millis(20));
        let (client, calls, _) = every_other(place, policy.clone());
        client.divide(1, 1).await.unwrap_err();
        assert_eq!(calls.load(Ordering::SeqCst), 1, "{place:?}");
        for policy in [policy.clone().budget(0.0, 0), policy.attempts(1)] {
            let (client, calls, _) = every_other(place, policy);
            client.echo("x").await.unwrap_err();
            assert_eq!(calls.load(Ordering::SeqCst), 1, "{place:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_quick_call_is_made_once() {
    for place in PLACES {
        let policy = Retries::new().hedge(Duration::from_secs(1));
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let service = Probe::default().layer(move |call, next| {
            counted.fetch_add(1, Ordering::SeqCst);
            async move { next.run(call).await }
        });
        let client = place.client(service, policy);
        for _ in 0..100 {
            client.echo("x").await.unwrap();
        }
        assert_eq!(calls.load(Ordering::SeqCst), 100, "{place:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_that_are_slow_end_with_the_deadline_of_the_call() {
    for place in PLACES {
        let policy = Retries::new().hedge(Duration::from_millis(20));
        let probe = Probe::default();
        let service = probe.clone().layer(|_, _| std::future::pending());
        let client = place.client(service, policy);
        let begun = tokio::time::Instant::now();
        let call = client.echo("x").timeout(Duration::from_secs(2));
        let status = call.await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded, "{place:?}");
        assert_eq!(begun.elapsed().as_secs(), 2, "{place:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_of_two_has_reached_the_call_has_reached() {
    for place in PLACES {
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
        let status = place.client(service, policy).echo("x").await.unwrap_err();
        let ended = (status.message(), status.reached());
        assert_eq!(ended, ("shut", Reached::Yes), "{place:?}");
    }
}

#[test]
fn a_call_outside_of_a_runtime_is_made_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let policy = Retries::new().hedge(Duration::from_millis(20));
    let client = runtime.block_on(async {
        let client = Place::There.client(Probe::default(), policy);
        client.echo("x").await.unwrap();
        client
    });
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut call = Box::pin(async move { client.echo("y").await });
    let waker = std::task::Waker::from(Arc::new(Rings(sender)));
    let mut cx = std::task::Context::from_waker(&waker);
    let answer = loop {
        match call.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(answer) => break answer,
            std::task::Poll::Pending => receiver.recv().unwrap(),
        }
    };
    assert_eq!(answer.unwrap(), b"y");
}

/// Wakes the waiter at the other end.
struct Rings(std::sync::mpsc::Sender<()>);

impl std::task::Wake for Rings {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(());
    }
}
