//! Makes the calls, with a number of concurrent callers.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use sinew::dynamic::Encoded;
use sinew::{Bytes, Channel, Code, Reached, Status};
use tokio::signal::ctrl_c;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::figures::Figures;
use super::load::{Answer, Load};
use super::pace::Pace;

/// Callers share this many histograms: enough that they seldom wait for each other, few enough to keep memory small.
const COUNTERS: usize = 16;

/// How long a caller without `--rate` waits after a call that found no connection. Without the pause such calls would
/// fail as fast as this machine can make them, and would be most of what is counted.
const PAUSE: Duration = Duration::from_millis(10);

/// What all callers share.
struct Run {
    load: Load,
    pace: Pace,
    counters: [Mutex<Figures>; COUNTERS],
}

/// Makes the calls with `callers` concurrent callers, spread over `channels`. Ctrl-C ends the run early; calls still in
/// flight are cancelled and not counted.
pub(super) async fn run(load: Load, channels: Vec<Channel>, callers: u64, pace: Pace) -> Figures {
    let run = Arc::new(Run {
        load,
        pace,
        counters: std::array::from_fn(|_| Mutex::new(Figures::new())),
    });
    let mut callers = pin!(async {
        let mut calling = JoinSet::new();
        for (number, channel) in (0..callers as usize).zip(channels.iter().cycle()) {
            calling.spawn(call(run.clone(), number % COUNTERS, channel.clone()));
        }
        while calling.join_next().await.is_some() {}
    });
    // Polled first, so that the signal handler is installed before the first call.
    let mut interrupted = pin!(interrupted());
    poll_fn(|cx| match interrupted.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => callers.as_mut().poll(cx),
    })
    .await;
    let mut sum = Figures::new();
    for counter in &run.counters {
        let counter = &mut *counter.lock().unwrap_or_else(PoisonError::into_inner);
        sum.add(std::mem::replace(counter, Figures::new()));
    }
    sum.lasted = run.pace.elapsed();
    sum
}

/// Completes on Ctrl-C; never on systems that cannot report it.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

/// A caller: makes one call after the other.
async fn call(run: Arc<Run>, counter: usize, channel: Channel) {
    // Replies are often equal, and comparing bytes is cheaper than decoding them.
    let mut last: Option<(Bytes, Answer)> = None;
    let mut answer = |reply: Encoded| match &last {
        Some((bytes, answer)) if *bytes == reply.body => answer.clone(),
        _ => last
            .insert((reply.body.clone(), run.load.answer(&reply)))
            .1
            .clone(),
    };
    while let Some(turn) = run.pace.turn().await {
        let mut received = 0;
        let reply = run.load.call(turn.number, &channel, &mut received).await;
        let took = turn.since.elapsed();
        let answer = reply.map(|reply| answer(reply.message));
        let is_cut_off = answer.as_ref().is_err_and(is_cut_off);
        {
            let counter = run.counters[counter].lock();
            let mut counter = counter.unwrap_or_else(PoisonError::into_inner);
            counter.received += received;
            counter.count(answer, took);
        }
        if is_cut_off && run.pace.is_as_fast_as_answers() {
            sleep(PAUSE).await;
        }
    }
}

/// Whether the call failed because there was no connection.
fn is_cut_off(status: &Status) -> bool {
    status.code() == Code::Unavailable && status.reached() == Reached::No
}
