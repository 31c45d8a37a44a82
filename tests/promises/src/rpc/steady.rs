//! An honest client that calls at a steady rate while others misbehave, on a thread of its own, so that it only waits
//! for the server.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use sinew::Connect;
use tokio::time::{Instant, MissedTickBehavior};

use super::door::Door;
use super::report::Section;
use crate::idl::trial::LedgerClient;

/// The interval between calls.
const PACE: Duration = Duration::from_millis(1);

/// A running client.
#[derive(Debug)]
pub struct Steady {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<sinew::Result<Vec<Duration>>>,
}

impl Steady {
    /// A client of this server.
    pub fn start(door: &Door) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, door) = (stop.clone(), door.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = runtime.expect("a runtime starts");
            runtime.block_on(work(&door, &stopped))
        });
        Self { stop, thread }
    }

    /// How long its calls took, sorted. All have succeeded.
    ///
    /// # Errors
    /// One has not.
    pub fn stop(self) -> io::Result<Latencies> {
        self.stop.store(true, Ordering::Release);
        let done = self.thread.join().expect("it does not panic");
        let mut times = done.map_err(io::Error::other)?;
        times.sort_unstable();
        Ok(Latencies(times))
    }
}

async fn work(door: &Door, stop: &AtomicBool) -> sinew::Result<Vec<Duration>> {
    let client = LedgerClient::new(door.channel(Connect::new()));
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut times = Vec::new();
    while !stop.load(Ordering::Acquire) || times.is_empty() {
        pace.tick().await;
        let begun = Instant::now();
        client.echo(vec![7; 100]).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Times of calls, sorted.
#[derive(Clone, Debug)]
pub struct Latencies(pub(super) Vec<Duration>);

impl Latencies {
    /// Adds the figures to `section`, prefixed with some words.
    pub fn show(&self, when: &str, section: &mut Section) {
        let at = |part: f64| {
            let last = self.0.len() - 1;
            self.0[(last as f64 * part) as usize].as_secs_f64() * 1000.0
        };
        section.count(format!("honest calls, {when}"), self.0.len());
        section.add(format!("honest p50, {when}, ms"), at(0.5));
        section.add(format!("honest p99, {when}, ms"), at(0.99));
    }
}
