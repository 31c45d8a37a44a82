//! Two sides of a connection in memory, and what happened on each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sinew::protocol::{
    CallId, Connection, Definition, Ending, Event, Lifetime, Open, OpenError, Output,
};
use sinew::{Limits, Metadata, Status};

/// What one side of a connection has reported, without borrows.
#[derive(Debug, Clone)]
pub enum Told {
    Offer,
    Call {
        id: CallId,
        method: usize,
        body: Vec<u8>,
        metadata: Metadata,
        deadline: Option<Duration>,
        streams: bool,
    },
    Cancelled(CallId, Status),
    Done {
        id: CallId,
        shape: Option<Vec<u8>>,
        result: Result<Vec<u8>, Status>,
    },
    GivenUp(CallId, Status),
    Goaway(Vec<CallId>),
    Shape(usize, Vec<u8>),
    Data {
        id: CallId,
        payload: Vec<u8>,
    },
    Ended(CallId, Ending),
    Accepted(CallId, Metadata),
    Stopped(CallId),
}

impl From<Event<'_>> for Told {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Offer(_) => Self::Offer,
            Event::Call(call) => Self::Call {
                id: call.id,
                method: call.method.get(),
                body: call.body.to_vec(),
                metadata: call.metadata,
                deadline: call.deadline,
                streams: call.streams,
            },
            Event::Cancelled(id, status) => Self::Cancelled(id, status),
            Event::Done(done) => Self::Done {
                id: done.id,
                shape: done.shape.map(<[u8]>::to_vec),
                result: done.result.map(<[u8]>::to_vec),
            },
            Event::GivenUp(id, status) => Self::GivenUp(id, status),
            Event::Goaway(untaken) => Self::Goaway(untaken),
            Event::Shape(method, shape) => Self::Shape(method.get(), shape.to_vec()),
            Event::Data(data) => Self::Data {
                id: data.id,
                payload: data.payload.to_vec(),
            },
            Event::Ended(id, ending) => Self::Ended(id, ending),
            Event::Accepted(id, metadata) => Self::Accepted(id, metadata),
            Event::Stopped(id) => Self::Stopped(id),
        }
    }
}

/// One side with input that is not consumed yet.
pub struct Side {
    pub core: Connection,
    pub input: Vec<u8>,
}

impl Side {
    pub fn client(limits: &Limits) -> Self {
        Self {
            core: Connection::client(Arc::new(limits.clone()), Duration::ZERO),
            input: Vec::new(),
        }
    }

    pub fn server(limits: &Limits) -> Self {
        Self {
            core: Connection::server(Arc::new(limits.clone()), Duration::ZERO),
            input: Vec::new(),
        }
    }

    /// Gives the side some bytes and collects its events.
    pub fn feed(&mut self, bytes: &[u8], now: Duration) -> Vec<Told> {
        self.input.extend_from_slice(bytes);
        let (mut told, mut unpacked) = (Vec::new(), Vec::new());
        loop {
            let mut rest = &unpacked[..];
            while !rest.is_empty()
                && let Some(event) = self.core.receive(&mut rest, now)
            {
                told.push(event.into());
            }
            let mut rest = &self.input[..];
            while let Some(event) = self.core.receive(&mut rest, now) {
                told.push(event.into());
            }
            let used = self.input.len() - rest.len();
            self.input.drain(..used);
            unpacked = self.core.take_unpacked();
            if unpacked.is_empty() {
                return told;
            }
        }
    }

    /// All output of the side, taken as written at once.
    pub fn take(&mut self, now: Duration) -> Vec<u8> {
        let mut out = Output::default();
        self.core.transmit(&mut out);
        self.core.wrote(out.len(), now);
        out.concat()
    }

    /// Advances the side's clock and collects its events.
    pub fn tick(&mut self, now: Duration) -> Vec<Told> {
        let mut told = Vec::new();
        while let Some(event) = self.core.timeout(now) {
            told.push(event.into());
        }
        told
    }
}

