//! Loads: the method, the number of concurrent calls, and the cores.

use std::str::FromStr;

/// One kind of load.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// Its name, in tables and on command lines.
    pub name: &'static str,
    /// What is called.
    pub method: Method,
    /// Calls at the same time on the one connection.
    pub in_flight: usize,
    /// Calls of one round, or items for a stream.
    pub calls: usize,
    /// Where the processes run.
    pub placement: Placement,
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `echo` of this many bytes.
    Echo(usize),
    /// `add`.
    Add,
    /// `place_order`, over a thousand different orders.
    PlaceOrder,
    /// Items of this many bytes, one stream per caller.
    Stream(usize),
    /// `echo` of this many bytes, each on a new connection.
    Connect(usize),
}

/// Where the processes run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Client and server, of one thread each, on one core.
    OneCore,
    /// Client and server, of one thread each, on a core of its own each.
    SplitCores,
    /// The client on one core, a server of two worker threads on two others, as far as the machine has them.
    TwoWorkers,
    /// As `#[tokio::main]` runs them: a worker thread for each core of the machine on either side, none of them pinned.
    AllCores,
}

/// The loads' names.
pub mod name {
    /// Orders.
    pub const ORDER: &str = "order x64";
    /// Small bodies.
    pub const ECHO: &str = "echo 32 B x64";
    /// Two numbers.
    pub const ADD: &str = "add x64";
    /// Small bodies, very many at a time.
    pub const MANY: &str = "echo 32 B x512";
    /// One call at a time.
    pub const ALONE: &str = "echo 32 B x1";
    /// One call at a time, across cores.
    pub const ACROSS: &str = "echo 32 B x1, split cores";
    /// Large bodies.
    pub const LARGE: &str = "echo 64 KiB x8";
    /// Very large bodies.
    pub const HUGE: &str = "echo 1 MiB x2";
    /// Small items.
    pub const STREAM: &str = "stream 32 B";
    /// Large items.
    pub const LARGE_STREAM: &str = "stream 64 KiB";
    /// Very large items.
    pub const HUGE_STREAM: &str = "stream 1 MiB";
    /// A connection for each call.
    pub const CONNECT: &str = "connect, echo 32 B, close";
    /// Orders to a server of one thread on another core.
    pub const ONE_WORKER: &str = "order x64, split cores";
    /// Orders to a server of two threads on other cores.
    pub const TWO_WORKERS: &str = "order x64, two workers";
    /// Orders between runtimes of as many threads as there are cores.
    pub const ORDER_EVERYWHERE: &str = "order x64, all cores";
    /// Small bodies between such runtimes.
    pub const ECHO_EVERYWHERE: &str = "echo 32 B x64, all cores";
}

/// All of them, the most telling first.
pub const ALL: [Scenario; 16] = [
    one_core(name::ORDER, Method::PlaceOrder, 64, 30_000),
    one_core(name::ECHO, Method::Echo(32), 64, 60_000),
    one_core(name::ADD, Method::Add, 64, 30_000),
    one_core(name::MANY, Method::Echo(32), 512, 40_000),
    one_core(name::ALONE, Method::Echo(32), 1, 8_000),
    Scenario {
        placement: Placement::SplitCores,
        ..one_core(name::ACROSS, Method::Echo(32), 1, 8_000)
    },
    one_core(name::LARGE, Method::Echo(64 << 10), 8, 1_600),
    one_core(name::HUGE, Method::Echo(1 << 20), 2, 120),
    one_core(name::STREAM, Method::Stream(32), 1, 300_000),
    one_core(name::LARGE_STREAM, Method::Stream(64 << 10), 1, 10_000),
    one_core(name::HUGE_STREAM, Method::Stream(1 << 20), 1, 400),
    one_core(name::CONNECT, Method::Connect(32), 1, 1_000),
    Scenario {
        placement: Placement::SplitCores,
        ..one_core(name::ONE_WORKER, Method::PlaceOrder, 64, 30_000)
    },
    Scenario {
        placement: Placement::TwoWorkers,
        ..one_core(name::TWO_WORKERS, Method::PlaceOrder, 64, 30_000)
    },
    Scenario {
        placement: Placement::AllCores,
        ..one_core(name::ORDER_EVERYWHERE, Method::PlaceOrder, 64, 10_000)
    },
    Scenario {
        placement: Placement::AllCores,
        ..one_core(name::ECHO_EVERYWHERE, Method::Echo(32), 64, 10_000)
    },
];

const fn one_core(name: &'static str, method: Method, in_flight: usize, calls: usize) -> Scenario {
    Scenario {
        name,
        method,
        in_flight,
        calls,
        placement: Placement::OneCore,
    }
}

impl Scenario {
    /// The number of calls in a round: a multiple of the number of callers.
    pub fn made(&self) -> usize {
        self.calls.div_ceil(self.in_flight) * self.in_flight
    }

    /// The same with fewer calls: a fraction of them.
    pub fn one_of(&self, parts: usize) -> Self {
        Self {
            calls: self.calls / parts,
            ..*self
        }
    }

    /// The calls before a round, which are not measured.
    pub fn warm_up(&self) -> Self {
        self.one_of(10)
    }

    /// Whether system calls are counted under this load.
    pub fn shows_syscalls(&self) -> bool {
        let small = [Method::Echo(32), Method::Stream(32), Method::Connect(32)];
        let small = small.contains(&self.method);
        small && self.placement == Placement::OneCore
    }

    /// Whether additions to a stack are measured under this load.
    pub fn shows_additions(&self) -> bool {
        [name::ORDER, name::ECHO, name::LARGE].contains(&self.name)
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = ALL.into_iter().find(|scenario| scenario.name == name);
        found.ok_or_else(|| format!("the loads are `{}`", ALL.map(|load| load.name).join("`, `")))
    }
}
