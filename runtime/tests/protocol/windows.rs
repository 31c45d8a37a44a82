//! Windows that grow: on lines that are idle while a sender waits, and nowhere else.

use std::collections::VecDeque;
use std::time::Duration;

use sinew::Limits;
use sinew::protocol::{CallId, Header};

use crate::flows::FlowPair;
use crate::streams::streaming;

const WINDOW: usize = 256 << 10;
const GROWN: usize = 2 << 20;
const LENGTHS: usize = 16;

/// A line from a server to a client with one stream, whose reader reads at once.
struct Line {
    pair: FlowPair,
    id: CallId,
    /// The latency of a byte, and how long it occupies the line.
    trip: Duration,
    byte: Duration,
    /// When the line will have sent its last frame.
    free: Duration,
    down: VecDeque<(Duration, Vec<u8>)>,
    up: VecDeque<(Duration, Vec<u8>)>,
    /// The most bytes that were in transit at once.
    most: usize,
}

impl Line {
    fn new(trip: Duration, byte: Duration) -> Self {
        let mut limits = Limits::default();
        (limits.stream_window, limits.max_stream_window) = (WINDOW, GROWN);
        let (pair, id) = streaming(&limits);
        Self {
            pair,
            id,
            trip,
            byte,
            free: Duration::ZERO,
            down: VecDeque::new(),
            up: VecDeque::new(),
            most: 0,
        }
    }

    /// Transfers messages of this size, one after the other, until all have arrived.
    fn carry(&mut self, count: usize, bytes: usize) -> Duration {
        let begun = self.pair.pair.now;
        for _ in 0..count {
            // As much waits to be sent as the queue of a stream holds.
            while self.pair.server.unsent() > 32 << 10 {
                self.next();
            }
            let server = &mut self.pair.pair.server;
            self.pair.server.push(server, self.id, &vec![7; bytes]);
            self.send();
        }
        while !self.down.is_empty() || self.pair.server.unsent() > 0 {
            self.next();
        }
        self.pair.pair.now - begun
    }

    /// Puts what the server may send on the line.
    fn send(&mut self) {
        let FlowPair { pair, server, .. } = &mut self.pair;
        let now = pair.now;
        loop {
            server.fill(&mut pair.server, now);
            let mut bytes = pair.server.take(now);
            if bytes.is_empty() {
                break;
            }
            while let Some(header) = Header::read(&bytes) {
                let frame: Vec<u8> = bytes.drain(..Header::SIZE + header.length).collect();
                self.free = self.free.max(now) + self.byte * frame.len() as u32;
                self.down.push_back((self.free + self.trip, frame));
            }
        }
        let on_way = self.down.iter().map(|(_, frame)| frame.len()).sum();
        self.most = self.most.max(on_way);
    }

    /// Delivers what comes next.
    fn next(&mut self) {
        let (down, up) = (self.down.front(), self.up.front());
        let first = [down, up].into_iter().flatten().map(|(at, _)| *at).min();
        let now = first.expect("something is on its way");
        let FlowPair { pair, client, .. } = &mut self.pair;
        pair.now = now;
        if let Some(frame) = due(&mut self.down, now) {
            let told = pair.client.feed(&frame, now);
            client.keep(&told);
            client.read(&mut pair.client, self.id);
            let credit = pair.client.take(now);
            if !credit.is_empty() {
                self.up.push_back((now + self.trip, credit));
            }
        }
        if let Some(credit) = due(&mut self.up, now) {
            pair.server.feed(&credit, now);
        }
        self.send();
    }
}

/// What arrives now.
fn due(queue: &mut VecDeque<(Duration, Vec<u8>)>, now: Duration) -> Option<Vec<u8>> {
    let is_due = queue.front().is_some_and(|(at, _)| *at == now);
    is_due
        .then(|| queue.pop_front())
        .flatten()
        .map(|(_, bytes)| bytes)
}

/// A round trip of 50 ms, and a gigabyte per second.
fn long() -> Line {
    Line::new(Duration::from_millis(25), Duration::from_nanos(1))
}

#[test]
fn on_a_long_line_a_window_grows_to_the_limit() {
    let mut line = long();
    line.carry(20_000, 1 << 10);
    assert!(
        (GROWN * 3 / 4..=GROWN + LENGTHS).contains(&line.most),
        "{}",
        line.most
    );
    let round_trips = line.carry(100, 64 << 10).as_millis() / 50;
    assert!(round_trips <= 6, "{round_trips} for three windows");
}

#[test]
fn it_grows_for_messages_that_are_larger_than_the_window_too() {
    let mut line = long();
    line.carry(20, 1_000_000);
    let round_trips = line.carry(20, 1_000_000).as_millis() / 50;
    assert!(round_trips <= 20, "{round_trips} for ten windows");
}

/// More in transit would only make others wait.
#[test]
fn on_a_line_that_is_busy_all_the_time_a_window_stays_as_it_is() {
    for bytes in [1 << 10, 20_000, 64 << 10, 150_000] {
        let mut line = Line::new(Duration::from_micros(100), Duration::from_nanos(100));
        line.carry(20_000_000 / bytes, bytes);
        let most = WINDOW.max(bytes) + WINDOW / 4;
        assert!(line.most <= most, "{} of messages of {bytes}", line.most);
    }
}

#[test]
fn a_reader_who_lags_is_sent_no_more_than_at_the_beginning() {
    let (mut pair, id) = (long().pair, long().id);
    for _ in 0..GROWN >> 10 {
        pair.server
            .push(&mut pair.pair.server, id, &[7; (1 << 10) - 2]);
    }
    while pair.server.unsent() > 0 {
        pair.exchange();
        pair.pair.now += Duration::from_millis(50);
        assert!(pair.client.held() <= WINDOW);
        let held = pair.client.held.get_mut(&id).expect("it has messages");
        let used = held.pop();
        pair.pair.client.core.used(id, used);
    }
}

#[test]
fn a_sender_who_never_waits_leaves_the_window_as_it_is() {
    let mut line = long();
    for _ in 0..100 {
        line.carry(WINDOW >> 12, 1 << 10);
    }
    for _ in 0..GROWN >> 10 {
        let server = &mut line.pair.pair.server;
        line.pair.server.push(server, line.id, &[7; 1 << 10]);
    }
    line.send();
    assert!(line.most <= WINDOW + WINDOW / 64, "{}", line.most);
}

/// Our own implementation never does this, but nothing forbids it: the window from the hello still holds after the
/// first wait.
#[test]
fn a_window_that_is_larger_than_that_of_the_connection_stays_as_large() {
    let mut limits = Limits::default();
    (limits.stream_window, limits.connection_window) = (32 << 10, 24 << 10);
    let (mut pair, id) = streaming(&limits);
    for _ in 0..200 {
        let server = &mut pair.pair.server;
        pair.server.push(server, id, &[7; (1 << 10) - 2]);
    }
    while pair.server.unsent() > 0 {
        pair.exchange();
        let held = pair.client.held.get_mut(&id).expect("it has messages");
        for _ in 0..held.len().min(15 << 10) >> 10 {
            let used = held.pop();
            pair.pair.client.core.used(id, used);
        }
        pair.exchange();
        pair.client.read(&mut pair.pair.client, id);
        assert_eq!(pair.pair.server.core.closed(), None);
    }
}
