//! What a side has to send on its streams and what it has received, as the owner of a connection keeps it.

use std::collections::BTreeMap;
use std::time::Duration;

use sinew::protocol::{CallId, Ending, Messages, NoMessage, Waits};

use super::pair::{Pair, Side, Told};

/// The streams of one side.
#[derive(Default)]
pub struct Flows {
    pub out: BTreeMap<CallId, (Messages, Option<Ending>)>,
    /// What has arrived and is not consumed.
    pub held: BTreeMap<CallId, Messages>,
    /// Whole messages that were read.
    pub read: BTreeMap<CallId, Vec<Vec<u8>>>,
}

impl Flows {
    /// Queues a message.
    pub fn push(&mut self, side: &mut Side, id: CallId, message: &[u8]) {
        let put = |out: &mut Vec<u8>| {
            out.extend_from_slice(message);
            Ok::<(), ()>(())
        };
        let (out, _) = self.out.entry(id).or_default();
        out.push(usize::MAX, put).expect("there is no limit");
        side.core.queue(id);
    }

    pub fn end(&mut self, side: &mut Side, id: CallId, ending: Ending) {
        self.out.entry(id).or_default().1 = Some(ending);
        side.core.queue(id);
    }

    /// Gives every call that wants to send its turn.
    pub fn fill(&mut self, side: &mut Side, now: Duration) {
        while let Some(id) = side.core.next_turn() {
            let (out, end) = self.out.entry(id).or_default();
            side.core.send_turn(id, b"item", out, *end, now);
        }
    }

    /// Keeps what has arrived.
    pub fn keep(&mut self, told: &[Told]) {
        for told in told {
            if let Told::Data { id, payload } = told {
                self.held.entry(*id).or_default().append(payload);
            }
        }
    }

    /// Reads all whole messages of a call, and waits for more.
    pub fn read(&mut self, side: &mut Side, id: CallId) {
        let held = self.held.entry(id).or_default();
        while let Ok(message) = held.first(usize::MAX) {
            self.read.entry(id).or_default().push(message.to_vec());
            side.core.used(id, held.pop());
        }
        if let (false, Err(NoMessage::Missing(missing))) = (held.is_empty(), held.first(usize::MAX))
        {
            side.core.waits(id, Waits::Reader(missing));
        }
    }

    pub fn read_all(&mut self, side: &mut Side) {
        for id in self.held.keys().copied().collect::<Vec<_>>() {
            self.read(side, id);
        }
    }

    /// How many bytes are held.
    pub fn held(&self) -> usize {
        self.held.values().map(Messages::len).sum()
    }

    /// How many bytes are to be sent.
    pub fn unsent(&self) -> usize {
        self.out.values().map(|(out, _)| out.len()).sum()
    }
}

/// Two sides with their streams.
pub struct FlowPair {
    pub pair: Pair,
    pub client: Flows,
    pub server: Flows,
}

impl FlowPair {
    pub fn new(pair: Pair) -> Self {
        Self {
            pair,
            client: Flows::default(),
            server: Flows::default(),
        }
    }

    /// Moves bytes both ways until there are none; what arrives is kept and not read.
    pub fn exchange(&mut self) -> (Vec<Told>, Vec<Told>) {
        let (mut client, mut server, mut quiet) = (Vec::new(), Vec::new(), 0);
        // Credit alone is not reported as an event, but lets more be sent.
        while quiet < 2 {
            let now = self.pair.now;
            self.client.fill(&mut self.pair.client, now);
            self.server.fill(&mut self.pair.server, now);
            let told = self.pair.exchange();
            quiet = match told.0.is_empty() && told.1.is_empty() {
                true => quiet + 1,
                false => 0,
            };
            self.client.keep(&told.0);
            self.server.keep(&told.1);
            client.extend(told.0);
            server.extend(told.1);
        }
        (client, server)
    }
}
