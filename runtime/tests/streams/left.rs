//! Calls begin and end in every possible way, and leave nothing behind.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::layer::{Begun, Ended, Observe};
use sinew::{Channel, Server};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use crate::flow::{Flow, FlowClient, collect};
use crate::seeded::Seeded;

/// Calls that have begun, and those that have ended.
#[derive(Clone, Default)]
struct Count(Arc<(AtomicUsize, AtomicUsize)>);

impl Count {
    fn both(&self) -> (usize, usize) {
        let (begun, ended) = &*self.0;
        (begun.load(Ordering::SeqCst), ended.load(Ordering::SeqCst))
    }
}

impl Observe for Count {
    fn begin(&self, _: &Begun<'_>) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }

    fn end(&self, _: &Ended<'_>) {
        self.0.1.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_comes_and_goes_leaves_no_task_and_no_call() {
    let flow = Flow::default();
    let (here, there) = (Count::default(), Count::default());
    let mut random = Seeded::new(7);
    for _ in 0..100 {
        let (near, far) = tokio::io::duplex(1 << 12);
        let server = Server::new().add(flow.clone()).observe(there.clone());
        let server = tokio::spawn(server.serve_connection(far));
        let client = FlowClient {
            channel: Channel::over(near).observe(here.clone()),
        };
        let calls = (0..8).map(|_| {
            let (client, mut random) = (client.clone(), random.fork());
            tokio::spawn(async move {
                let patience = match random.below(4) {
                    0 => Duration::from_millis(random.below(20) as u64),
                    _ => Duration::from_secs(600),
                };
                // An impatient caller drops everything that it has of the call.
                let _ = timeout(patience, call(&client, &mut random)).await;
            })
        });
        let calls: Vec<_> = calls.collect();
        match random.below(3) {
            0 => server.abort(),
            1 => sleep(Duration::from_millis(5)).await,
            _ => {}
        }
        drop(client);
        for call in calls {
            call.await.expect("no call panics at a client");
        }
    }
    sleep(Duration::from_secs(60)).await; // the clock is a number here
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    for count in [here, there] {
        let (begun, ended) = count.both();
        assert_eq!(begun, ended);
        assert!(begun > 200, "only {begun} calls have begun");
    }
    let inner = &flow.inner;
    let held = inner.began.load(Ordering::SeqCst);
    assert!(held > 0);
    assert_eq!(held, inner.gone.load(Ordering::SeqCst));
}

/// A call of some shape, which ends in some way.
async fn call(client: &FlowClient, random: &mut Seeded) {
    match random.below(6) {
        // Completed, refused, broken off, panicked.
        0 => {
            let to = [4, 20, 700, 2000][random.below(4)];
            if let Ok(mut numbers) = client.count(660, to).await {
                let _ = collect(&mut numbers).await;
            }
        }
        // Dropped half way.
        1 => {
            if let Ok(mut blobs) = client.blobs(3000, 100).await {
                let _ = blobs.recv().await;
            }
        }
        // Past its deadline.
        2 => {
            if let Ok(mut numbers) = client.brief().await {
                let _ = collect(&mut numbers).await;
            }
        }
        // Finished, dropped before its end, or more than the handler wants.
        3 => {
            let Ok(mut sum) = client.sum().await else {
                return;
            };
            for number in 0..random.below(200) as i64 {
                let _ = sum.send(number).await;
            }
            if random.below(2) == 0 {
                let _ = sum.finish().await;
            }
        }
        4 => {
            let Ok((mut words, mut loud)) = client.shout("!").await else {
                return;
            };
            for _ in 0..random.below(20) {
                let _ = words.send("so".to_owned()).await;
            }
            if random.below(2) == 0 {
                words.finish();
            }
            let _ = collect(&mut loud).await;
        }
        // Kept until somebody is impatient.
        _ => {
            let _held = client.hold(true).await;
            match random.below(2) {
                0 => sleep(Duration::from_millis(3)).await,
                _ => timeout(Duration::from_secs(5), pending())
                    .await
                    .unwrap_or_default(),
            }
        }
    }
}