/// Both sides.
pub struct Pair {
    pub client: Side,
    pub server: Side,
    pub now: Duration,
}

impl Pair {
    /// Two sides after their hellos.
    pub fn open(client: &Limits, server: &Limits) -> Self {
        let mut pair = Self {
            client: Side::client(client),
            server: Side::server(server),
            now: Duration::ZERO,
        };
        pair.exchange();
        assert!(pair.client.core.is_open() && pair.server.core.is_open());
        pair
    }

    /// Moves bytes both ways until there are none. Returns the events of client and server.
    pub fn exchange(&mut self) -> (Vec<Told>, Vec<Told>) {
        let (mut client, mut server) = (Vec::new(), Vec::new());
        loop {
            let (up, down) = (self.client.take(self.now), self.server.take(self.now));
            if up.is_empty() && down.is_empty() {
                self.hang_up();
                return (client, server);
            }
            server.extend(self.server.feed(&up, self.now));
            client.extend(self.client.feed(&down, self.now));
        }
    }

    /// Ends the transport if one side is done with it.
    pub fn hang_up(&mut self) {
        if self.client.core.is_finished() {
            self.server.core.lost("the client has gone");
        }
        if self.server.core.is_finished() {
            self.client.core.lost("the server has gone");
        }
    }

    /// Opens a call of a method with this name.
    pub fn call(&mut self, name: &str, body: &[u8]) -> Result<CallId, OpenError<()>> {
        self.call_with(name, body, Duration::from_secs(30), &Metadata::new())
    }

    pub fn call_with(
        &mut self,
        name: &str,
        body: &[u8],
        timeout: Duration,
        metadata: &Metadata,
    ) -> Result<CallId, OpenError<()>> {
        self.open_call(name, body, timeout, metadata, None)
    }

    /// Opens a call with streams.
    pub fn stream(&mut self, name: &str, lifetime: Lifetime) -> Result<CallId, OpenError<()>> {
        let timeout = Duration::from_secs(30);
        self.open_call(name, b"", timeout, &Metadata::new(), Some(lifetime))
    }

    fn open_call(
        &mut self,
        name: &str,
        body: &[u8],
        timeout: Duration,
        metadata: &Metadata,
        streams: Option<Lifetime>,
    ) -> Result<CallId, OpenError<()>> {
        let definition = Definition {
            service: "test.Service",
            method: name,
            shape: b"request",
        };
        let open = Open {
            method: Err(definition),
            timeout,
            metadata,
            oneway: false,
            sensitive: false,
            streams,
        };
        let put = |out: &mut Output| {
            out.extend_from_slice(body);
            Ok(())
        };
        self.client.core.open(open, self.now, put).map(|(id, _)| id)
    }

    /// Answers a call with these bytes.
    pub fn reply(&mut self, id: CallId, body: &[u8]) {
        let put = |out: &mut Output| {
            out.extend_from_slice(body);
            Ok::<(), ()>(())
        };
        self.server
            .core
            .reply(id, b"reply", &Metadata::new(), self.now, put)
            .expect("the reply is good");
    }
}

/// The results of the calls, by id.
pub fn results(told: &[Told]) -> BTreeMap<CallId, Result<Vec<u8>, Status>> {
    let done = |told: &Told| match told {
        Told::Done { id, result, .. } => Some((*id, result.clone())),
        _ => None,
    };
    told.iter().filter_map(done).collect()
}

/// The calls that have arrived.
pub fn calls(told: &[Told]) -> Vec<CallId> {
    let call = |told: &Told| match told {
        Told::Call { id, .. } => Some(*id),
        _ => None,
    };
    told.iter().filter_map(call).collect()
}

/// A hand-written frame.
pub fn frame(kind: u8, flags: u8, call: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    let header = [length[0], length[1], length[2], kind << 4 | flags];
    [&header[..], &call.to_le_bytes(), payload].concat()
}
