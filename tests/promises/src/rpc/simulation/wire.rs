//! A connection of a simulated world: two state machines, and the bytes in transit between them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use sinew::protocol::{CallId, Connection, Definition, Event, Open, OpenError, Output, Reason};
use sinew::{Code, Limits, Metadata, Reached, Status};

/// What happened to calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    /// The server runs it.
    Began(u64),
    /// The client has the answer.
    Answered(u64),
    /// The client was told that it has failed.
    Failed {
        token: u64,
        reached: Reached,
        unavailable: bool,
    },
}

pub(super) struct Wire {
    client: Connection,
    server: Connection,
    /// Bytes in transit.
    up: Vec<u8>,
    down: Vec<u8>,
    /// What the client waits for, and what the server is executing.
    open: BTreeMap<CallId, u64>,
    running: BTreeMap<CallId, u64>,
}

static LIMITS: LazyLock<Arc<Limits>> = LazyLock::new(|| {
    let mut limits = Limits::default();
    limits.calls = 4;
    Arc::new(limits)
});

impl Wire {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            client: Connection::client(LIMITS.clone(), now),
            server: Connection::server(LIMITS.clone(), now),
            up: Vec::new(),
            down: Vec::new(),
            open: BTreeMap::new(),
            running: BTreeMap::new(),
        }
    }

    /// Puts a call on the connection, if it accepts it.
    pub(super) fn open(&mut self, token: u64, now: Duration) -> bool {
        let definition = Definition {
            service: "trial.Ledger",
            method: "once",
            shape: b"0",
        };
        let call = Open {
            method: Err(definition),
            timeout: Duration::from_millis(100 + token % 400),
            metadata: &Metadata::new(),
            oneway: false,
            streams: None,
            sensitive: false,
        };
        let put = |out: &mut Output| {
            out.extend_from_slice(&token.to_le_bytes());
            Ok::<(), ()>(())
        };
        match self.client.open(call, now, put) {
            Ok((id, _)) => {
                let before = self.open.insert(id, token);
                assert_eq!(before, None, "an id is that of one call");
                true
            }
            Err(OpenError::Full | OpenError::Closing) => false,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Moves up to this many bytes in each direction.
    pub(super) fn bring(&mut self, most: usize, now: Duration) -> Vec<Told> {
        let mut told = Vec::new();
        loop {
            let before = told.len();
            hand_out(&mut self.client, &mut self.up, now);
            self.serve(most, now, &mut told);
            hand_out(&mut self.server, &mut self.down, now);
            self.hear(most, now, &mut told);
            if most < usize::MAX || told.len() == before && self.is_quiet() {
                return told;
            }
        }
    }

    fn is_quiet(&self) -> bool {
        !self.client.wants_output() && !self.server.wants_output()
    }

    fn serve(&mut self, most: usize, now: Duration, told: &mut Vec<Told>) {
        let arrived = self.up[..most.min(self.up.len())].to_vec();
        let mut rest = &arrived[..];
        while let Some(event) = self.server.receive(&mut rest, now) {
            match event {
                Event::Call(arrival) => {
                    let token = arrival.body.try_into().expect("a request is a number");
                    let token = u64::from_le_bytes(token);
                    told.push(Told::Began(token));
                    self.running.insert(arrival.id, token);
                }
                Event::Cancelled(id, status) => {
                    self.running.remove(&id);
                    self.server.fail(id, &status, now);
                }
                _ => {}
            }
        }
        let used = arrived.len() - rest.len();
        self.up.drain(..used);
    }

    fn hear(&mut self, most: usize, now: Duration, told: &mut Vec<Told>) {
        let arrived = self.down[..most.min(self.down.len())].to_vec();
        let mut rest = &arrived[..];
        while let Some(event) = self.client.receive(&mut rest, now) {
            match event {
                Event::Done(done) => {
                    let Some(token) = self.open.remove(&done.id) else {
                        continue;
                    };
                    told.push(match done.result {
                        Ok(_) => Told::Answered(token),
                        Err(status) => failed(token, &status),
                    });
                }
                Event::Goaway(untaken) => {
                    let (reached, unavailable) = (Reached::No, true);
                    let tokens = untaken.iter().filter_map(|id| self.open.remove(id));
                    told.extend(tokens.map(|token| Told::Failed {
                        token,
                        reached,
                        unavailable,
                    }));
                }
                _ => {}
            }
        }
        let used = arrived.len() - rest.len();
        self.down.drain(..used);
    }

    /// Fires the timers of both sides.
    pub(super) fn tick(&mut self, now: Duration) -> Vec<Told> {
        while let Some(event) = self.server.timeout(now) {
            if let Event::Cancelled(id, status) = event {
                self.running.remove(&id);
                self.server.fail(id, &status, now);
            }
        }
        let mut told = Vec::new();
        while let Some(event) = self.client.timeout(now) {
            if let Event::GivenUp(id, _) = event {
                let token = self.open.remove(&id).expect("somebody waits for it");
                let reached = Reached::Maybe;
                told.push(Told::Failed {
                    token,
                    reached,
                    unavailable: false,
                });
            }
        }
        told
    }

    /// The server ends the oldest call, with success or not.
    pub(super) fn answer(&mut self, fails: bool, now: Duration) {
        let Some((id, token)) = self.running.pop_first() else {
            return;
        };
        let put = |out: &mut Output| {
            out.extend_from_slice(&token.to_le_bytes());
            Ok::<(), ()>(())
        };
        let status = Status::unavailable("the database is away");
        match fails {
            true => self.server.fail(id, &status, now),
            false => {
                let sent = self.server.reply(id, b"0", &Metadata::new(), now, put);
                sent.expect("it is small");
            }
        }
    }

    /// The server begins to drain.
    pub(super) fn drain(&mut self, now: Duration) {
        self.server
            .drain(Reason::Shutdown, "the server shuts down", now);
    }

    /// Everything in transit is lost, in both directions.
    pub(super) fn cut(&mut self) -> Vec<Told> {
        self.up.clear();
        self.down.clear();
        self.running.clear();
        self.server.lost("cut");
        self.client.lost("cut");
        let open = std::mem::take(&mut self.open).into_iter();
        let told = open.map(|(id, token)| Told::Failed {
            token,
            reached: self.client.reached(id),
            unavailable: true,
        });
        told.collect()
    }
}

fn failed(token: u64, status: &Status) -> Told {
    Told::Failed {
        token,
        reached: status.reached(),
        unavailable: status.code() == Code::Unavailable,
    }
}

/// Takes a side's output, which is then in transit.
fn hand_out(side: &mut Connection, wire: &mut Vec<u8>, now: Duration) {
    let mut out = Output::default();
    side.transmit(&mut out);
    side.wrote(out.len(), now);
    wire.extend(out.concat());
}
