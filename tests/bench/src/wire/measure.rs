//! Times the peers of a dataset in interleaved rounds, by the CPU time of the thread.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

use super::report::{Dataset, Peer, Time};
use super::subject::{Subject, Task};

/// Fewest rounds, however slow the peers.
const MIN_ROUNDS: usize = 7;
/// Each task is repeated within a round until it took this long, so that the clock's own cost does not count.
const MIN_TIME: Duration = Duration::from_millis(2);

/// Measures all subjects for about the given time.
pub fn measure(
    name: &str,
    messages: usize,
    mut subjects: Vec<Subject<'_>>,
    budget: Duration,
) -> Dataset {
    let repeats: Vec<Vec<u32>> = subjects.iter_mut().map(warm_up).collect();
    let mut samples: Vec<Vec<Vec<f64>>> = subjects
        .iter()
        .map(|subject| vec![Vec::new(); subject.tasks.len()])
        .collect();
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < MIN_ROUNDS || start.elapsed() < budget {
        for (place, subject) in subjects.iter_mut().enumerate() {
            for (task, (_, work)) in subject.tasks.iter_mut().enumerate() {
                let nanos = time(work, repeats[place][task]) / messages as f64;
                samples[place][task].push(nanos);
            }
        }
        rounds += 1;
    }
    let peers = subjects
        .iter()
        .zip(samples)
        .map(|(subject, samples)| peer(subject, samples, messages))
        .collect();
    Dataset {
        name: name.to_owned(),
        messages,
        rounds,
        peers,
    }
}

/// How often each task runs within a round.
fn warm_up(subject: &mut Subject<'_>) -> Vec<u32> {
    let repeats = |work: &mut dyn FnMut()| {
        work();
        let once = time(work, 1).max(1.0);
        (MIN_TIME.as_nanos() as f64 / once).ceil() as u32
    };
    subject
        .tasks
        .iter_mut()
        .map(|(_, work)| repeats(work))
        .collect()
}

/// Nanoseconds of CPU time that the work takes.
fn time(work: &mut dyn FnMut(), repeats: u32) -> f64 {
    let start = ThreadTime::now();
    for _ in 0..repeats {
        work();
    }
    start.elapsed().as_nanos() as f64 / f64::from(repeats)
}

fn peer(subject: &Subject<'_>, samples: Vec<Vec<f64>>, messages: usize) -> Peer {
    let each = |bytes: usize| bytes as f64 / messages as f64;
    let mut peer = Peer {
        name: subject.name.to_owned(),
        kind: subject.kind,
        bytes: subject.bytes.map(each),
        compressed: subject.compressed.map(each),
        encode: None,
        decode: None,
        borrow: None,
    };
    for ((task, _), samples) in subject.tasks.iter().zip(samples) {
        let time = Some(summary(samples));
        match task {
            Task::Encode => peer.encode = time,
            Task::Decode => peer.decode = time,
            Task::Borrow => peer.borrow = time,
        }
    }
    peer
}

fn summary(mut samples: Vec<f64>) -> Time {
    samples.sort_by(f64::total_cmp);
    Time {
        min: samples[0],
        median: samples[samples.len() / 2],
    }
}
