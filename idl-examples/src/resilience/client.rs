//! Clients that submit jobs until they are stopped, and count the results.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sinew::{Channel, Status};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::idl::queue::{Job, JobsClient};

/// Running clients.
pub(super) struct Load {
    clients: JoinSet<Vec<Status>>,
    submitted: Arc<Counter>,
    stop: Arc<AtomicBool>,
}

/// The results of all calls.
pub(super) struct Tally {
    /// Jobs whose call has succeeded.
    pub(super) submitted: u64,
    pub(super) failures: Vec<Status>,
}

/// Starts clients that call until [`Load::stop`].
pub(super) fn start(channel: &Channel, clients: usize) -> Load {
    let submitted = Arc::new(Counter::default());
    let stop = Arc::new(AtomicBool::new(false));
    let client = || {
        client(
            JobsClient::new(channel.clone()),
            submitted.clone(),
            stop.clone(),
        )
    };
    Load {
        clients: (0..clients).map(|_| client()).collect(),
        submitted: submitted.clone(),
        stop: stop.clone(),
    }
}

impl Load {
    /// Waits until this many jobs have been submitted.
    pub(super) async fn until(&self, jobs: u64) {
        self.submitted.reaches(jobs).await;
    }

    /// Lets each client finish its call.
    pub(super) async fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Release);
        let failures = self.clients.join_all().await;
        Tally {
            submitted: self.submitted.count(),
            failures: failures.into_iter().flatten().collect(),
        }
    }
}

/// One client. `submit` is not idempotent, so a call that may have begun is never retried.
async fn client(jobs: JobsClient, submitted: Arc<Counter>, stop: Arc<AtomicBool>) -> Vec<Status> {
    let mut failures = Vec::new();
    while !stop.load(Ordering::Acquire) {
        match jobs.submit(Job::new(1, "sort the shelves")).await {
            Ok(_) => submitted.add(),
            Err(status) => failures.push(status),
        }
    }
    failures
}

/// A counter that can be waited for.
#[derive(Default)]
pub(super) struct Counter(watch::Sender<u64>);

impl Counter {
    /// Adds one.
    pub(super) fn add(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// The count.
    pub(super) fn count(&self) -> u64 {
        *self.0.borrow()
    }

    /// Waits until the count is at least this.
    pub(super) async fn reaches(&self, count: u64) {
        let mut counts = self.0.subscribe();
        let reached = counts.wait_for(|so_far| *so_far >= count).await;
        reached.expect("the counter lives as long as this");
    }
}
