//! Makes the calls, so many at a time.

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

/// Counters that callers share: enough that few wait for each other, and few enough for the memory of a machine.
const COUNTERS: usize = 16;

/// How long a caller waits after a call for which there was no connection, if no rate says when the next one begins: else it would fail
/// again as fast as this machine can, and those failures would be most of what is counted.
const PAUSE: Duration = Duration::from_millis(10);

/// What all callers know.
struct Run {
    load: Load,
    pace: Pace,
    counters: [Mutex<Figures>; COUNTERS],
}

/// Makes the calls with so many callers, each by one of the channels. Ctrl-C ends it
/// with what has come until then: calls that are under way are cancelled, and not counted.
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
    // Looked at first, so that no call begins before the signal is heeded.
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

/// Ready with Ctrl-C; never where the system does not tell of it.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

/// Makes one call after the other.
async fn call(run: Arc<Run>, counter: usize, channel: Channel) {
    // Replies are often alike, and reading them takes longer than comparing.
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

/// Whether there was no connection for a call.
fn is_cut_off(status: &Status) -> bool {
    status.code() == Code::Unavailable && status.reached() == Reached::No
}
